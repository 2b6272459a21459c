import { createHistogram } from 'node:perf_hooks'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { between, Histogram } from '../../src/stats/histogram.ts'

/** Percents: the ends, the table's and the summary's, and any. */
const percents = fc.oneof(fc.constantFrom(0, 1, 50, 90, 99, 99.9, 100), fc.double({ min: 0, max: 100, noNaN: true }))
const HOURS_24_MS = 24 * 3_600_000
/** As proven beside the code: half a bucket of at least 128 widths from 4 µs on, one unit below. */
const ERROR_MAX = 1 / 256
const UNIT_US = 1 / 64
/** What is told is rounded to 0.001 µs; times in floating point are off in their last digit. */
const ROUNDING_US = 0.000_5 + 1e-9

function allowedUs(exactUs: number): number {
  return (exactUs < 4 ? UNIT_US : exactUs * ERROR_MAX * (1 + 1e-9)) + ROUNDING_US
}

/** Nearest rank. */
function exactUsOf(sorted: readonly number[], percent: number): number {
  return sorted[Math.max(Math.ceil((percent / 100) * sorted.length), 1) - 1]! * 1_000
}

function histogramOf(valuesMs: readonly number[]): Histogram {
  const histogram = new Histogram()
  for (const value of valuesMs) histogram.record(value)
  return histogram
}

const timeMs = fc.oneof(
  fc.constantFrom(0, 1 / 64_000, 255 / 64_000, 0.004, 67_108.863, 67_108.864, HOURS_24_MS),
  fc.double({ min: 0, max: 0.01, noNaN: true }),
  fc.double({ min: 0.001, max: 10, noNaN: true }),
  fc.double({ min: 1, max: 67_000, noNaN: true }),
  fc.double({ min: 67_000, max: HOURS_24_MS, noNaN: true }),
)
const times = fc.array(timeMs, { minLength: 1, maxLength: 300 })

describe('Histogram', () => {
  it('knows every percentile of any times up to 24 h to 1/256, and below 4 µs to 1/64 µs', () => {
    fc.assert(
      fc.property(times, fc.array(percents, { minLength: 1, maxLength: 10 }), (values, asked) => {
        const histogram = histogramOf(values)
        const sorted = values.toSorted((a, b) => a - b)

        expect(histogram.count).toBe(values.length)
        for (const percent of [0, 50, 99, 99.9, 100, ...asked]) {
          const exactUs = exactUsOf(sorted, percent)
          const told = histogram.percentileUs(percent / 100)!
          expect(Math.abs(told - exactUs), `p${percent}: ${told} for ${exactUs}`).toBeLessThanOrEqual(
            allowedUs(exactUs),
          )
        }
      }),
      { numRuns: 500 },
    )
  })

  it('tells the least and the greatest time within their buckets', () => {
    fc.assert(
      fc.property(times, values => {
        const [leastUs, greatestUs] = [Math.min(...values) * 1_000, Math.max(...values) * 1_000]
        const histogram = histogramOf(values)

        expect(Math.abs(histogram.percentileUs(0)! - leastUs)).toBeLessThanOrEqual(allowedUs(leastUs))
        expect(Math.abs(histogram.summary().maxUs! - greatestUs)).toBeLessThanOrEqual(allowedUs(greatestUs))
      }),
    )
  })

  it('reaches that bound and does not pass it at the edges of its buckets', () => {
    const errors = Array.from({ length: 33 }, (_, octave) => 256 * 2 ** octave).flatMap(lowest =>
      [lowest, lowest * (1 + 1 / 128) - 1e-6 * lowest].map(units => {
        const exactUs = units / 64
        return Math.abs(histogramOf([exactUs / 1_000]).percentileUs(1)! - exactUs) / exactUs
      }),
    )

    expect(Math.max(...errors)).toBeLessThanOrEqual(ERROR_MAX + 0.000_5 / 4)
    expect(Math.max(...errors)).toBeGreaterThan(ERROR_MAX * 0.98)
  })

  it('agrees with the histogram of perf_hooks on any times from 1 ns to 24 h', () => {
    const ns = fc.oneof(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: HOURS_24_MS * 1e6 }))
    fc.assert(
      fc.property(fc.array(ns, { minLength: 1, maxLength: 200 }), values => {
        const histogram = histogramOf(values.map(value => value / 1e6))
        const theirs = createHistogram({ lowest: 1, highest: HOURS_24_MS * 1e6, figures: 4 })
        for (const value of values) theirs.record(value)

        expect(histogram.count).toBe(theirs.count)
        for (let rank = 1; rank <= values.length; rank++) {
          // Theirs rounds to the nearest count, ours up: both find this rank a quarter below it.
          const percent = ((rank - 0.25) / values.length) * 100
          const theirsUs = theirs.percentile(percent) / 1_000
          const told = histogram.percentileUs(percent / 100)!
          // Theirs has four figures.
          expect(Math.abs(told - theirsUs)).toBeLessThanOrEqual(allowedUs(theirsUs) + theirsUs * 1e-4)
        }
      }),
      { numRuns: 100 },
    )
  })

  it('is exact, to 1/64 µs, below 4 µs', () => {
    for (let unit = 0; unit < 256; unit++) {
      const histogram = histogramOf([unit / 64_000])

      expect(histogram.percentileUs(1)).toBe(Number((unit / 64).toFixed(3)))
    }
  })

  it.each([-1, -1e-9, Number.NaN, -Infinity])('refuses %d ms: a clock never goes back', valueMs => {
    expect(() => histogramOf([valueMs])).toThrow('assertion failed: a time is a number and not negative')
  })

  it.each([
    [0, 0],
    [-0, 0],
    [1e-6, 0],
    [0.000_02, 0.016],
  ])('counts %d ms, and tells %d µs of it', (valueMs, us) => {
    const histogram = histogramOf([valueMs])

    expect([histogram.count, histogram.percentileUs(1)]).toEqual([1, us])
  })

  it.each([137_438_953.4, 140_000_000, 1e12, Infinity])('counts and shows %d ms as 38 h', valueMs => {
    const histogram = histogramOf([1, valueMs])
    const hours = histogram.summary().maxUs! / 3.6e9

    expect(histogram.count).toBe(2)
    expect(hours).toBeCloseTo(38.1, 1)
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
    expect([p50Us, p99Us, p999Us].every(us => Math.abs(us! / 1_000 - 1) <= ERROR_MAX)).toBe(true)
    expect(Math.abs(maxUs! / 50_000 - 1)).toBeLessThanOrEqual(ERROR_MAX)
  })

  it('knows the mean and the deviation of any times as near as its buckets are', () => {
    const short = fc.double({ min: 0.004, max: 10, noNaN: true })
    fc.assert(
      fc.property(fc.array(short, { minLength: 1, maxLength: 50 }), values => {
        const histogram = histogramOf(values)
        const us = values.map(value => value * 1_000)
        const meanUs = us.reduce((sum, each) => sum + each, 0) / us.length
        const stdevUs = Math.sqrt(us.reduce((sum, each) => sum + (each - meanUs) ** 2, 0) / us.length)
        const errorUs = Math.max(...us) * ERROR_MAX + 0.002

        expect(Math.abs(histogram.meanUs()! - meanUs)).toBeLessThanOrEqual(errorUs)
        expect(Math.abs(histogram.stdevUs()! - stdevUs)).toBeLessThanOrEqual(2 * errorUs)
      }),
    )
    expect([new Histogram().meanUs(), new Histogram().stdevUs()]).toEqual([null, null])
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

  it('merges by adding: the sum of two is the histogram of both, in whatever order they come', () => {
    const merge = (...parts: readonly number[][]) => {
      const merged = new Histogram()
      for (const part of parts) merged.add(part)
      return merged
    }
    fc.assert(
      fc.property(times, times, times, (a, b, c) => {
        const [ofA, ofB, ofC] = [a, b, c].map(values => histogramOf(values).sparse()) as [number[], number[], number[]]
        const all = histogramOf([...a, ...b, ...c])

        expect(merge(ofA, ofB).sparse()).toEqual(histogramOf([...a, ...b]).sparse())
        expect(merge(ofB, ofA).sparse()).toEqual(merge(ofA, ofB).sparse())
        expect(merge(merge(ofA, ofB).sparse(), ofC).sparse()).toEqual(all.sparse())
        expect(merge(ofA, merge(ofB, ofC).sparse()).sparse()).toEqual(all.sparse())
        expect(merge(ofA, ofB, ofC).summary()).toEqual(all.summary())
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

    const used = histogramOf([1, 2, 300])
    expect(between([], sparse, used).sparse()).toEqual(sparse)
    expect(between(sparse, sparse, used).sparse()).toEqual([])
  })
})
