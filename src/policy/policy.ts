/**
 * The heart of balancing: numbers in, an index out. A policy sees only upstreams that may be used, and at least two of
 * them; it keeps its own turn and nothing else.
 */
import type { Rng } from '../base/rng.ts'
import type { NodeId } from '../topology/types.ts'

export interface UpstreamView {
  readonly id: NodeId
  /** Above 0: an upstream of weight 0 is never eligible. */
  readonly weight: number
  /** Sent and not yet answered, by this node alone. */
  readonly inFlight: number
  /** How long those in flight have been so, on average; 0 where none are. It grows while an upstream says nothing. */
  ageMs(nowMs: number): number
}

export interface PickContext {
  nowMs: number
  keyHash: number
  /** 1 for the first try of a request. */
  attempt: number
}

export interface Policy {
  /** The index of the upstream to use. `eligible` has at least two members and is not to be kept or changed. */
  pick(eligible: readonly UpstreamView[], context: PickContext): number
  /**
   * An attempt ended, `latencyMs` after it was sent: answered, or not, for whatever reason but that nobody wanted the
   * answer any more. For policies that learn from it.
   */
  onEnd?(upstream: UpstreamView, isAnswered: boolean, latencyMs: number, nowMs: number): void
  /** The members are these from now on, eligible or not. For policies that remember something of each. */
  update?(members: readonly UpstreamView[]): void
}

export type MakePolicy = (rng: Rng) => Policy
