/**
 * Whether a process still does something, as pure steps: its event loop sends a sign of life once a second at least
 * (supervise/reporting.ts), and who gives none for too long is hung, then given up. Its parents look for themselves,
 * by its links (health/silence.ts), and are faster; this is about the process, and who replaces it.
 */
import type { RestartSpec } from '../topology/types.ts'

/** Three signs missed. The parents have stopped sending to it long before (`health.timeout`, 1 s by default). */
export const HUNG_AFTER_MS = 3_000
/** From a process's own fork to its READY. */
export const READY_LIMIT_MS = 5_000

export interface Heartbeat {
  /** The last sign of life; that it was forked is the first. Later than that by all that nobody listened for since. */
  readonly aliveAtMs: number
  readonly isHung: boolean
}

/** How long somebody may be silent before he is called hung, and before he is given up. */
export interface Patience {
  readonly hungAfterMs: number
  readonly givenUpAfterMs: number
}

export type Verdict = 'kept' | 'hung' | 'given-up'

/** Of a process that is ready, or has been forked and is not. */
export function patienceWith(isReady: boolean, { heartbeatTimeoutMs }: RestartSpec): Patience {
  if (isReady) return { hungAfterMs: HUNG_AFTER_MS, givenUpAfterMs: heartbeatTimeoutMs }
  return { hungAfterMs: Number.POSITIVE_INFINITY, givenUpAfterMs: READY_LIMIT_MS }
}

/** A sign of life has come. */
export function heardAt(nowMs: number): Heartbeat {
  return { aliveAtMs: nowMs, isHung: false }
}

/**
 * One look at a process. `lateMs`: for how long before it the launcher itself did not run, stopped or starved; what was
 * said then is still unread, so that this time is nobody's silence.
 */
export function lookAt(
  { aliveAtMs, isHung }: Heartbeat,
  patience: Patience,
  nowMs: number,
  lateMs: number,
): { heartbeat: Heartbeat; silentMs: number; verdict: Verdict } {
  const sinceMs = Math.min(aliveAtMs + lateMs, nowMs)
  const silentMs = nowMs - sinceMs
  const verdict = verdictOn(silentMs, patience)
  return { heartbeat: { aliveAtMs: sinceMs, isHung: isHung || verdict === 'hung' }, silentMs, verdict }
}

function verdictOn(silentMs: number, { hungAfterMs, givenUpAfterMs }: Patience): Verdict {
  if (silentMs >= givenUpAfterMs) return 'given-up'
  return silentMs >= hungAfterMs ? 'hung' : 'kept'
}
