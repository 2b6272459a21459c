import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BucketCount } from '../../src/lab/bench-result.ts'
import { logSpans, spectrumOf } from '../../src/lab/distribution.ts'
import { Histogram, toldUs } from '../../src/stats/histogram.ts'

function bucketsOf(valuesUs: readonly number[]): BucketCount[] {
  const histogram = new Histogram()
  for (const us of valuesUs) histogram.record(us / 1_000)
  const sparse = histogram.sparse()
  return Array.from({ length: sparse.length / 2 }, (_, i) => [sparse[2 * i]!, sparse[2 * i + 1]!])
}

const times = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 200 })

describe('spectrumOf', () => {
  it('halves what is left above until the greatest is reached', () => {
    const lines = spectrumOf(bucketsOf([1, 1, 1, 1, 1, 2, 2, 3]))

    expect(lines).toEqual([
      { valueUs: 1, share: 0, count: 5 },
      { valueUs: 1, share: 0.5, count: 5 },
      { valueUs: 2, share: 0.75, count: 7 },
      { valueUs: 2, share: 0.875, count: 7 },
      { valueUs: 3, share: 0.9375, count: 8 },
      { valueUs: 3, share: 1, count: 8 },
    ])
  })

  it('is one line of one value, and none of nothing', () => {
    expect(spectrumOf(bucketsOf([3, 3]))).toEqual([{ valueUs: 3, share: 1, count: 2 }])
    expect(spectrumOf([])).toEqual([])
  })

  it('tells at each share what the histogram tells of it', () => {
    fc.assert(
      fc.property(times, values => {
        const histogram = new Histogram()
        for (const us of values) histogram.record(us / 1_000)

        for (const { valueUs, share, count } of spectrumOf(bucketsOf(values))) {
          expect(valueUs).toBe(histogram.percentileUs(share))
          expect(count).toBeGreaterThanOrEqual(share * values.length)
        }
      }),
    )
  })
})

describe('logSpans', () => {
  it('cuts from the least to the greatest into spans of equal ratio', () => {
    const spans = logSpans(bucketsOf([1, 1, 3, 16]), 2)

    expect(spans.map(({ count }) => count)).toEqual([3, 1])
    expect(spans[0]!.fromUs).toBe(1)
    expect(spans[0]!.toUs).toBeCloseTo(Math.sqrt(toldUs(bucketsOf([16])[0]![0])), 9)
    expect(spans[1]!.toUs).toBeCloseTo(16, 0)
  })

  it('is one span of one value, and none of nothing; a time of 0 is the shortest that can be told', () => {
    expect(logSpans(bucketsOf([2, 2]), 12)).toEqual([{ fromUs: 2, toUs: 2, count: 2 }])
    expect(logSpans([], 12)).toEqual([])
    expect(logSpans(bucketsOf([0, 1]), 12)).toHaveLength(12)
    expect(logSpans(bucketsOf([0, 1]), 12)[0]).toMatchObject({ fromUs: 1 / 64, count: 1 })
  })

  it('puts every value into one span', () => {
    fc.assert(
      fc.property(times, values => {
        const spans = logSpans(bucketsOf(values), 12)

        expect(spans.reduce((sum, { count }) => sum + count, 0)).toBe(values.length)
      }),
    )
  })
})
