/**
 * Time, handed in. Zero is the host's (CLOCK_MONOTONIC), so that stamps of different processes on one machine
 * compare; a virtual clock starts at 0. This file alone, below rank 7, may name the timers of the platform.
 */
import type { Rng } from './rng.ts'

export interface Timer {
  /** Idempotent; after it, `fire` is never called. */
  cancel(): void
}

export interface Clock {
  /** Milliseconds with a fraction; never goes back. */
  nowMs(): number
  /** Calls `fire` once, no earlier than the delay asks within `tickMs`. */
  after(delayMs: number, fire: () => void): Timer
  /** Calls `fire` when everything that this turn of the event loop had to read has been read. */
  afterTurn(fire: () => void): void
  /** How coarse `after` is: 1 ms on a host, 0 in virtual time. */
  readonly tickMs: number
}

/** Together they take some microseconds. */
const ZERO_READINGS = 20

/** setTimeout fires at once for delays past 2^31-1 ms. */
const TIMEOUT_MS_MAX = 2_147_483_647

/** The clock of this machine. `rng` decides the last millisecond of a delay with a fraction, so that means stay true. */
export function makeHostClock(rng: Rng): Clock {
  // performance.now() costs a third of hrtime.bigint() and runs on the same clock, from a zero of its own.
  const zeroMs = readZeroMs()
  const nowMs = () => zeroMs + performance.now()
  const soon = makeSoonQueue(nowMs)
  return {
    tickMs: 1,
    nowMs,
    after: (delayMs, fire) => (delayMs < 1 ? soon(delayMs, fire) : startTimeout(delayMs, fire, rng)),
    afterTurn: fire => {
      setImmediate(fire)
    },
  }
}

/**
 * Where performance.now() begins on the host's clock. A process that starts on a busy machine may stand still for tens
 * of milliseconds between two readings: of several, those that were closest together count.
 */
function readZeroMs(): number {
  let [zeroMs, closestMs] = [0, Infinity]
  for (let left = ZERO_READINGS; left > 0; left--) {
    const beforeMs = hostMs()
    const ownMs = performance.now()
    const apartMs = hostMs() - beforeMs
    if (apartMs >= closestMs) continue
    closestMs = apartMs
    zeroMs = beforeMs + apartMs / 2 - ownMs
  }
  return zeroMs
}

const hostMs = (): number => Number(process.hrtime.bigint()) / 1e6

/** setTimeout cuts fractions: 1.3 ms waits 1 ms in seven of ten calls, 2 ms in three. */
function startTimeout(delayMs: number, fire: () => void, rng: Rng): Timer {
  const wholeMs = Math.floor(delayMs)
  const extraMs = delayMs > wholeMs && rng.float() < delayMs - wholeMs ? 1 : 0
  const handle = setTimeout(fire, Math.min(wholeMs + extraMs, TIMEOUT_MS_MAX))
  return { cancel: () => clearTimeout(handle) }
}

/**
 * Delays under 1 ms: no timer of the platform is that fine (setTimeout makes 1 ms of 0), so a queue is polled once a
 * turn. While one such delay is under way the process uses its core whole; that is the price of the resolution.
 */
function makeSoonQueue(nowMs: () => number): (delayMs: number, fire: () => void) => Timer {
  interface Soon {
    dueMs: number
    fire: (() => void) | null
  }
  let waiting: Soon[] = []
  let isPolling = false
  const pollNextTurn = () => {
    // One poll a turn, also when what fires asks for the next delay.
    if (isPolling) return
    isPolling = true
    setImmediate(poll)
  }
  const poll = () => {
    isPolling = false
    const now = nowMs()
    const due = waiting.filter(soon => soon.dueMs <= now)
    waiting = waiting.filter(soon => soon.dueMs > now)
    for (const soon of due) soon.fire?.()
    if (waiting.length > 0) pollNextTurn()
  }
  return (delayMs, fire) => {
    const soon: Soon = { dueMs: nowMs() + delayMs, fire }
    waiting.push(soon)
    pollNextTurn()
    return {
      cancel: () => {
        soon.fire = null
      },
    }
  }
}
