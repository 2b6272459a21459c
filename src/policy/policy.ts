/**
 * The heart of balancing: numbers in, an index out. A policy sees only upstreams that may be used, and at least two of
 * them; it keeps its turn, and what it has learned of its upstreams, and nothing else.
 */
import type { Rng } from '../base/rng.ts'
import type { PolicyName } from '../topology/policy-names.ts'
import type { NodeId, PolicySpec } from '../topology/types.ts'

/** One object for as long as the upstream is a member, so that a policy may know it again by that. */
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
  /**
   * The index of the upstream to use. `eligible` has at least two members, in the order of the file, and is not to be
   * kept or changed. Who is in it differs from pick to pick, and a pick may come to nothing.
   */
  pick(eligible: readonly UpstreamView[], context: PickContext): number
  /**
   * An attempt ended, `latencyMs` after it was sent: answered, or not, for whatever reason but that nobody wanted the
   * answer any more. For policies that learn from it.
   */
  onEnd?(upstream: UpstreamView, isAnswered: boolean, latencyMs: number, nowMs: number): void
  /** The members are these from now on, eligible or not. For policies that remember something of each. */
  update?(members: readonly UpstreamView[]): void
}

/** Makes a policy of that name, with its parameters as the topology has them. */
export type MakePolicy<Name extends PolicyName = PolicyName> = (rng: Rng, spec: PolicySpec<Name>) => Policy
