/** Every policy by its name in the topology file. Adding one: its file, a line here, a line in `policy-names.ts`. */
import type { Rng } from '../base/rng.ts'
import type { PolicyName } from '../topology/policy-names.ts'
import type { PolicySpec } from '../topology/types.ts'
import { makeLeastConnections } from './least-connections.ts'
import type { MakePolicy, Policy } from './policy.ts'
import { makeRandom } from './random.ts'
import { makeRoundRobin } from './round-robin.ts'

interface Entry {
  make: MakePolicy
  /** How it divides traffic in the long run, summing to 1; null where that depends on the load. */
  sharesOf(weights: readonly number[]): number[] | null
  /** Whether picks follow what upstreams are doing: then `sharesOf` holds only for upstreams that are alike. */
  looksAtLoad: boolean
}

const POLICIES = {
  'round-robin': { make: makeRoundRobin, sharesOf: equalShares, looksAtLoad: false },
  random: { make: makeRandom, sharesOf: sharesByWeight, looksAtLoad: false },
  // While little is in flight the heaviest takes nearly all, and by weight only when much is.
  'least-connections': {
    make: makeLeastConnections,
    sharesOf: weights => (areEqual(weights) ? equalShares(weights) : null),
    looksAtLoad: true,
  },
} satisfies Record<PolicyName, Entry>

const entryOf = (spec: PolicySpec): Entry => POLICIES[spec.name as PolicyName]

export function makePolicy(spec: PolicySpec, rng: Rng): Policy {
  return entryOf(spec).make(rng)
}

/** What of a forwarder's traffic each of these weights should see, summing to 1; null where it promises nothing. */
export function expectedShares(spec: PolicySpec, weights: readonly number[]): number[] | null {
  return entryOf(spec).sharesOf(weights)
}

/** The same where it holds however unlike the upstreams are; null where a slow one would be spared. */
export function fixedShares(spec: PolicySpec, weights: readonly number[]): number[] | null {
  const hasChoice = weights.filter(weight => weight > 0).length > 1
  return hasChoice && entryOf(spec).looksAtLoad ? null : expectedShares(spec, weights)
}

/** A weight of 0 takes nothing under any policy. */
function equalShares(weights: readonly number[]): number[] {
  return sharesByWeight(weights.map(weight => (weight > 0 ? 1 : 0)))
}

function sharesByWeight(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map(weight => (total === 0 ? 0 : weight / total))
}

function areEqual(weights: readonly number[]): boolean {
  return new Set(weights.filter(weight => weight > 0)).size <= 1
}
