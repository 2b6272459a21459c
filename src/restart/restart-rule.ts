/**
 * When a process that ended may start again, as a pure step. A node that had been ready for a while is replaced at
 * once; only starts that never stayed ready count against it (s6 waits the same way; systemd's mark is five starts in
 * ten seconds).
 */
import type { Rng } from '../base/rng.ts'
import type { RestartSpec } from '../topology/types.ts'

/** A start that stayed ready this long was good: what follows is a new story. */
export const STABLE_MS = 1_000
/** Failed starts within LOOP_WINDOW_MS that make a crash loop. */
export const LOOP_STARTS = 5
export const LOOP_WINDOW_MS = 10_000
/** EX_CONFIG of sysexits.h: trying again cannot help. */
export const EXIT_DO_NOT_RESTART = 78
/** Delays differ by up to this part, so that nodes that died together do not all come back together. */
const JITTER = 0.25

export interface RestartState {
  /** When starts ended that never stayed ready for STABLE_MS, oldest first: those of the last LOOP_WINDOW_MS. */
  readonly failedAtMs: readonly number[]
  /** All such starts since the last good one. */
  readonly failures: number
}

export interface Ending {
  /** How long the process had been ready; null when it never was. */
  readonly readyForMs: number | null
  readonly exitCode: number | null
}

export interface RestartDecision {
  readonly state: RestartState
  /** Null: do not start it again. */
  readonly delayMs: number | null
  readonly isCrashLoop: boolean
}

export const NO_FAILED_STARTS: RestartState = { failedAtMs: [], failures: 0 }

/** What follows from one ending. */
export function stepRestart(
  state: RestartState,
  ending: Ending,
  spec: RestartSpec,
  nowMs: number,
  rng: Rng,
): RestartDecision {
  if (ending.exitCode === EXIT_DO_NOT_RESTART) return { state, delayMs: null, isCrashLoop: true }
  if (ending.readyForMs !== null && ending.readyForMs > STABLE_MS) {
    return { state: NO_FAILED_STARTS, delayMs: 0, isCrashLoop: false }
  }
  const recent = state.failedAtMs.filter(atMs => nowMs - atMs <= LOOP_WINDOW_MS)
  // In a loop the delay outlasts the window, so the count of the loop must be kept, not found anew.
  const failedAtMs = [...(state.failedAtMs.length >= LOOP_STARTS ? state.failedAtMs.slice(1) : recent), nowMs]
  const failures = state.failures + 1
  const isCrashLoop = failedAtMs.length >= LOOP_STARTS
  const delayMs = isCrashLoop
    ? spec.delayMaxMs
    : Math.round(doubledDelayMs(failures, spec) * (1 - JITTER * rng.float()))
  return { state: { failedAtMs, failures }, delayMs, isCrashLoop }
}

/** delayMin, twice that, four times… up to delayMax. */
function doubledDelayMs(failures: number, spec: RestartSpec): number {
  let delayMs = spec.delayMinMs
  for (let i = 1; i < failures && delayMs < spec.delayMaxMs; i++) delayMs *= 2
  return Math.min(delayMs, spec.delayMaxMs)
}
