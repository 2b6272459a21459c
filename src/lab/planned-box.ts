/** What a benchmark measures, as data: which loads on which paths, for how long. */
import type { KeySpec } from '../load/keys.ts'
import type { ShapeSpec } from '../load/shape.ts'
import type { NodeId } from '../topology/types.ts'
import type { Scenario } from './bench-result.ts'

/** How long a box takes. */
export interface BoxTimes {
  /** From the first request to the first that counts: the burst of the start is no steady state. */
  readonly settleMs: number
  readonly durationMs: number
}

/** The smallest piece of a benchmark: one load on one path, for so long. */
export interface PlannedBox extends BoxTimes {
  /** What its rounds count for, the first of them what it is: one outstanding is a latency, and a throughput too. */
  readonly scenarios: readonly [Scenario, ...Scenario[]]
  /** The way through nodes, and what is sent; null: bare wires, which the path's name tells. */
  readonly way: Way | null
}

export interface Way {
  /** The node that the client connects to; null: every load balancer, in turn. */
  readonly entry: NodeId | null
  /** Open loop: requests per second that the shape is put around. */
  readonly rate: number
  readonly shape: ShapeSpec
  readonly arrivals: 'poisson' | 'uniform'
  /** Null: each request has a key of its own. */
  readonly keys: KeySpec | null
  /** One request in so many is traced; 0: none. */
  readonly traceEvery: number
}
