/** How long the n-th ejection in a row lasts: n times the first, up to the longest, with up to a tenth by chance. */

const JITTER = 0.1

export interface EjectionTimes {
  readonly ejectionTimeMs: number
  readonly ejectionTimeMaxMs: number
}

/** `chance` from 0 to 1. Several parents eject one upstream in the same moment: they are not to probe in the same. */
export function ejectionMs(ejections: number, limits: EjectionTimes, chance: number): number {
  return Math.min(limits.ejectionTimeMs * ejections * (1 + JITTER * chance), limits.ejectionTimeMaxMs)
}
