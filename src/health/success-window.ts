/**
 * How many requests ended within the last while, and how many of them failed: a ring of buckets, each a tenth of the
 * while, so that the sums are exact and forgetting costs nothing per request.
 */

const BUCKETS = 10

export interface SuccessWindow {
  readonly ended: number[]
  readonly failed: number[]
  endedSum: number
  failedSum: number
  /** The bucket of now, and when it ends. */
  at: number
  untilMs: number
  /** What a bucket spans; another one, and what was counted means nothing any more. */
  bucketMs: number
}

export function makeSuccessWindow(): SuccessWindow {
  const empty = () => Array.from({ length: BUCKETS }, () => 0)
  return { ended: empty(), failed: empty(), endedSum: 0, failedSum: 0, at: 0, untilMs: -Infinity, bucketMs: 0 }
}

/** A request ended. `nowMs` never goes back. */
export function countEnd(window: SuccessWindow, isFailure: boolean, nowMs: number, windowMs: number): void {
  if (nowMs >= window.untilMs) roll(window, nowMs, windowMs / BUCKETS)
  window.ended[window.at]!++
  window.endedSum++
  if (!isFailure) return
  window.failed[window.at]!++
  window.failedSum++
}

export function forget(window: SuccessWindow): void {
  window.ended.fill(0)
  window.failed.fill(0)
  window.endedSum = 0
  window.failedSum = 0
  window.untilMs = -Infinity
}

/** Goes on to the bucket of now, emptying those that it comes by. */
function roll(window: SuccessWindow, nowMs: number, bucketMs: number): void {
  const steps = bucketMs === window.bucketMs ? Math.floor((nowMs - window.untilMs) / bucketMs) + 1 : BUCKETS
  if (steps >= BUCKETS) {
    forget(window)
    window.untilMs = nowMs + bucketMs
    window.bucketMs = bucketMs
    return
  }
  for (let i = 0; i < steps; i++) {
    window.at = (window.at + 1) % BUCKETS
    window.endedSum -= window.ended[window.at]!
    window.failedSum -= window.failed[window.at]!
    window.ended[window.at] = 0
    window.failed[window.at] = 0
  }
  window.untilMs += steps * bucketMs
}
