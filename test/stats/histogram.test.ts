import { createHistogram } from 'node:perf_hooks'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { between, Histogram } from '../../src/stats/histogram.ts'

const FRACTIONS = [0, 0.01, 0.5, 0.9, 0.99, 0.999, 1]
/** What a bucket may hide: 0.8 %, and of small values the unit of 1/64 µs. */
const ERROR_MAX = 0.008
const UNIT_US = 1 / 64

function histogramOf(valuesMs: readonly number[]): Histogram {
  const histogram = new Histogram()
  for (const value of valuesMs) histogram.record(value)
  return histogram
}

const timeMs = fc.oneof(
  fc.double({ min: 0, max: 0.01, noNaN: true }),
  fc.double({ min: 0.001, max: 10, noNaN: true }),
  fc.double({ min: 1, max: 67_000, noNaN: true }),
)
const times = fc.array(timeMs, { minLength: 1, maxLength: 300 })

describe('Histogram', () => {
  it('knows every percentile of any times to 0.8 %', () => {
    fc.assert(
      fc.property(times, values => {
        const histogram = histogramOf(values)
        const sorted = values.toSorted((a, b) => a - b)

        for (const fraction of FRACTIONS) {
          const exactUs = sorted[Math.max(Math.ceil(fraction * sorted.length), 1) - 1]! * 1_000
          // The last 0.0005: answers are rounded to three decimals.
          const allowedUs = exactUs * ERROR_MAX + UNIT_US + 0.000_5
          expect(Math.abs(histogram.percentileUs(fraction)! - exactUs)).toBeLessThanOrEqual(allowedUs)
        }
      }),
    )
  })

  it('agrees with the histogram of perf_hooks to 1 % over 50 000 times from 2 µs to 5 s', () => {
    const rng = makeRng('perf_hooks')
    const histogram = new Histogram()
    const theirs = createHistogram({ lowest: 1, highest: 1e11, figures: 3 })
    for (let i = 0; i < 50_000; i++) {
      const ns = Math.round(2_000 * Math.exp(rng.float() * Math.log(2_500_000)))
      histogram.record(ns / 1e6)
      theirs.record(ns)
    }

    for (const percent of [1, 10, 50, 90, 99, 99.9]) {
      const theirsUs = theirs.percentile(percent) / 1_000
      expect(Math.abs(histogram.percentileUs(percent / 100)! / theirsUs - 1)).toBeLessThan(0.01)
    }
  })

  it('is exact, to 1/64 µs, below 4 µs', () => {
    for (let unit = 0; unit < 256; unit++) {
      const histogram = histogramOf([unit / 64_000])

      expect(histogram.percentileUs(1)).toBe(Number((unit / 64).toFixed(3)))
    }
  })

  it.each([
    [-1, 0],
    [0, 0],
    [Number.NaN, 0],
    [-Infinity, 0],
  ])('counts %d ms as 0', (valueMs, us) => {
    const histogram = histogramOf([valueMs])

    expect([histogram.count, histogram.percentileUs(1)]).toEqual([1, us])
  })

  it.each([67_108, 70_000, 1e12, Infinity])('counts %d ms as 67 s', valueMs => {
    const us = histogramOf([valueMs]).percentileUs(1)!

    expect(Math.abs(us / 67_108_864 - 1)).toBeLessThan(ERROR_MAX)
  })

  it('has no percentiles while empty', () => {
    expect(new Histogram().summary()).toEqual({ count: 0, p50Us: null, p99Us: null, p999Us: null, maxUs: null })
  })

  it('summarizes 1000 times of 1 ms and one of 50 ms', () => {
    const histogram = new Histogram()
    histogram.record(1, 1_000)
    histogram.record(50)
    const { count, p50Us, p99Us, p999Us, maxUs } = histogram.summary()

    expect(count).toBe(1_001)
    expect([p50Us, p99Us, p999Us].every(us => Math.abs(us! / 1_000 - 1) < ERROR_MAX)).toBe(true)
    expect(Math.abs(maxUs! / 50_000 - 1)).toBeLessThan(ERROR_MAX)
  })

  it('counts n equal times as recording them n times', () => {
    fc.assert(
      fc.property(timeMs, fc.nat(50), (value, n) => {
        const atOnce = new Histogram()
        atOnce.record(value, n)

        expect(atOnce.sparse()).toEqual(histogramOf(new Array<number>(n).fill(value)).sparse())
        expect(atOnce.count).toBe(n)
      }),
    )
  })

  it('merges by adding: the sum of two is the histogram of both', () => {
    fc.assert(
      fc.property(times, times, (a, b) => {
        const merged = histogramOf(a)
        merged.add(histogramOf(b).sparse())
        const both = histogramOf([...a, ...b])

        expect(merged.sparse()).toEqual(both.sparse())
        expect(merged.summary()).toEqual(both.summary())
      }),
    )
  })

  it('comes back from its sparse form, also through JSON', () => {
    fc.assert(
      fc.property(times, values => {
        const histogram = histogramOf(values)
        const copy = new Histogram()
        copy.add(JSON.parse(JSON.stringify(histogram.sparse())))

        expect(copy.sparse()).toEqual(histogram.sparse())
        expect(copy.count).toBe(values.length)
      }),
    )
  })

  it('writes each bucket once, in rising order, as a pair with its count', () => {
    const sparse = histogramOf([5, 0, 5, 1, 0, 5]).sparse()
    const buckets = sparse.filter((_, i) => i % 2 === 0)

    expect(sparse.filter((_, i) => i % 2 === 1)).toEqual([2, 1, 3])
    expect(buckets).toEqual(buckets.toSorted((a, b) => a - b))
  })
})

describe('between', () => {
  it('holds what was recorded between two accounts', () => {
    fc.assert(
      fc.property(times, times, (earlier, later) => {
        const histogram = histogramOf(earlier)
        const before = histogram.sparse()
        for (const value of later) histogram.record(value)

        expect(between(before, histogram.sparse()).summary()).toEqual(histogramOf(later).summary())
      }),
    )
  })

  it('is empty between two equal accounts', () => {
    const sparse = histogramOf([1, 2, 3]).sparse()

    expect(between(sparse, sparse).summary().p50Us).toBeNull()
    expect(between([], []).count).toBe(0)
  })
})
