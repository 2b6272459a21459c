import { describe, expect, it } from 'vitest'
import { timesOf } from '../../src/lab/times.ts'
import { Histogram } from '../../src/stats/histogram.ts'

describe('timesOf', () => {
  it('tells the middle, the tail and the mean of what was recorded', () => {
    const histogram = new Histogram()
    histogram.record(0.001, 990)
    histogram.record(0.002, 9)
    histogram.record(0.003)

    expect(timesOf(histogram)).toEqual({ p50Us: 1, p90Us: 1, p99Us: 1, p999Us: 2, maxUs: 3, meanUs: 1.011 })
  })

  it('tells nothing of nothing', () => {
    expect(timesOf(new Histogram())).toBeNull()
  })
})
