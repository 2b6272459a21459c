/** Every policy that a topology may name. The registry in `policy/` is checked against this list by its type. */
export const POLICY_NAMES = ['round-robin', 'random', 'least-connections'] as const

export type PolicyName = (typeof POLICY_NAMES)[number]
