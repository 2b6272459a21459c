/** What a policy learns of an upstream from the attempts that end there, and what one more request would cost by it. */
import type { Rng } from '../base/rng.ts'
import { drawTurn, type Turn } from './least-cost.ts'
import type { UpstreamView } from './policy.ts'

export interface Learned extends Turn {
  /** Of an attempt, as the policy reckons it from those that ended. */
  timeMs: number
  /** When the last one ended; -Infinity: none has. */
  newsMs: number
  /** Of late, the share that was answered; above 0. */
  success: number
}

/** Below this, times differ by the turns of the event loop; and nothing in flight would count if they were 0. */
const TIME_MS_MIN = 0.05
/** Sixteen failures in a row make a failure of 1 ms as dear as an answer of 100 ms, four answers undo most of it. */
const SUCCESS_STEP = 1 / 4
const SUCCESS_MIN = 1e-6
/** In decay times: less than 1 % of what was learned is left then, and the upstream is tried again. */
const FORGOTTEN_AFTER = 5
/** Above all that is known: an upstream that nothing is known of gets one request at a time while others are known. */
const UNKNOWN_MS = 1e9

export const drawLearned = (rng: Rng): Learned => ({
  turn: drawTurn(rng),
  timeMs: 0,
  newsMs: Number.NEGATIVE_INFINITY,
  success: 1,
})

/** From 1, for news of this moment, to 0: how much of it still counts. */
export function remainder({ newsMs }: Learned, decayMs: number, nowMs: number): number {
  return Math.exp(Math.min(0, newsMs - nowMs) / decayMs)
}

/** An attempt ended; `timeMs` is what the policy makes of its time and of those before. */
export function learn(learned: Learned, isAnswered: boolean, timeMs: number, nowMs: number): void {
  learned.timeMs = Math.max(timeMs, TIME_MS_MIN)
  learned.newsMs = nowMs
  learned.success = Math.max(SUCCESS_MIN, learned.success + SUCCESS_STEP * (Number(isAnswered) - learned.success))
}

/**
 * The time that one more request would take, with those in flight, until one is answered, for the upstream's weight.
 * What was learned fades while there is no news, so that an upstream is tried again; what is in flight for longer than
 * that is news of its own, though nobody has told.
 */
export function costOfOneMore(upstream: UpstreamView, learned: Learned, decayMs: number, nowMs: number): number {
  const { inFlight, weight } = upstream
  if (nowMs - learned.newsMs > FORGOTTEN_AFTER * decayMs) return inFlight === 0 ? 0 : (UNKNOWN_MS * inFlight) / weight
  const timeMs = Math.max(learned.timeMs * remainder(learned, decayMs, nowMs), upstream.ageMs(nowMs))
  return (timeMs * (inFlight + 1)) / (learned.success * weight)
}
