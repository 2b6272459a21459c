import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Clock } from '../../src/base/clock.ts'
import { DueQueue } from '../../src/base/due-queue.ts'
import { makeVirtualClock } from '../support/virtual-clock.ts'

function makeLogged(clock: Clock = makeVirtualClock()) {
  const log: [item: number, atMs: number][] = []
  const queue = new DueQueue(clock, (item, nowMs) => log.push([item, nowMs]))
  return { log, queue }
}

describe('DueQueue', () => {
  it('hands out the earliest first, each at its time', () => {
    const clock = makeVirtualClock()
    const { log, queue } = makeLogged(clock)

    queue.push(1, 30)
    queue.push(2, 10)
    queue.push(3, 20.5)
    clock.advance(100)

    expect(log).toEqual([
      [2, 10],
      [3, 20.5],
      [1, 30],
    ])
    expect(queue.size).toBe(0)
  })

  it('hands out 200 of equal time in the order they came', () => {
    const clock = makeVirtualClock()
    const { log, queue } = makeLogged(clock)

    for (let i = 0; i < 200; i++) queue.push(i, 5)
    clock.advance(5)

    expect(log.map(([item]) => item)).toEqual(Array.from({ length: 200 }, (_, i) => i))
  })

  it('hands out any load as a stable sort would', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 300 }), dues => {
        const clock = makeVirtualClock()
        const { log, queue } = makeLogged(clock)

        dues.forEach((dueMs, item) => {
          queue.push(item, dueMs)
        })
        clock.advance(30)

        const sorted = dues.map((dueMs, item) => [item, dueMs]).sort((a, b) => a[1]! - b[1]! || a[0]! - b[0]!)
        expect(log).toEqual(sorted)
      }),
    )
  })

  it('agrees with a sorted array when pushes, pops and clears alternate', () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ pushInMs: fc.double({ min: 0, max: 50, noNaN: true }) }) },
      { weight: 4, arbitrary: fc.record({ advanceMs: fc.double({ min: 0, max: 30, noNaN: true }) }) },
      { weight: 1, arbitrary: fc.constant({ clear: true }) },
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), steps => {
        const clock = makeVirtualClock()
        const { log, queue } = makeLogged(clock)
        let model: { item: number; dueMs: number }[] = []
        const expected: number[] = []
        steps.forEach((each, item) => {
          if ('pushInMs' in each) {
            const dueMs = clock.nowMs() + each.pushInMs
            queue.push(item, dueMs)
            model.push({ item, dueMs })
            return
          }
          if ('clear' in each) {
            queue.clear()
            model = []
            return
          }
          clock.advance(each.advanceMs)
          const due = model.filter(({ dueMs }) => dueMs <= clock.nowMs())
          model = model.filter(({ dueMs }) => dueMs > clock.nowMs())
          expected.push(...due.sort((a, b) => a.dueMs - b.dueMs || a.item - b.item).map(({ item }) => item))
        })

        expect(log.map(([item]) => item)).toEqual(expected)
        expect(queue.size).toBe(model.length)
      }),
    )
  })

  it('keeps one timer whatever it holds, and none when it is empty or cleared', () => {
    const clock = makeVirtualClock()
    const { queue } = makeLogged(clock)
    const armed: number[] = []

    for (let i = 0; i < 500; i++) {
      queue.push(i, 1_000 - i)
      armed.push(clock.armed)
    }
    clock.advance(600)
    armed.push(clock.armed)
    queue.clear()

    expect(new Set(armed)).toEqual(new Set([1]))
    expect(clock.armed).toBe(0)

    queue.push(1, clock.nowMs() + 1)
    clock.advance(1)

    expect(clock.armed).toBe(0)
  })

  it('takes pushes from inside onDue, and keeps one timer', () => {
    const clock = makeVirtualClock()
    const log: [number, number][] = []
    const queue: DueQueue = new DueQueue(clock, (item, nowMs) => {
      log.push([item, nowMs])
      if (item < 4) queue.push(item + 1, nowMs + 10)
    })

    queue.push(1, 10)
    queue.push(9, 10)
    clock.advance(10)

    expect(clock.armed).toBe(1)

    clock.advance(100)

    expect(log).toEqual([
      [1, 10],
      [9, 10],
      [2, 20],
      [3, 30],
      [4, 40],
    ])
  })

  it('forgets the rest when it is cleared from inside onDue', () => {
    const clock = makeVirtualClock()
    const log: number[] = []
    const queue: DueQueue = new DueQueue(clock, item => {
      log.push(item)
      queue.clear()
    })

    for (const item of [1, 2, 3]) queue.push(item, item)
    clock.stall(10)
    clock.advance(100)

    expect(log).toEqual([1])
    expect([queue.size, clock.armed]).toEqual([0, 0])
  })

  it('takes what its timer was for as due when that fires a fraction early', () => {
    const clock = makeVirtualClock()
    const hasty: Clock = { ...clock, after: (delayMs, fire) => clock.after(Math.max(delayMs - 0.9, 0.05), fire) }
    const { log, queue } = makeLogged(hasty)

    queue.push(7, 10)
    queue.push(8, 11)
    clock.advance(9.05)

    expect(log.map(([item]) => item)).toEqual([])

    clock.advance(0.1)

    expect(log.map(([item]) => item)).toEqual([7])
  })
})
