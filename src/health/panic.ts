/**
 * Panic: with so few upstreams fit that they would break under the load of all, ejections are ignored, since a poor
 * answer is then better than none (Envoy's panic threshold). Silence and lost links are never ignored. One that only
 * stays because it is the last counts as unfit: it would keep all traffic from those that are well again.
 */
import { isFit, isWanted, type PoolMember } from './pool.ts'

export interface PanicVerdict {
  readonly isPanic: boolean
  readonly fit: number
  readonly of: number
}

/**
 * Not yet connected is not yet unfit. Where nobody is there at all, nothing changes: there is nobody to use. Where
 * nobody is wanted, it is over.
 */
export function judgePanic(members: readonly PoolMember[], threshold: number, wasPanic: boolean): PanicVerdict {
  const counted = members.filter(each => isWanted(each) && !each.isBackup && each.health !== 'unknown')
  const fit = counted.filter(each => isFit(each) && !each.isSpared).length
  const isAnyoneThere = counted.some(each => each.isReachable())
  const isStill = wasPanic && members.some(each => isWanted(each) && !each.isBackup)
  return { isPanic: isAnyoneThere ? fit < threshold * counted.length : isStill, fit, of: counted.length }
}
