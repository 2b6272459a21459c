import { describe, expect, it } from 'vitest'
import { startTicks } from '../../src/link/ticks.ts'
import { makeVirtualClock } from '../support/virtual-clock.ts'

describe('the ticks of a node', () => {
  it.each([
    [250, [250, 500, 750, 1_000]],
    [50, [50, 100, 150, 200]],
    [60_000, [250, 500, 750, 1_000]],
  ])('come every %i ms, and four times a second at least', (periodMs, expected) => {
    const clock = makeVirtualClock()
    const times: number[] = []
    startTicks(
      clock,
      () => periodMs,
      nowMs => times.push(nowMs),
    )
    clock.advance(1_000)

    expect(times.slice(0, 4)).toEqual(expected)
  })

  it('come when the turn has been read, so that what came while the process stood still is heard first', () => {
    const clock = makeVirtualClock()
    const turn: (() => void)[] = []
    const order: string[] = []
    startTicks(
      { ...clock, nowMs: clock.nowMs, afterTurn: fire => turn.push(fire) },
      () => 250,
      () => order.push('tick'),
    )
    clock.advance(250)
    order.push('reading')
    for (const fire of turn) fire()

    expect(order).toEqual(['reading', 'tick'])
  })

  it('count a stop between the timer and the end of its turn as late too', () => {
    const clock = makeVirtualClock()
    const turn: (() => void)[] = []
    const late: number[] = []
    startTicks(
      { ...clock, nowMs: clock.nowMs, afterTurn: fire => turn.push(fire) },
      () => 250,
      (_, lateMs) => late.push(lateMs),
    )
    clock.advance(250)
    clock.stall(3_000)
    for (const fire of turn) fire()

    expect(late).toEqual([3_000])
  })

  it('come no more often than every 10 ms: what is shorter would be polled for', () => {
    const clock = makeVirtualClock()
    let ticks = 0
    startTicks(
      clock,
      () => 0.001,
      () => ticks++,
    )
    clock.advance(100)

    expect(ticks).toBe(10)
  })

  it('stop when they are cancelled, also the one that waits for the end of the turn', () => {
    const clock = makeVirtualClock()
    const turn: (() => void)[] = []
    let ticks = 0
    const ticker = startTicks(
      { ...clock, nowMs: clock.nowMs, afterTurn: fire => turn.push(fire) },
      () => 250,
      () => ticks++,
    )
    clock.advance(250)
    ticker.cancel()
    for (const fire of turn) fire()

    expect([turn.length, ticks, clock.armed]).toEqual([1, 0, 0])
  })
})
