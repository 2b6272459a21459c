/**
 * When a link counts as silent, and when it is believed again. Like HAProxy's `fall` and `rise` (its manual, "check"),
 * but asked only of a link that says nothing by itself: traffic is the better witness.
 */

export interface SilenceLimits {
  /** A link that said nothing for so long is sent a PING, and each PING is given so long. */
  readonly intervalMs: number
  /** The longest that a link which owes an answer may say nothing. */
  readonly timeoutMs: number
  /** So many PINGs in a row unanswered. */
  readonly fall: number
  /** So many signs of life in a row. */
  readonly rise: number
}

/** Of one link. Changed in place: a link has one for its life. */
export interface Silence {
  isSilent: boolean
  /** Since when something is owed that no byte has come for: the first of it. */
  waitingSinceMs: number
  /** PINGs in a row, each given its time, since the last byte. */
  missed: number
  /** PINGs not answered yet. */
  owedPongs: number
  pingedMs: number
  /** While silent: signs of life in a row. */
  signs: number
  /** A PING was sent since the last of them. */
  isAsked: boolean
}

export interface Heard {
  readonly lastByteMs: number
  /** Requests that the peer owes an answer. */
  readonly outstanding: number
}

/** `ping`: send one now. `overdue`, `unanswered`: it counts as silent from now on, and why. */
export type SilenceStep = 'nothing' | 'ping' | 'overdue' | 'unanswered'

/** PINGs are no more frequent, however short the interval: a listener closes whoever sends more than 100 a second. */
const PING_PERIOD_MS_MIN = 20
/** What may pile up for a process that stands still: with what is sent as it returns, well below those 100. */
const OWED_PONGS_MAX = 16

export function makeSilence(nowMs: number): Silence {
  return {
    isSilent: false,
    waitingSinceMs: nowMs,
    missed: 0,
    owedPongs: 0,
    pingedMs: -Infinity,
    signs: 0,
    isAsked: false,
  }
}

/** `lateMs`: for so long nobody here listened, and that time does not count. */
export function stepTick(
  silence: Silence,
  heard: Heard,
  limits: SilenceLimits,
  nowMs: number,
  lateMs: number,
): SilenceStep {
  silence.waitingSinceMs = Math.min(nowMs, silence.waitingSinceMs + lateMs)
  silence.pingedMs = Math.min(nowMs, silence.pingedMs + lateMs)
  return silence.isSilent ? stepSilent(silence, limits, nowMs) : stepTalking(silence, heard, limits, nowMs)
}

function stepTalking(silence: Silence, heard: Heard, limits: SilenceLimits, nowMs: number): SilenceStep {
  const { lastByteMs, outstanding } = heard
  const periodMs = Math.max(limits.intervalMs, PING_PERIOD_MS_MIN)
  if (lastByteMs >= silence.pingedMs) silence.missed = 0
  const isOverdue = outstanding > 0 && nowMs - Math.max(lastByteMs, silence.waitingSinceMs) >= limits.timeoutMs
  if (isOverdue) return fallSilent(silence, 'overdue')
  if (nowMs - Math.max(lastByteMs, silence.pingedMs) < periodMs) return 'nothing'
  if (silence.missed >= limits.fall) return fallSilent(silence, 'unanswered')
  if (silence.missed === 0 && outstanding === 0) silence.waitingSinceMs = nowMs
  silence.missed++
  return askOnce(silence, nowMs)
}

/** What it was sent before is still owed, and enough to hear of it again. */
function stepSilent(silence: Silence, limits: SilenceLimits, nowMs: number): SilenceStep {
  if (silence.owedPongs === 0)
    return nowMs - silence.pingedMs < PING_PERIOD_MS_MIN ? 'nothing' : askOnce(silence, nowMs)
  // The next sign is as late as a PING may not be: it was no return.
  if (nowMs - silence.pingedMs >= Math.max(limits.intervalMs, PING_PERIOD_MS_MIN)) silence.signs = 0
  return 'nothing'
}

function fallSilent(silence: Silence, why: 'overdue' | 'unanswered'): SilenceStep {
  silence.isSilent = true
  silence.signs = 0
  return why
}

function askOnce(silence: Silence, nowMs: number): 'ping' | 'nothing' {
  silence.pingedMs = nowMs
  if (silence.owedPongs >= OWED_PONGS_MAX) return 'nothing'
  silence.owedPongs++
  silence.isAsked = true
  return 'ping'
}

/**
 * Bytes came from a silent link. The first are a sign of life; each further one is the answer to a PING that was sent
 * after the one before, so that what a process says in one gasp counts once.
 */
export function stepHeard(silence: Silence, limits: SilenceLimits, nowMs: number): 'back' | 'ping' | 'nothing' {
  return silence.signs === 0 ? addSign(silence, limits, nowMs) : 'nothing'
}

/** A PONG came, from whatever link; also one unasked, of a peer that for a while reads nothing. */
export function stepPong(silence: Silence, limits: SilenceLimits, nowMs: number): 'back' | 'ping' | 'nothing' {
  silence.owedPongs = Math.max(0, silence.owedPongs - 1)
  if (!silence.isSilent || silence.signs === 0 || silence.owedPongs > 0) return 'nothing'
  return silence.isAsked ? addSign(silence, limits, nowMs) : askForSign(silence, nowMs)
}

function addSign(silence: Silence, limits: SilenceLimits, nowMs: number): 'back' | 'ping' | 'nothing' {
  silence.signs++
  silence.isAsked = false
  if (silence.signs >= limits.rise) {
    silence.isSilent = false
    silence.missed = 0
    return 'back'
  }
  return askForSign(silence, nowMs)
}

function askForSign(silence: Silence, nowMs: number): 'ping' | 'nothing' {
  const canAsk = nowMs - silence.pingedMs >= PING_PERIOD_MS_MIN && silence.owedPongs < OWED_PONGS_MAX
  return canAsk ? askOnce(silence, nowMs) : 'nothing'
}

/** A request is sent where none was outstanding. */
export function beginWaiting(silence: Silence, nowMs: number): void {
  if (silence.owedPongs === 0) silence.waitingSinceMs = nowMs
}
