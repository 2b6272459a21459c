import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { makeLogLimit } from '../../src/supervise/log-limit.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('the limit of a log', () => {
  it('lets so many pass in a second, and tells of the rest when it is over', () => {
    const rests: number[] = []
    const mayTell = makeLogLimit(3, count => rests.push(count))
    const passed = Array.from({ length: 10 }, () => mayTell())
    vi.advanceTimersByTime(999)
    expect([passed.filter(Boolean).length, rests]).toEqual([3, []])
    vi.advanceTimersByTime(1)

    expect(rests).toEqual([7])
    expect(mayTell()).toBe(true)
  })

  it('has nothing to tell where all passed, and no timer while nothing happens', () => {
    const rests: number[] = []
    const mayTell = makeLogLimit(3, count => rests.push(count))
    for (let i = 0; i < 3; i++) mayTell()
    vi.advanceTimersByTime(5_000)

    expect([rests, vi.getTimerCount()]).toEqual([[], 0])
  })
})
