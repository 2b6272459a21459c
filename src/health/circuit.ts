/**
 * Whether one upstream is let have requests, by how those that it had have ended: `closed` lets them through, `open`
 * blocks them for a time, `half-open` lets one at a time try. Two signs trip it, failures in a row or a low rate of
 * success, so that it works for two upstreams as for twenty: nothing is compared with an average of others. The shape
 * is linkerd's (its "unified" accrual), the times are Envoy's (outlier detection: base time × number, up to a longest).
 */
import type { Circuit } from '../stats/reports.ts'
import type { HealthSpec } from '../topology/types.ts'
import { ejectionMs } from './ejection-time.ts'
import { countEnd, forget, makeSuccessWindow, type SuccessWindow } from './success-window.ts'

export type CircuitLimits = Pick<
  HealthSpec,
  | 'consecutiveFailures'
  | 'successRateMin'
  | 'successRateWindowMs'
  | 'successRateRequests'
  | 'ejectionTimeMs'
  | 'ejectionTimeMaxMs'
>

/** Changed in place: every request that ends passes here. */
export interface CircuitState {
  circuit: Circuit
  failuresInARow: number
  readonly window: SuccessWindow
  /** Ejections in a row, the present one included. */
  ejections: number
  /** While open: when it ends. */
  untilMs: number
  /** Requests sent before say nothing of now. */
  closedSinceMs: number
  /** How long the last ejection was to be; closed for as long, the count of ejections begins anew. */
  ejectionMs: number
  /** While half-open: when the probe was sent; null while none is in flight. */
  probeSentMs: number | null
}

export function makeCircuit(): CircuitState {
  return {
    circuit: 'closed',
    failuresInARow: 0,
    window: makeSuccessWindow(),
    ejections: 0,
    untilMs: 0,
    closedSinceMs: -Infinity,
    ejectionMs: 0,
    probeSentMs: null,
  }
}

/** A request is sent. */
export function stepSent(state: CircuitState, nowMs: number): void {
  if (state.circuit === 'half-open') state.probeSentMs ??= nowMs
}

/** One that was sent at `sentMs` was answered. True where it was the probe: the circuit is closed. */
export function stepAnswered(state: CircuitState, limits: CircuitLimits, sentMs: number, nowMs: number): boolean {
  if (state.circuit !== 'closed') {
    if (!isProbe(state, sentMs)) return false
    closeCircuit(state, nowMs)
    return true
  }
  if (sentMs < state.closedSinceMs) return false
  state.failuresInARow = 0
  if (limits.successRateMin > 0) countEnd(state.window, false, nowMs, limits.successRateWindowMs)
  return false
}

/** One failed. Returns why the upstream should be ejected, or null; the caller decides whether it may be. */
export function stepFailed(state: CircuitState, limits: CircuitLimits, sentMs: number, nowMs: number): string | null {
  if (state.circuit !== 'closed') return isProbe(state, sentMs) ? 'probe failed' : null
  if (sentMs < state.closedSinceMs) return null
  state.failuresInARow++
  if (limits.successRateMin > 0) countEnd(state.window, true, nowMs, limits.successRateWindowMs)
  if (limits.consecutiveFailures > 0 && state.failuresInARow >= limits.consecutiveFailures) {
    return state.failuresInARow === 1 ? 'a failure' : `${state.failuresInARow} failures in a row`
  }
  return whyTooFew(state.window, limits)
}

/** One ended in a way that says nothing of the upstream. True where it was the probe: another one is due. */
export function stepUndecided(state: CircuitState, sentMs: number): boolean {
  if (!isProbe(state, sentMs)) return false
  state.probeSentMs = null
  return true
}

/** Opens it. `chance`, from 0 to 1, spreads the ends of ejections. Returns how long it is to last. */
export function openCircuit(state: CircuitState, limits: CircuitLimits, chance: number, nowMs: number): number {
  const isOld = state.circuit === 'closed' && nowMs - state.closedSinceMs >= state.ejectionMs
  state.ejections = isOld ? 1 : state.ejections + 1
  state.ejectionMs = ejectionMs(state.ejections, limits, chance)
  state.untilMs = nowMs + state.ejectionMs
  state.circuit = 'open'
  state.probeSentMs = null
  return state.ejectionMs
}

/** True where the ejection's time is over: half-open from now on. */
export function stepTime(state: CircuitState, nowMs: number): boolean {
  if (state.circuit !== 'open' || nowMs < state.untilMs) return false
  state.circuit = 'half-open'
  return true
}

/** Half-open, and nobody tries yet. */
export function isProbeDue(state: CircuitState): boolean {
  return state.circuit === 'half-open' && state.probeSentMs === null
}

/** For a new process: nothing is known of it. */
export function resetCircuit(state: CircuitState, nowMs: number): void {
  closeCircuit(state, nowMs)
  state.ejections = 0
  state.ejectionMs = 0
}

function closeCircuit(state: CircuitState, nowMs: number): void {
  state.circuit = 'closed'
  state.failuresInARow = 0
  forget(state.window)
  state.closedSinceMs = nowMs
  state.probeSentMs = null
}

/** In a panic others are sent beside the probe, and their word is as good. */
function isProbe(state: CircuitState, sentMs: number): boolean {
  return state.circuit === 'half-open' && state.probeSentMs !== null && sentMs >= state.probeSentMs
}

function whyTooFew({ endedSum, failedSum }: SuccessWindow, limits: CircuitLimits): string | null {
  if (limits.successRateMin === 0 || endedSum < limits.successRateRequests) return null
  const rate = (endedSum - failedSum) / endedSum
  return rate < limits.successRateMin ? `success rate ${Math.floor(rate * 100)} %` : null
}
