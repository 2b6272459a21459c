/** A node looks at its links a few times a second: limits of time need no timer each. */
import type { Clock, Timer } from '../base/clock.ts'
import { every } from '../base/every.ts'

/** A PING goes out every 20 ms at most; what fires more often than this would be polled for. */
const TICK_MS_MIN = 10
/** The shortest limit is 1 s; they are kept within this, however seldom health is asked for. */
export const TICK_MS_MAX = 250

/**
 * `look` comes when the turn's reading is done: after this process itself stood still, what its peers sent meanwhile
 * has then been heard, and none of them is blamed for the pause. `lateMs`: how long that was, up to this moment; the
 * peers may have stood still as well.
 */
export function startTicks(clock: Clock, periodMs: () => number, look: (nowMs: number, lateMs: number) => void): Timer {
  let isCancelled = false
  const ticker = every(
    clock,
    () => Math.max(TICK_MS_MIN, Math.min(periodMs(), TICK_MS_MAX)),
    lateMs => {
      const firedMs = clock.nowMs()
      clock.afterTurn(() => {
        const nowMs = clock.nowMs()
        if (!isCancelled) look(nowMs, lateMs + nowMs - firedMs)
      })
    },
  )
  return {
    cancel: () => {
      isCancelled = true
      ticker.cancel()
    },
  }
}
