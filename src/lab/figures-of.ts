/** From the rounds of a scenario to its figures. Pure. */
import { Histogram } from '../stats/histogram.ts'
import type { BucketCount, Figures, Round, RoundOf, Scenario, Times } from './bench-result.ts'
import { median } from './median.ts'
import { timesOf } from './times.ts'

/** Of at least one round. */
export function figuresOf(scenario: Scenario, measured: readonly RoundOf[]): Figures {
  const rounds = measured.map(({ round }) => round)
  const pooled = pool(measured.map(({ response }) => response))
  const response = overRounds(
    rounds.map(round => round.response),
    pooled,
  )
  const service = overRounds(
    rounds.map(round => round.service),
    pool(measured.map(each => each.service)),
  )
  const { section, path, hops, loop, outstanding, connections, payloadBytes, rate, form } = scenario
  return {
    ...{ section, path, hops, loop, outstanding, connections, payloadBytes, rate, ...(form !== undefined && { form }) },
    requests: sumOf(rounds, 'answered'),
    failed: sumOf(rounds, 'failed'),
    perSecond: round3(median(rounds.map(({ perSecond }) => perSecond))),
    p50Us: response?.p50Us ?? null,
    p90Us: response?.p90Us ?? null,
    p99Us: response?.p99Us ?? null,
    p999Us: response?.p999Us ?? null,
    maxUs: response?.maxUs ?? null,
    meanUs: response?.meanUs ?? null,
    stdevUs: pooled.stdevUs(),
    service,
    histogram: bucketsOf(pooled),
    rounds,
  }
}

/** Medians for what one round has enough requests for; the tail and the mean of all of them. */
function overRounds(rounds: readonly (Times | null)[], pooled: Histogram): Times | null {
  const all = timesOf(pooled)
  const timed = rounds.filter(times => times !== null)
  if (all === null || timed.length === 0) return null
  const middle = (key: 'p50Us' | 'p90Us' | 'p99Us') => round3(median(timed.map(times => times[key])))
  const [p50Us, p90Us, p99Us] = [middle('p50Us'), middle('p90Us'), middle('p99Us')]
  return { p50Us, p90Us, p99Us, p999Us: all.p999Us, maxUs: all.maxUs, meanUs: all.meanUs }
}

function pool(histograms: readonly (Histogram | null)[]): Histogram {
  const pooled = new Histogram()
  for (const histogram of histograms) pooled.add(histogram?.sparse() ?? [])
  return pooled
}

function bucketsOf(histogram: Histogram): BucketCount[] {
  const sparse = histogram.sparse()
  return Array.from({ length: sparse.length / 2 }, (_, i) => [sparse[2 * i]!, sparse[2 * i + 1]!])
}

function sumOf(rounds: readonly Round[], key: 'answered' | 'failed'): number {
  return rounds.reduce((sum, round) => sum + round[key], 0)
}

/** The histogram's own resolution; what follows is noise of binary fractions. */
export const round3 = (value: number): number => Math.round(value * 1_000) / 1_000
