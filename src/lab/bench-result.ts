/** What a benchmark measured, as plain data: the keys are those of its JSON. Times in microseconds where the name says Us. */
import type { Histogram } from '../stats/histogram.ts'
import type { Anatomy } from './anatomy.ts'
import type { Machine } from './machine.ts'

/** What a request passes, and how many links of this system that takes: 0 for the floors. */
export interface PathName {
  readonly path: string
  readonly hops: number
}

export type Section = 'latency' | 'payload' | 'throughput' | 'connect' | 'load'

/**
 * What is measured: a path under a load. Paths are `unix echo`, `tcp echo`, `pipe echo`, `channel echo`,
 * `1 hop: server`, `2 hops: proxy, server`, `3 hops: lb, proxy, server`, `3 plain pipes`; with `, connecting` after it
 * where each request has a connection of its own; the topology file's name in a load run on a file.
 */
export interface Scenario extends PathName {
  readonly section: Section
  readonly loop: 'open' | 'closed'
  /** Closed loop: kept in flight, over all connections together. Open loop: 0. */
  readonly outstanding: number
  readonly connections: number
  readonly payloadBytes: number
  /** Open loop: requests per second asked for, the mean of a shape. Closed loop: null. */
  readonly rate: number | null
  /** How the rate runs, and which keys requests have, as typed in full; absent: evenly, and a new key for each. */
  readonly form?: string
}

/** Of the requests answered. */
export interface Times {
  readonly p50Us: number
  readonly p90Us: number
  readonly p99Us: number
  readonly p999Us: number
  readonly maxUs: number
  readonly meanUs: number
}

/** How late the generator sent: actual minus planned send. */
export interface Lag {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** What one round of one scenario gave. Its warm-up is not in it. */
export interface Round {
  readonly elapsedMs: number
  readonly sent: number
  readonly answered: number
  readonly failed: number
  /** Answered. */
  readonly perSecond: number
  /** From the planned send. In a closed loop that is the send, and both times are alike. Null: only a rate is known. */
  readonly response: Times | null
  /** From the actual send. */
  readonly service: Times | null
  /** Null in a closed loop, which has no plan to be late for. */
  readonly lagUs: Lag | null
  /** Of the machine's processor time; null where the system does not tell. */
  readonly stealShare: number | null
  /** Why this round cannot be trusted, in words; empty if it can. */
  readonly doubts: readonly string[]
}

/** A measured round with its histograms, as whoever measures hands it over. */
export interface RoundOf {
  readonly round: Round
  readonly response: Histogram | null
  readonly service: Histogram | null
}

/** A bucket of `stats/histogram`, and how many values are in it. */
export type BucketCount = readonly [index: number, count: number]

/** A scenario with its rounds. Times without another word are response times; null where no round has any. */
export interface Figures extends Scenario {
  readonly requests: number
  readonly failed: number
  /** Medians of the rounds. */
  readonly perSecond: number
  readonly p50Us: number | null
  readonly p90Us: number | null
  readonly p99Us: number | null
  /** Of all requests of all rounds: one round has too few for its slowest thousandth to mean something. */
  readonly p999Us: number | null
  readonly maxUs: number | null
  readonly meanUs: number | null
  readonly stdevUs: number | null
  /** Medians and pooled figures likewise. */
  readonly service: Times | null
  /** Response times of all rounds. */
  readonly histogram: readonly BucketCount[]
  readonly rounds: readonly Round[]
}

/** What `to` costs over `from`: the middle of the differences of p50 within each round. Signed. */
export interface HopCost {
  readonly from: string
  readonly to: string
  readonly costUs: number
  /** The interval that holds the true cost with this confidence; null with too few rounds to claim one. */
  readonly lowUs: number | null
  readonly highUs: number | null
  readonly confidence: 0.95
}

/** The machine during one round of all scenarios. */
export interface RoundConditions {
  /** From 1. */
  readonly round: number
  readonly elapsedMs: number
  readonly loadAverage: number
  readonly stealShare: number | null
  readonly lagP99Us: number | null
  readonly doubts: readonly string[]
}

export interface BenchResult extends Machine {
  /** Unix time in milliseconds when it began. */
  readonly timeMs: number
  /** Of the command line, after `bench`. */
  readonly args: readonly string[]
  /** It was ended before all rounds were done. */
  readonly isPartial: boolean
  readonly topology: { readonly name: string; readonly hash: string; readonly nodes: number }
  readonly roundsPlanned: number
  /** How long a path is driven before what counts. */
  readonly warmUpMs: number
  readonly roundConditions: readonly RoundConditions[]
  readonly scenarios: readonly Figures[]
  readonly hopCosts: readonly HopCost[]
  /** Of the traced requests of a load; null: none was traced. */
  readonly anatomy: Anatomy | null
  /** Why the whole cannot be trusted, in words. */
  readonly warnings: readonly string[]
}
