/**
 * When a process that ended may start again, as a pure step. A node that had been ready for a while is replaced at
 * once; only starts that never stayed ready count against it (s6 waits the same way; systemd's mark is five starts in
 * ten seconds). As with Erlang's permanent children it is no matter how it ended, in order or by a signal; only exit 78
 * and a wish are heard.
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
  /** `watchdog`: it was given up, since it was not ready in time or hung. `itself`: any other way, a fork that failed too. */
  readonly by: 'itself' | 'watchdog'
  /** How long the process had been ready, up to its last sign of life; null when it never was. */
  readonly readyForMs: number | null
  /** Null where a signal ended it, and where it could not be started. */
  readonly exitCode: number | null
  /** False: it was told to go, by an operator, an edit or the end of the run. Whoever did so says what comes after it. */
  readonly isWanted: boolean
}

export interface RestartDecision {
  readonly state: RestartState
  /** Null: do not start it again. */
  readonly delayMs: number | null
  readonly isCrashLoop: boolean
}

/** Also of a node whose start somebody asks for: a wish begins a new story. */
export const NO_FAILED_STARTS: RestartState = { failedAtMs: [], failures: 0 }

/** What follows from one ending. */
export function stepRestart(
  state: RestartState,
  ending: Ending,
  spec: RestartSpec,
  nowMs: number,
  rng: Rng,
): RestartDecision {
  if (!ending.isWanted) return { state, delayMs: null, isCrashLoop: false }
  if (ending.exitCode === EXIT_DO_NOT_RESTART) return { state, delayMs: null, isCrashLoop: true }
  if (ending.readyForMs !== null && ending.readyForMs > STABLE_MS) {
    return { state: NO_FAILED_STARTS, delayMs: 0, isCrashLoop: false }
  }
  const failedAtMs = [...stillCounting(state, ending, nowMs), nowMs]
  const failures = state.failures + 1
  const isCrashLoop = failedAtMs.length >= LOOP_STARTS
  const delayMs = isCrashLoop
    ? spec.delayMaxMs
    : Math.round(doubledDelayMs(failures, spec) * (1 - JITTER * rng.float()))
  return { state: { failedAtMs, failures }, delayMs, isCrashLoop }
}

/** Of the failed starts before this one, those that make a crash loop with it. */
function stillCounting({ failedAtMs }: RestartState, { by }: Ending, nowMs: number): readonly number[] {
  // In a loop the delay outlasts the window, so the count of the loop must be kept, not found anew.
  if (failedAtMs.length >= LOOP_STARTS) return failedAtMs.slice(1)
  // The watchdog's patience with two starts outlasts it too.
  if (by === 'watchdog') return failedAtMs
  return failedAtMs.filter(atMs => nowMs - atMs <= LOOP_WINDOW_MS)
}

/** delayMin, twice that, four times… up to delayMax. */
function doubledDelayMs(failures: number, spec: RestartSpec): number {
  let delayMs = spec.delayMinMs
  for (let i = 1; i < failures && delayMs < spec.delayMaxMs; i++) delayMs *= 2
  return Math.min(delayMs, spec.delayMaxMs)
}
