/**
 * What of its share an upstream takes that has just returned: little at first, since it is cold, and all of it after a
 * while (HAProxy's `slowstart`, Envoy's with aggression 1 and 10 % at least).
 */

const RAMP_MIN = 0.1

/** From 0.1 up to 1, which it is again after `slowStartMs`. */
export function rampAt(sinceMs: number, nowMs: number, slowStartMs: number): number {
  const elapsedMs = nowMs - sinceMs
  return elapsedMs >= slowStartMs ? 1 : Math.max(RAMP_MIN, elapsedMs / slowStartMs)
}
