import { describe, expect, it } from 'vitest'
import type { RoundOf } from '../../src/lab/bench-result.ts'
import { figuresOf } from '../../src/lab/figures-of.ts'
import { timesOf } from '../../src/lab/times.ts'
import { Histogram } from '../../src/stats/histogram.ts'
import { roundOf, scenarioOf } from './bench-sample.ts'

/** A round whose requests took 1 µs, but for some that took longer. */
function measured(perSecond: number, usual: number, slow: readonly number[] = []): RoundOf {
  const response = new Histogram()
  response.record(usual / 1_000, 1_000)
  for (const us of slow) response.record(us / 1_000)
  const round = { ...roundOf({ perSecond }), response: timesOf(response), service: timesOf(response), answered: 1_000 }
  return { round, response, service: response }
}

describe('figuresOf', () => {
  it('takes the medians of the rounds, and the tail and the mean of all requests', () => {
    const figures = figuresOf(scenarioOf({ path: 'unix echo' }), [
      measured(900, 1, [2, 2]),
      measured(1_000, 2),
      measured(5_000, 1.5, [3, 3, 3]),
    ])

    expect(figures).toMatchObject({ path: 'unix echo', requests: 3_000, failed: 0, perSecond: 1_000 })
    expect(figures).toMatchObject({ p50Us: 1.5, p90Us: 1.5, p99Us: 1.5, p999Us: 2, maxUs: 3 })
    expect(figures.meanUs).toBeCloseTo((1_000 + 4 + 2_000 + 1_500 + 9) / 3_005, 2)
    expect(figures.stdevUs).toBeCloseTo(0.41, 2)
    expect(figures.service).toEqual({
      p50Us: 1.5,
      p90Us: 1.5,
      p99Us: 1.5,
      p999Us: 2,
      maxUs: 3,
      meanUs: figures.meanUs,
    })
    expect(figures.histogram).toEqual([
      [64, 1_000],
      [96, 1_000],
      [128, 1_002],
      [192, 3],
    ])
    expect(figures.rounds.map(({ perSecond }) => perSecond)).toEqual([900, 1_000, 5_000])
  })

  it('tells response and service time apart', () => {
    const [slow, fast] = [measured(100, 3), measured(100, 1)]
    const figures = figuresOf(scenarioOf({ loop: 'open', outstanding: 0, rate: 100 }), [
      { round: { ...slow.round, service: fast.round.service }, response: slow.response, service: fast.service },
    ])

    expect([figures.p50Us, figures.service!.p50Us]).toEqual([3, 1])
  })

  it('knows no times where only a rate was counted, nor where nothing was answered', () => {
    const round = { ...roundOf({ perSecond: 0 }), answered: 0, failed: 3, response: null, service: null }
    const counted = figuresOf(scenarioOf({}), [{ round, response: null, service: null }])
    const unanswered = figuresOf(scenarioOf({}), [{ round, response: new Histogram(), service: new Histogram() }])

    expect(counted).toMatchObject({ p50Us: null, p999Us: null, meanUs: null, stdevUs: null, service: null, failed: 3 })
    expect(counted.histogram).toEqual([])
    expect(unanswered).toEqual(counted)
  })

  it('leaves out of the scenario what is none of it', () => {
    const path = { ...scenarioOf({}), histogram: new Histogram(), begin: () => {} }

    expect(figuresOf(path, [measured(1, 1)])).not.toHaveProperty('begin')
  })
})
