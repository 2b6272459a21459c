/** What one round of a load is, and what it can be sent to. */
import type { Clock } from '../base/clock.ts'
import type { Rng } from '../base/rng.ts'
import type { KeySpec } from '../load/keys.ts'
import type { ShapeSpec } from '../load/shape.ts'

export interface LoadPlan {
  readonly loop: 'open' | 'closed'
  /** Open loop: requests per second that the shape is put around. */
  readonly rate: number
  readonly shape: ShapeSpec
  /** Open loop: whether requests come one by one on their own, or as evenly as the rate allows. */
  readonly arrivals: 'poisson' | 'uniform'
  /** Closed loop: requests kept in flight, over all connections together. */
  readonly outstanding: number
  /** Null: each request has a key of its own. */
  readonly keys: KeySpec | null
  /** Before what counts, at the same rate or with as many outstanding; a shape begins after it. */
  readonly warmUpMs: number
  readonly durationMs: number
}

/**
 * A request ended. `code`: 0 where it was answered, else that of wire/error-code.ts. `plannedMs`: as it was given to
 * `send`. The response time counts from there, the service time from the actual send.
 */
export type LoadListener = (code: number, plannedMs: number, responseMs: number, serviceMs: number) => void

/** A client that a load is sent through. */
export interface LoadTarget {
  /** Without a key hash the client draws one. */
  send(plannedMs: number, nowMs: number, keyHash?: number): void
  /** Whom to tell of every request that ends, once, also from inside `send`; a round sets it, and takes it away. */
  onOutcome: LoadListener | null
}

/** What a round needs of the world. */
export interface LoadWorld {
  readonly clock: Clock
  readonly rng: Rng
  /** Ends the round at once: nothing more is sent, and it is rejected. */
  readonly signal?: AbortSignal
}

/** One round of a load, where nobody says how long. */
export const ROUND_MS = 2_000
export const QUICK_ROUND_MS = 500
