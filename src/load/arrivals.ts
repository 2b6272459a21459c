/**
 * When the requests of a shape are planned. In units of expected requests time runs evenly: uniform arrivals lie one
 * apart there, those of a Poisson process as far as an exponential distribution says; each is brought back to
 * milliseconds by the inverse of the integral (Çinlar, Introduction to Stochastic Processes, 1975, ch. 4.7). So the
 * number to be expected by any time is the integral itself, whatever the shape.
 */
import { drawExponential } from '../base/draws.ts'
import type { Rng } from '../base/rng.ts'
import type { Shape } from './shape.ts'

/** In expected requests: a millionth of the way between two arrivals, and more than a double is off at 3600 million. */
const CLOSE = 1e-6
/** Halving alone brings an hour down to less than a nanosecond in 42. */
const STEPS_MAX = 100

/** Each call tells the next planned time in milliseconds from the start; Infinity once there is none. */
export function makeArrivals(shape: Shape, kind: 'poisson' | 'uniform', rng: Rng): () => number {
  let expected = 0
  let lastMs = 0
  return () => {
    expected += kind === 'uniform' ? 1 : drawExponential(rng)
    lastMs = timeOf(shape, expected, lastMs)
    return lastMs
  }
}

/** When so many requests are to be expected, which is not before `fromMs`; Infinity: never. Newton's steps, fenced in. */
function timeOf(shape: Shape, expected: number, fromMs: number): number {
  if (fromMs === Infinity || expected > shape.expectedBy(shape.endMs) + CLOSE) return Infinity
  let [low, high, atMs] = [fromMs, shape.endMs, fromMs]
  for (let left = STEPS_MAX; left > 0; left--) {
    const over = shape.expectedBy(atMs) - expected
    if (Math.abs(over) <= CLOSE) return atMs
    if (over > 0) high = atMs
    else low = atMs
    const nextMs = atMs - over / shape.perMs(atMs)
    // Where the rate is 0, or changes on the way, the step leads nowhere.
    atMs = nextMs > low && nextMs < high ? nextMs : (low + high) / 2
  }
  return atMs
}
