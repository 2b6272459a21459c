/** Why a round cannot be trusted, in words. Each limit says where it comes from. Pure. */
import { formatLatency } from '../base/units.ts'
import type { Lag } from './bench-result.ts'

/** Hyperfine's kind of warning; on a machine that shares its cores, 2 % is what is always there. */
export const STEAL_SHARE_MAX = 0.02
/** As load generators have it: less than 99 % of what was asked for is another load than that. */
export const ACHIEVED_SHARE_MIN = 0.99
/** Five ticks of the platform's timers: what lies beyond is no matter of resolution. */
export const LAG_P99_US_MAX = 5_000
/** Of a core; with more there is no room for what comes in bursts. */
const OWN_SHARE_MAX = 0.9
/** Of chance: differences within three deviations come without a cause. */
const SIGMAS = 3

export interface RoundFacts {
  /** Of the requests that count. */
  readonly sent: number
  readonly failed: number
  readonly failedBy: Readonly<Record<string, number>>
  readonly p50Us: number | null
  /** Null in a closed loop. */
  readonly lagUs: Lag | null
  /** Null in a closed loop, which asks for no rate. */
  readonly achieved: Achieved | null
  readonly stealShare: number | null
  readonly ownShare: number
}

export interface Achieved {
  readonly askedPerSecond: number
  /** Answered, or refused by a server's own word, while the round lasted. */
  readonly perSecond: number
  readonly durationMs: number
  /** In flight when the round began. So many are under way at its end too, more or less, without being late. */
  readonly underWay: number
}

/** Empty where nothing speaks against it. */
export function doubtsOf(facts: RoundFacts): string[] {
  const doubts = [emptyDoubt(facts), failureDoubt(facts), saturationDoubt(facts), lagDoubt(facts)]
  return [...doubts, stealDoubt(facts.stealShare)].filter(doubt => doubt !== null)
}

export function stealDoubt(stealShare: number | null): string | null {
  if (stealShare === null || stealShare <= STEAL_SHARE_MAX) return null
  return `${percent(stealShare)} of the processor time was stolen by other machines (limit ${percent(STEAL_SHARE_MAX)})`
}

function emptyDoubt({ sent }: RoundFacts): string | null {
  return sent === 0 ? 'no request fell into it' : null
}

function failureDoubt({ sent, failed, failedBy }: RoundFacts): string | null {
  if (failed === 0) return null
  const reasons = Object.entries(failedBy)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count}`)
  return `${failed} of ${sent} requests failed (${reasons.join(', ')})`
}

function saturationDoubt({ achieved, ownShare }: RoundFacts): string | null {
  if (!achieved || !isSaturated(achieved)) return null
  const { askedPerSecond, perSecond } = achieved
  // Rounded down: 98.99 % is not the limit.
  const share = percent(Math.floor((1_000 * perSecond) / askedPerSecond) / 1_000)
  const own = ownShare > OWN_SHARE_MAX ? `; the generator itself took ${percent(ownShare)} of a core` : ''
  return `saturated: ${Math.round(perSecond)} of ${Math.round(askedPerSecond)} per second asked for, ${share} (limit ${percent(ACHIEVED_SHARE_MIN)})${own}`
}

/** Few requests, or many under way, make a share of their own by chance: a lack has to be more than that. */
function isSaturated({ askedPerSecond, perSecond, durationMs, underWay }: Achieved): boolean {
  const lacking = ((askedPerSecond - perSecond) * durationMs) / 1_000
  return perSecond < askedPerSecond * ACHIEVED_SHARE_MIN && lacking > SIGMAS * Math.sqrt(1 + underWay)
}

/** A generator that is later than what it measures takes, measures itself. */
function lagDoubt({ lagUs, p50Us }: RoundFacts): string | null {
  if (!lagUs) return null
  const said = `the generator was late: p99 ${formatLatency(lagUs.p99)}`
  if (p50Us !== null && lagUs.p99 > p50Us) return `${said} (limit: the p50 of ${formatLatency(p50Us)})`
  return lagUs.p99 > LAG_P99_US_MAX ? `${said} (limit ${formatLatency(LAG_P99_US_MAX)})` : null
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`
}
