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
  /** How the policy divides traffic among equals in the long run; the table shows it beside the measured share. */
  expects: 'equal' | 'weight'
}

const POLICIES = {
  'round-robin': { make: makeRoundRobin, expects: 'equal' },
  random: { make: makeRandom, expects: 'weight' },
  'least-connections': { make: makeLeastConnections, expects: 'weight' },
} satisfies Record<PolicyName, Entry>

const entryOf = (spec: PolicySpec): Entry => POLICIES[spec.name as PolicyName]

export function makePolicy(spec: PolicySpec, rng: Rng): Policy {
  return entryOf(spec).make(rng)
}

/** What of a forwarder's traffic each of these weights should see, summing to 1 (to 0 when all are 0). */
export function expectedShares(spec: PolicySpec, weights: readonly number[]): number[] {
  const parts = entryOf(spec).expects === 'equal' ? weights.map(weight => (weight > 0 ? 1 : 0)) : weights
  const total = parts.reduce((sum: number, part) => sum + part, 0)
  return parts.map(part => (total === 0 ? 0 : part / total))
}
