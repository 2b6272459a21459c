/** From what rounds measured to the figures of a benchmark, as plain data. Pure. */
import type { Histogram } from '../stats/histogram.ts'
import type { Machine } from './machine.ts'
import { median } from './median.ts'

/** What a request passes, and how many links of this system that takes: 0 for the raw socket. */
export interface PathName {
  readonly path: string
  readonly hops: number
}

export interface LatencyRound {
  readonly p50Us: number
  readonly p99Us: number
}

/** One request outstanding at a time. */
export interface LatencyFigures extends PathName {
  /** Medians of the rounds. */
  readonly p50Us: number
  readonly p99Us: number
  /** Of all requests of all rounds: one round has too few for its slowest thousandth to mean something. */
  readonly p999Us: number
  readonly maxUs: number
  readonly requests: number
  readonly rounds: readonly LatencyRound[]
}

/** A fixed number outstanding on one connection. */
export interface ThroughputFigures extends PathName {
  readonly outstanding: number
  /** Median of the rounds. */
  readonly perSecond: number
  /** Counted, over all rounds. */
  readonly requests: number
  /** Answers per second. */
  readonly rounds: readonly number[]
}

export interface BenchResult extends Machine {
  /** Unix time in milliseconds when it began. */
  readonly timeMs: number
  readonly payloadBytes: number
  readonly rounds: number
  readonly latency: readonly LatencyFigures[]
  readonly throughput: readonly ThroughputFigures[]
}

/** What one box of throughput counted. */
export interface Count {
  readonly requests: number
  readonly elapsedMs: number
}

/** `pooled` holds every value of the rounds; none of the rounds is empty. */
export function latencyFigures(
  name: PathName,
  rounds: readonly LatencyRound[],
  pooled: Pick<Histogram, 'count' | 'percentileUs'>,
): LatencyFigures {
  return {
    path: name.path,
    hops: name.hops,
    p50Us: round3(median(rounds.map(round => round.p50Us))),
    p99Us: round3(median(rounds.map(round => round.p99Us))),
    p999Us: pooled.percentileUs(0.999) ?? 0,
    maxUs: pooled.percentileUs(1) ?? 0,
    requests: pooled.count,
    rounds,
  }
}

export function throughputFigures(name: PathName, outstanding: number, counts: readonly Count[]): ThroughputFigures {
  const rates = counts.map(({ requests, elapsedMs }) => Math.round((requests * 1_000) / elapsedMs))
  return {
    path: name.path,
    hops: name.hops,
    outstanding,
    perSecond: Math.round(median(rates)),
    requests: counts.reduce((sum, { requests }) => sum + requests, 0),
    rounds: rates,
  }
}

/** The histogram's own resolution; what follows is noise of binary fractions. */
function round3(value: number): number {
  return Math.round(value * 1_000) / 1_000
}
