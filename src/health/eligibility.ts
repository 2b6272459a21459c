/**
 * Which of a node's upstreams its traffic is divided among. Backups only while nobody else is fit; circuits only while
 * they leave somebody. Whether there is room is asked last, elsewhere: a full upstream is still the one to use.
 */
import { judgePanic, type PanicVerdict } from './panic.ts'
import { isFit, isWanted, type PoolMember } from './pool.ts'

export interface Eligibility<Member extends PoolMember> extends PanicVerdict {
  readonly eligible: readonly Member[]
  readonly isOnBackups: boolean
}

export function judgeEligibility<Member extends PoolMember>(
  members: readonly Member[],
  panicThreshold: number,
  wasPanic: boolean,
): Eligibility<Member> {
  const reachable = members.filter(each => isWanted(each) && each.isReachable())
  const backups = reachable.filter(({ isBackup }) => isBackup)
  const others = reachable.filter(({ isBackup }) => !isBackup)
  const panic = judgePanic(members, panicThreshold, wasPanic)
  const fitBackups = backups.filter(isFit)
  if (panic.fit === 0 && fitBackups.length > 0) {
    return { ...panic, isPanic: false, eligible: fitBackups, isOnBackups: true }
  }
  // The last who could be used is, whatever its circuit says.
  if (panic.fit === 0) {
    const left = others.length > 0 ? others : backups
    return {
      ...panic,
      isPanic: panic.isPanic || left.length > 0,
      eligible: left,
      isOnBackups: left === backups && left.length > 0,
    }
  }
  return { ...panic, eligible: panic.isPanic ? others : others.filter(isFit), isOnBackups: false }
}
