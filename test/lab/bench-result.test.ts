import { describe, expect, it } from 'vitest'
import { latencyFigures, throughputFigures } from '../../src/lab/bench-result.ts'
import { Histogram } from '../../src/stats/histogram.ts'
import { ONE_HOP, RAW } from './samples.ts'

describe('latencyFigures', () => {
  it('takes the medians of the rounds, and the tail of all requests', () => {
    const pooled = new Histogram()
    pooled.record(0.02, 1_998)
    pooled.record(1, 2)

    const figures = latencyFigures(
      RAW,
      [
        { p50Us: 21, p99Us: 40 },
        { p50Us: 20, p99Us: 400 },
        { p50Us: 90, p99Us: 41 },
      ],
      pooled,
    )

    expect(figures).toMatchObject({ path: 'raw echo', hops: 0, p50Us: 21, p99Us: 41, requests: 2_000 })
    expect(figures.p999Us).toBeLessThan(25)
    expect(figures.maxUs).toBeCloseTo(1_000, -1)
    expect(figures.rounds).toHaveLength(3)
  })
})

describe('throughputFigures', () => {
  it('takes the median of the rates, each over the time that it really took', () => {
    const figures = throughputFigures(ONE_HOP, 64, [
      { requests: 1_000, elapsedMs: 250 },
      { requests: 1_010, elapsedMs: 250 },
      { requests: 1_000, elapsedMs: 500 },
    ])

    expect(figures).toEqual({
      ...ONE_HOP,
      outstanding: 64,
      perSecond: 4_000,
      requests: 3_010,
      rounds: [4_000, 4_040, 2_000],
    })
  })
})
