/** What the decisions about all upstreams of one node see of each: two axes, health and admin, and the circuit. */
import type { Circuit, Health } from '../stats/reports.ts'
import type { Admin } from '../topology/types.ts'

export interface PoolMember {
  readonly weight: number
  readonly isBackup: boolean
  readonly admin: Admin
  readonly health: Health
  readonly circuit: Circuit
  /** It should be ejected, and is not, since nobody else is fit. */
  readonly isSpared: boolean
  /** Its link stands, is not silent and takes what is new, now or when there is room. */
  isReachable(): boolean
}

/** The operator and the file want it to have traffic. Of the others nothing is counted. */
export function isWanted({ weight, admin }: PoolMember): boolean {
  return weight > 0 && admin === 'ready'
}

/** It could take requests, and its circuit lets them through. */
export function isFit(member: PoolMember): boolean {
  return isWanted(member) && member.circuit === 'closed' && member.isReachable()
}
