import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { makeArrivals } from '../../src/load/arrivals.ts'
import { makeShape, type ShapeSpec } from '../../src/load/shape.ts'
import { anyShape } from './any-shape.ts'

function timesOf(spec: ShapeSpec, rate: number, durationMs: number, kind: 'poisson' | 'uniform', seed = 'arrivals') {
  const next = makeArrivals(makeShape(spec, rate, durationMs), kind, makeRng(seed))
  const times: number[] = []
  for (let atMs = next(); atMs !== Infinity; atMs = next()) times.push(atMs)
  expect(next()).toBe(Infinity)
  return times
}

const countBy = (times: readonly number[], atMs: number) => times.filter(time => time <= atMs).length

describe('uniform arrivals', () => {
  it('lie a whole number of gaps from the start', () => {
    const times = timesOf({ kind: 'constant' }, 200, 50, 'uniform')

    expect(times.map(atMs => Math.round(atMs * 1e3) / 1e3)).toEqual([5, 10, 15, 20, 25, 30, 35, 40, 45, 50])
  })

  it('are as many by any time as the integral of any shape says, to one', () => {
    fc.assert(
      fc.property(
        anyShape,
        fc.integer({ min: 1, max: 1_000 }),
        fc.integer({ min: 0, max: 4_000 }),
        (spec, rate, atMs) => {
          const times = timesOf(spec, rate, 4_000, 'uniform')

          expect(Math.abs(countBy(times, atMs) - makeShape(spec, rate, 4_000).expectedBy(atMs))).toBeLessThanOrEqual(1)
        },
      ),
      { seed: 6, numRuns: 60 },
    )
  })

  it('come in order, also where a ramp begins at nothing', () => {
    const times = timesOf({ kind: 'ramp', from: 0 }, 1_000, 1_000, 'uniform')

    expect(times.length).toBe(500)
    // The k-th where the square of the time has grown to k, by the closed form of this one shape.
    expect(times.every((atMs, i) => Math.abs(atMs - Math.sqrt(2_000 * (i + 1))) < 1e-3)).toBe(true)
  })
})

describe('Poisson arrivals', () => {
  it.each<ShapeSpec>([
    { kind: 'constant' },
    { kind: 'ramp', from: 0 },
    { kind: 'step', steps: 5 },
    { kind: 'sine', periodMs: 700, swing: 0.9 },
    { kind: 'spike', factor: 8, at: 0.3, forMs: 500 },
  ])('of %j are by each tenth of the time as many as its integral, within 4 sigma', spec => {
    const shape = makeShape(spec, 5_000, 4_000)
    const times = timesOf(spec, 5_000, 4_000, 'poisson')

    for (let atMs = 400; atMs <= 4_000; atMs += 400) {
      const expected = shape.expectedBy(atMs)
      expect(Math.abs(countBy(times, atMs) - expected)).toBeLessThan(4 * Math.sqrt(expected))
    }
  })

  it('scatter as independent ones do: the variance of counts is their mean', () => {
    const times = timesOf({ kind: 'sine', periodMs: 100, swing: 1 }, 1_000, 100_000, 'poisson')
    const counts = new Array<number>(1_000).fill(0)
    for (const atMs of times) counts[Math.min(Math.floor(atMs / 100), 999)]!++
    const variance = counts.reduce((sum, count) => sum + (count - 100) * (count - 100), 0) / counts.length

    // Of 1000 counts the variance itself is off by a share of sqrt(2 / 1000), 4.5 %.
    expect(variance / 100).toBeGreaterThan(0.82)
    expect(variance / 100).toBeLessThan(1.18)
  })

  it('are the same from the same seed, and others from another', () => {
    const from = (seed: string) => timesOf({ kind: 'step', steps: 3 }, 500, 1_000, 'poisson', seed)

    expect(from('a')).toEqual(from('a'))
    expect(from('a')).not.toEqual(from('b'))
  })
})
