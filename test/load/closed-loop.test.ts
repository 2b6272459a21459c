import { describe, expect, it } from 'vitest'
import { makeClosedLoop } from '../../src/load/closed-loop.ts'
import { makeVirtualClock } from '../support/virtual-clock.ts'

/** A path that answers each request after `answerMs`; 0: before `send` returns. */
function start(outstanding: number, answerMs: number) {
  const clock = makeVirtualClock()
  const stats = { sent: 0, pending: 0, pendingMax: 0, stamps: [] as [number, number][] }
  const loop = makeClosedLoop(outstanding, clock, (plannedMs, nowMs) => {
    stats.sent++
    stats.pending++
    stats.pendingMax = Math.max(stats.pendingMax, stats.pending)
    stats.stamps.push([plannedMs, nowMs])
    const end = () => {
      stats.pending--
      loop.onOutcome()
    }
    if (answerMs === 0) end()
    else clock.after(answerMs, end)
  })
  return { clock, loop, stats }
}

describe('a closed loop', () => {
  it('sends nothing before the turn in which it was made has ended', () => {
    const { clock, stats } = start(8, 1)

    expect(stats.sent).toBe(0)

    clock.settle()

    expect(stats.sent).toBe(8)
  })

  it.each([1, 8, 256])('keeps %d outstanding, no more and no less', outstanding => {
    const { clock, stats } = start(outstanding, 10)

    for (let i = 0; i < 20; i++) {
      clock.advance(7)

      expect(stats.pending).toBe(outstanding)
    }
    expect(stats.pendingMax).toBe(outstanding)
    expect(stats.sent).toBe(outstanding * 15)
  })

  it('stamps each request as planned when it is sent', () => {
    const { clock, stats } = start(1, 10)
    clock.advance(30)

    expect(stats.stamps).toEqual([
      [0, 0],
      [10, 10],
      [20, 20],
      [30, 30],
    ])
  })

  it('sends nothing after stop, neither at its start nor for what ends later', () => {
    const early = start(4, 1)
    early.loop.stop()
    early.clock.advance(100)

    expect(early.stats.sent).toBe(0)

    const late = start(4, 10)
    late.clock.advance(5)
    late.loop.stop()
    late.clock.advance(100)

    expect([late.stats.sent, late.stats.pending]).toEqual([4, 0])
  })

  it('tries again after 1 ms, not at once, where requests end before they have left', () => {
    const { clock, loop, stats } = start(16, 0)

    clock.advance(100)

    expect(stats.sent).toBe(16 * 101)

    loop.stop()
    clock.advance(100)

    expect(stats.sent).toBe(16 * 101)
  })
})
