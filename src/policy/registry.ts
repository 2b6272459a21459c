/** Every policy by its name in the topology file. Adding one: its file, a line here, a line in `policy-names.ts`. */
import type { Rng } from '../base/rng.ts'
import type { PolicyName } from '../topology/policy-names.ts'
import type { PolicySpec } from '../topology/types.ts'
import { makeConsistentHash } from './consistent-hash.ts'
import { makeFirst } from './first.ts'
import { makeLeastConnections } from './least-connections.ts'
import { makeLeastTime } from './least-time.ts'
import { makePeakEwma } from './peak-ewma.ts'
import type { MakePolicy, Policy } from './policy.ts'
import { makePowerOfTwo } from './power-of-two.ts'
import { makeRandom } from './random.ts'
import { makeRoundRobin } from './round-robin.ts'
import { makeWeightedRoundRobin } from './weighted-round-robin.ts'

interface Entry<Name extends PolicyName = PolicyName> {
  make: MakePolicy<Name>
  /** How it divides traffic in the long run, summing to 1; null where picks follow what upstreams are doing. */
  sharesOf(weights: readonly number[]): number[] | null
}

const POLICIES: { readonly [Name in PolicyName]: Entry<Name> } = {
  'round-robin': { make: makeRoundRobin, sharesOf: equalShares },
  'weighted-round-robin': { make: makeWeightedRoundRobin, sharesOf: sharesByWeight },
  random: { make: makeRandom, sharesOf: sharesByWeight },
  'least-connections': { make: makeLeastConnections, sharesOf: shareWithoutChoice },
  'power-of-two': { make: makePowerOfTwo, sharesOf: shareWithoutChoice },
  'peak-ewma': { make: makePeakEwma, sharesOf: shareWithoutChoice },
  'least-time': { make: makeLeastTime, sharesOf: shareWithoutChoice },
  // Of requests whose keys are many and equally frequent, as those of the built-in clients are.
  'consistent-hash': { make: makeConsistentHash, sharesOf: sharesByWeight },
  first: { make: makeFirst, sharesOf: shareWithoutChoice },
}

const entryOf = (spec: PolicySpec): Entry => POLICIES[spec.name] as Entry

export function makePolicy(spec: PolicySpec, rng: Rng): Policy {
  return entryOf(spec).make(rng, spec)
}

/** What of a forwarder's traffic each of these weights should see, summing to 1; null where it promises nothing. */
export function expectedShares(spec: PolicySpec, weights: readonly number[]): number[] | null {
  return entryOf(spec).sharesOf(weights)
}

/** A weight of 0 takes nothing under any policy. */
function equalShares(weights: readonly number[]): number[] {
  return sharesByWeight(weights.map(weight => (weight > 0 ? 1 : 0)))
}

function sharesByWeight(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map(weight => (total === 0 ? 0 : weight / total))
}

/** For policies that look at the load: even equal weights promise nothing to upstreams that are unlike. */
function shareWithoutChoice(weights: readonly number[]): number[] | null {
  return weights.filter(weight => weight > 0).length > 1 ? null : sharesByWeight(weights)
}
