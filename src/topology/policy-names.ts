/** Every policy that a topology may name. The registry in `policy/` is checked against this list by its type. */
export const POLICY_NAMES = [
  'round-robin',
  'weighted-round-robin',
  'random',
  'least-connections',
  'power-of-two',
  'peak-ewma',
  'least-time',
  'consistent-hash',
  'first',
] as const

export type PolicyName = (typeof POLICY_NAMES)[number]

/** What of policies may be set, beside the name; the others have nothing. */
export interface PolicyParameters {
  'peak-ewma': {
    /** How long a slow answer is remembered. */
    readonly decayMs: number
  }
  first: {
    /** Requests in flight at an upstream before the next one gets any. */
    readonly upTo: number
  }
}
