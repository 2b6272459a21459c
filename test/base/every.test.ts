import { describe, expect, it } from 'vitest'
import { every } from '../../src/base/every.ts'
import { makeVirtualClock } from '../support/virtual-clock.ts'

describe('every', () => {
  it('calls first after one period, then once a period', () => {
    const clock = makeVirtualClock()
    const times: number[] = []
    every(
      clock,
      () => 100,
      () => times.push(clock.nowMs()),
    )

    clock.advance(450)

    expect(times).toEqual([100, 200, 300, 400])
  })

  it('makes up for no period that a stall missed', () => {
    const clock = makeVirtualClock()
    const times: number[] = []
    every(
      clock,
      () => 100,
      () => times.push(clock.nowMs()),
    )

    clock.stall(1_000)
    clock.advance(150)

    expect(times).toEqual([1_000, 1_100])
  })

  it('tells how late it calls', () => {
    const clock = makeVirtualClock()
    const late: number[] = []
    every(
      clock,
      () => 100,
      lateMs => late.push(lateMs),
    )

    clock.advance(150)
    clock.stall(1_000)
    clock.advance(150)

    expect(late).toEqual([0, 950, 0])
  })

  it('calls no more once cancelled, from outside or from inside', () => {
    const clock = makeVirtualClock()
    let outside = 0
    let inside = 0
    const first = every(
      clock,
      () => 10,
      () => outside++,
    )
    const second = every(
      clock,
      () => 10,
      () => {
        if (++inside === 3) second.cancel()
      },
    )

    clock.advance(20)
    first.cancel()
    first.cancel()
    clock.advance(100)

    expect([outside, inside, clock.armed]).toEqual([2, 3, 0])
  })

  it('asks for the period each time', () => {
    const clock = makeVirtualClock()
    const times: number[] = []
    let periodMs = 10
    every(
      clock,
      () => periodMs,
      () => {
        times.push(clock.nowMs())
        periodMs = 100
      },
    )

    clock.advance(250)

    expect(times).toEqual([10, 110, 210])
  })
})
