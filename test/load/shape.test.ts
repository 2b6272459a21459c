import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { afterWarmUp, makeShape, meanRateOf, peakRateOf, type ShapeSpec } from '../../src/load/shape.ts'
import { anyShape } from './any-shape.ts'

const DURATION_MS = 2_000
const ramp: ShapeSpec = { kind: 'ramp', from: 0 }
const step: ShapeSpec = { kind: 'step', steps: 4 }
const sine: ShapeSpec = { kind: 'sine', periodMs: 1_000, swing: 0.5 }
const spike: ShapeSpec = { kind: 'spike', factor: 5, at: 0.5, forMs: 200 }

describe('a shape around 1000 per second for 2 s', () => {
  it.each<[ShapeSpec, rates: [atMs: number, rate: number][]]>([
    [
      { kind: 'constant' },
      [
        [0, 1_000],
        [1_999, 1_000],
      ],
    ],
    [
      ramp,
      [
        [0, 0],
        [500, 250],
        [1_000, 500],
        [2_000, 1_000],
      ],
    ],
    [
      { kind: 'ramp', from: 2 },
      [
        [0, 2_000],
        [1_000, 1_500],
        [2_000, 1_000],
      ],
    ],
    [
      step,
      [
        [0, 250],
        [499, 250],
        [500, 500],
        [1_000, 750],
        [1_500, 1_000],
        [2_000, 1_000],
      ],
    ],
    [
      sine,
      [
        [0, 1_000],
        [250, 1_500],
        [500, 1_000],
        [750, 500],
        [1_000, 1_000],
      ],
    ],
    [
      spike,
      [
        [0, 1_000],
        [999, 1_000],
        [1_000, 5_000],
        [1_199, 5_000],
        [1_200, 1_000],
      ],
    ],
  ])('%j has the rates that its name says', (spec, rates) => {
    const shape = makeShape(spec, 1_000, DURATION_MS)

    expect(rates.map(([atMs]) => [atMs, Math.round(shape.perMs(atMs) * 1_000)])).toEqual(rates)
  })

  it.each<[ShapeSpec, mean: number, peak: number]>([
    [{ kind: 'constant' }, 1_000, 1_000],
    [ramp, 500, 1_000],
    [{ kind: 'ramp', from: 2 }, 1_500, 2_000],
    [step, 625, 1_000],
    [sine, 1_000, 1_500],
    [spike, 1_400, 5_000],
    [{ kind: 'spike', factor: 0, at: 0, forMs: 1_000 }, 500, 1_000],
  ])('%j has a mean of %d and a peak of %d', (spec, mean, peak) => {
    expect(meanRateOf(spec, 1_000, DURATION_MS)).toBeCloseTo(mean, 6)
    expect(peakRateOf(spec, 1_000)).toBeCloseTo(peak, 6)
  })

  it.each([ramp, step, sine, spike])('%j expects nothing before its start, and no more after its end', spec => {
    const shape = makeShape(spec, 1_000, DURATION_MS)

    expect(shape.expectedBy(-1)).toBe(0)
    expect(shape.expectedBy(9_000)).toBe(shape.expectedBy(DURATION_MS))
  })
})

describe('any shape', () => {
  it('expects by any time the sum of its rate until then', () => {
    fc.assert(
      fc.property(anyShape, fc.integer({ min: 1, max: 4_000 }), (spec, atMs) => {
        const shape = makeShape(spec, 1_000, 4_000)
        const slices = 5_000
        let sum = 0
        for (let i = 0; i < slices; i++) sum += (shape.perMs(((i + 0.5) * atMs) / slices) * atMs) / slices

        // A slice that a stair or a spike cuts through is off by no more than all of the peak.
        expect(Math.abs(shape.expectedBy(atMs) - sum)).toBeLessThan((peakRateOf(spec, 1) * 200 * atMs) / slices + 1e-6)
      }),
      { seed: 6, numRuns: 40 },
    )
  })

  it('has no rate above its peak', () => {
    fc.assert(
      fc.property(anyShape, fc.double({ min: 0, max: 4_000, noNaN: true }), (spec, atMs) => {
        const rate = makeShape(spec, 700, 4_000).perMs(atMs) * 1_000

        expect(rate).toBeGreaterThanOrEqual(-1e-9)
        expect(rate).toBeLessThanOrEqual(peakRateOf(spec, 700) + 1e-9)
      }),
      { seed: 6 },
    )
  })
})

describe('a shape after a warm-up', () => {
  it('runs at the constant rate until it begins', () => {
    const shape = afterWarmUp(makeShape(ramp, 1_000, DURATION_MS), 1_000, 500)

    expect(shape.endMs).toBe(2_500)
    expect([100, 499, 500, 1_500].map(atMs => Math.round(shape.perMs(atMs) * 1_000))).toEqual([1_000, 1_000, 0, 500])
    expect([250, 500, 1_500, 2_500].map(atMs => Math.round(shape.expectedBy(atMs)))).toEqual([250, 500, 750, 1_500])
  })
})
