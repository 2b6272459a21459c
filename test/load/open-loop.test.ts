import { describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { makeOpenLoop, type OpenLoop } from '../../src/load/open-loop.ts'
import type { LoadSpec } from '../../src/topology/types.ts'
import { LOAD } from '../support/topology.ts'
import { makeVirtualClock, type VirtualClock } from '../support/virtual-clock.ts'

type Sent = [plannedMs: number, nowMs: number]

const loadOf = (rate: number, arrivals: LoadSpec['arrivals'] = 'uniform'): LoadSpec => ({
  ...LOAD,
  rate,
  arrivals,
})

function start(load: LoadSpec, clock: VirtualClock = makeVirtualClock(), seed = 'load') {
  const sent: Sent[] = []
  const loop = makeOpenLoop(load, clock, makeRng(seed), (plannedMs, nowMs) => sent.push([plannedMs, nowMs]))
  return { clock, loop, sent }
}

/** A virtual clock whose timers come as late as those of a host may: at the next whole tick. */
function makeCoarseClock(): VirtualClock {
  const clock = makeVirtualClock()
  return Object.create(clock, {
    tickMs: { value: 1 },
    after: { value: (delayMs: number, fire: () => void) => clock.after(Math.ceil(delayMs), fire) },
  })
}

const spreadOf = (values: readonly number[]) => Math.max(...values) - Math.min(...values)

describe('an open loop of uniform arrivals', () => {
  it('sends 1000 requests in 10 s at 100 per second, on a grid of 10 ms', () => {
    const { clock, sent } = start(loadOf(100))

    clock.advance(10_000)

    expect(Math.abs(sent.length - 1_000)).toBeLessThanOrEqual(1)
    expect(sent.every(([plannedMs], i) => Math.abs(plannedMs - (i + 1) * 10) < 1e-6)).toBe(true)
  })

  it.each([0.5, 3, 300, 12_345])(
    'at %d per second sends each at just its planned time, where time has no ticks',
    rate => {
      const { clock, sent } = start(loadOf(rate))

      clock.advance(10_000)

      expect(Math.abs(sent.length - rate * 10)).toBeLessThanOrEqual(1)
      expect(sent.filter(([plannedMs, nowMs]) => nowMs !== plannedMs)).toEqual([])
    },
  )

  it('sends ten at each tick of 1 ms at 10 000 per second, and charges nobody for the tick', () => {
    const { clock, sent } = start(loadOf(10_000), makeCoarseClock())

    clock.advance(1_000)

    expect(Math.abs(sent.length - 10_000)).toBeLessThanOrEqual(10)
    expect(new Set(sent.map(([, nowMs]) => nowMs)).size).toBeLessThanOrEqual(1_000)
    // Late by less than the tick: stamped as sent now.
    expect(sent.every(([plannedMs, nowMs]) => plannedMs <= nowMs && nowMs - plannedMs < 1e-6)).toBe(true)
  })

  it('keeps one timer, none at rate 0, none after stop', () => {
    const { clock, loop, sent } = start(loadOf(0))
    clock.advance(10_000)

    expect([sent.length, clock.armed]).toEqual([0, 0])

    loop.apply(loadOf(1_000))
    clock.advance(1_000)

    expect(clock.armed).toBe(1)

    loop.stop()
    loop.stop()
    const count = sent.length
    clock.advance(1_000)

    expect([sent.length, clock.armed]).toEqual([count, 0])
  })
})

describe('an open loop of Poisson arrivals', () => {
  it.each([5, 200, 5_000])('at %d per second keeps its mean within 3 sigma over 20 s', rate => {
    const { clock, sent } = start(loadOf(rate, 'poisson'))

    clock.advance(20_000)

    expect(Math.abs(sent.length - rate * 20)).toBeLessThan(3 * Math.sqrt(rate * 20))
  })

  it('leaves gaps whose deviation is their mean, as those of independent users are', () => {
    const { clock, sent } = start(loadOf(1_000, 'poisson'))
    clock.advance(50_000)
    const gaps = sent.slice(1).map(([plannedMs], i) => plannedMs - sent[i]![0])
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) * (gap - mean), 0) / gaps.length

    expect(Math.sqrt(variance) / mean).toBeGreaterThan(0.97)
    expect(Math.sqrt(variance) / mean).toBeLessThan(1.03)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0)
  })

  it('sends the same from the same seed', () => {
    const from = (seed: string) => {
      const { clock, sent } = start(loadOf(100, 'poisson'), makeVirtualClock(), seed)
      clock.advance(5_000)
      return sent
    }

    expect(from('a')).toEqual(from('a'))
    expect(from('a')).not.toEqual(from('b'))
  })
})

describe('a changed load', () => {
  it('goes over to the new rate from now, and off and on again', () => {
    const { clock, loop, sent } = start(loadOf(100))
    const counts: number[] = []
    for (const rate of [100, 1_000, 0, 50, 100]) {
      const before = sent.length
      loop.apply(loadOf(rate))
      clock.advance(2_000)
      counts.push(sent.length - before)
    }

    expect(counts.map((count, i) => count - [200, 2_000, 0, 100, 200][i]!).every(off => Math.abs(off) <= 1)).toBe(true)
    expect(clock.armed).toBe(1)
  })

  it('that says the same leaves the plan where it is', () => {
    const { clock, loop, sent } = start(loadOf(1))
    for (let i = 0; i < 10; i++) {
      clock.advance(900)
      loop.apply({ ...loadOf(1), payloadBytes: i })
    }

    expect(sent.map(([plannedMs]) => plannedMs)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map(s => s * 1_000))
  })

  it.each<[string, (loop: OpenLoop) => void, number]>([
    ['stops', loop => loop.stop(), 0],
    ['turns the rate to 0', loop => loop.apply(loadOf(0)), 0],
    ['raises the rate to 500', loop => loop.apply(loadOf(500)), 1],
  ])('also when a request that is being sent %s it: one timer or none is left', (_, change, timers) => {
    const clock = makeVirtualClock()
    let sent = 0
    const loop: OpenLoop = makeOpenLoop(loadOf(100), clock, makeRng('x'), () => {
      if (++sent === 5) change(loop)
    })

    clock.advance(50)

    expect(sent).toBe(5)
    expect(clock.armed).toBe(timers)

    clock.advance(1_000)

    expect(Math.abs(sent - 5 - 500 * timers)).toBeLessThanOrEqual(1)
  })
})

describe('after a stall', () => {
  it('of 500 ms the 50 requests that it held up are sent at once, stamped with their planned times', () => {
    const { clock, sent } = start(loadOf(100))
    clock.advance(100)
    clock.stall(500)

    clock.advance(0)

    const late = sent.slice(10)
    expect(late.length).toBe(50)
    expect(late.every(([, nowMs]) => nowMs === 600)).toBe(true)
    expect(late.map(([plannedMs]) => Math.round(plannedMs))).toEqual(Array.from({ length: 50 }, (_, i) => 110 + i * 10))
  })

  it('of 500 ms the lateness shows on a clock with ticks too, but for one tick', () => {
    const { clock, sent } = start(loadOf(100), makeCoarseClock())
    clock.advance(100)
    clock.stall(500)
    clock.advance(1)

    expect(sent[10]!.map(Math.round)).toEqual([111, 600])
    expect(spreadOf(sent.slice(10).map(([, nowMs]) => nowMs))).toBeLessThanOrEqual(1)
  })

  it('of 30 s nothing is made up for: the plan begins anew', () => {
    const { clock, sent } = start(loadOf(100))
    clock.advance(100)
    clock.stall(30_000)

    clock.advance(0)

    expect(sent.length).toBe(11)

    clock.advance(1_000)

    expect(Math.abs(sent.length - 111)).toBeLessThanOrEqual(1)
    expect(sent.slice(10).every(([plannedMs, nowMs]) => nowMs - plannedMs < 1e-6)).toBe(true)
  })
})
