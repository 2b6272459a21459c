/**
 * Whether an upstream that should be ejected may be: not more than a share of its equals at once, but one always
 * (Envoy's default of 10 % never ejects one of three), and never the last that could take requests.
 */
import { isFit, isWanted, type PoolMember } from './pool.ts'

export function mayEject(member: PoolMember, members: readonly PoolMember[], shareMax: number): boolean {
  if (!isWanted(member)) return false
  const equals = members.filter(each => isWanted(each) && each.isBackup === member.isBackup)
  // Of one that is silent or gone its ejection takes nothing away, and may never end.
  const ejected = equals.filter(each => each.circuit !== 'closed' && each.isReachable()).length
  if (ejected >= Math.max(1, Math.floor(equals.length * shareMax))) return false
  return members.some(each => each !== member && isFit(each))
}

/** Whether one that should be ejected is the last fit one, while others are there that are ejected: they may be no worse by now. */
export function isLastFit(member: PoolMember, members: readonly PoolMember[]): boolean {
  const others = members.filter(each => each !== member && isWanted(each) && each.isBackup === member.isBackup)
  return !others.some(isFit) && others.some(each => each.isReachable())
}
