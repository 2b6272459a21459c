/** Which failed attempts may be followed by another one, and after how long a pause. */
import type { Rng } from '../base/rng.ts'
import { ErrorCode } from '../wire/error-code.ts'
import { REQUEST_IDEMPOTENT } from '../wire/frame.ts'

/** Nobody wants the answer any more, or every upstream would say the same. */
const FINAL: readonly number[] = [ErrorCode.cancelled, ErrorCode.expired, ErrorCode.loop]

/** Whether executing a request once more does no harm that the failed attempt has not made certain not to be. */
export function maySendAgain(code: number, isNotExecuted: boolean, requestFlags: number): boolean {
  return (isNotExecuted || (requestFlags & REQUEST_IDEMPOTENT) !== 0) && !FINAL.includes(code)
}

/** Envoy's shape (exponential, jittered whole), at the scale of a local socket. */
const BACKOFF_STEP_MS = 5
const BACKOFF_MS_MAX = 50
const DOUBLINGS_MAX = 4

/** Before a request goes to the same upstream again, which has failed it `failures` times at least once. */
export function backoffMs(failures: number, rng: Rng): number {
  const steps = (1 << Math.min(failures, DOUBLINGS_MAX)) - 1
  return rng.float() * Math.min(steps * BACKOFF_STEP_MS, BACKOFF_MS_MAX)
}
