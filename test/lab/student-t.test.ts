import { describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { meanInterval, t95 } from '../../src/lab/student-t.ts'

describe('t95', () => {
  it.each([
    [1, 12.706],
    [4, 2.776],
    [30, 2.042],
    [31, 2.0395],
    [40, 2.021],
    [60, 2],
    [120, 1.98],
    [1_000_000, 1.96],
  ])('with %d degrees of freedom is %d, as tables have it', (degrees, quantile) => {
    expect(t95(degrees)).toBeCloseTo(quantile, 3)
  })
})

describe('meanInterval', () => {
  it('of five is the mean, 2.776 standard errors to each side', () => {
    const { mean, low, high } = meanInterval([10, 11, 12, 13, 14])

    expect(mean).toBe(12)
    expect(high! - mean).toBeCloseTo((2.776 * Math.sqrt(2.5)) / Math.sqrt(5), 12)
    expect(mean - low!).toBeCloseTo(high! - mean, 12)
  })

  it('claims nothing of fewer than three', () => {
    expect(meanInterval([10, 12])).toEqual({ mean: 11, low: null, high: null })
    expect(meanInterval([10])).toEqual({ mean: 10, low: null, high: null })
  })

  /** Sums of twelve uniform numbers are as good as normal; now and then one is thrown far off, as a busy machine does. */
  it.each([
    ['that scatter normally', 0, 0.93, 0.97],
    ['of which one in ten is disturbed to either side', 0.1, 0.93, 1],
  ])('holds the truth about 95 times in 100, of five values %s', (_, disturbed, least, most) => {
    const rng = makeRng('coverage')
    const draw = () => {
      const value = Array.from({ length: 12 }, () => rng.float()).reduce((sum, each) => sum + each, -6)
      return rng.float() < disturbed ? value * 10 : value
    }
    const runs = 4_000
    let held = 0
    for (let i = 0; i < runs; i++) {
      const { low, high } = meanInterval(Array.from({ length: 5 }, draw))
      if (low! <= 0 && high! >= 0) held++
    }

    expect(held / runs).toBeGreaterThan(least)
    expect(held / runs).toBeLessThan(most)
  })
})
