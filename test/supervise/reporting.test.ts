import { describe, expect, it } from 'vitest'
import { NO_NODE_COUNTS } from '../../src/stats/totals.ts'
import type { Counters } from '../../src/supervise/messages.ts'
import { startReporting } from '../../src/supervise/reporting.ts'
import { makeVirtualClock } from '../support/virtual-clock.ts'

/** A child that is asked every 250 ms, and a channel that takes what it is given at once unless told to hold it. */
function child() {
  const clock = makeVirtualClock()
  const told: number[] = []
  let held: (() => void)[] = []
  const state = { received: 0, isHeld: false }
  const timer = startReporting({
    clock,
    everyMs: 250,
    account: (): Counters => ({ kind: 'node', counters: { ...NO_NODE_COUNTS, received: state.received } }),
    send: (account, onWritten) => {
      if (account.kind === 'node') told.push(account.counters.received)
      if (state.isHeld) held.push(onWritten)
      else onWritten()
    },
  })
  const release = () => {
    state.isHeld = false
    for (const onWritten of held) onWritten()
    held = []
  }
  return { clock, told, state, timer, release }
}

describe('a child that reports', () => {
  it('tells each change at the next look', () => {
    const { clock, told, state } = child()

    for (const received of [1, 2, 3, 4]) {
      state.received = received
      clock.advance(250)
    }

    expect(told).toEqual([1, 2, 3, 4])
  })

  it('says once a second that it lives while nothing changes', () => {
    const { clock, told } = child()

    clock.advance(10_000)

    expect(told.length).toBe(10)
  })

  it('tells what comes after a silence at the next look', () => {
    const { clock, told, state } = child()
    clock.advance(1_500)
    const before = told.length

    state.received = 7
    clock.advance(250)

    expect(told.slice(before)).toEqual([7])
  })

  it('queues nothing behind a launcher that does not read, and then tells the newest', () => {
    const { clock, told, state, release } = child()
    state.isHeld = true
    for (let second = 1; second <= 100; second++) {
      state.received = second
      clock.advance(1_000)
    }
    const whileHeld = told.length

    release()
    clock.advance(250)

    expect(whileHeld).toBe(1)
    expect(told.at(-1)).toBe(100)
  })

  it('is silent once cancelled', () => {
    const { clock, told, timer } = child()
    timer.cancel()

    clock.advance(5_000)

    expect(told).toEqual([])
  })
})
