import type { Clock, Timer } from './clock.ts'

/**
 * Calls `fire` again and again, a period after the last call returned; missed periods are not made up for. The period is
 * asked for each time, so that it may change. `fire` is told how much later than planned it is called: for so long this
 * process did not run, or did nothing else.
 */
export function every(clock: Clock, periodMs: () => number, fire: (lateMs: number) => void): Timer {
  let isCancelled = false
  let timer: Timer
  let dueMs = 0
  const arm = () => {
    const delayMs = periodMs()
    dueMs = clock.nowMs() + delayMs
    timer = clock.after(delayMs, again)
  }
  const again = () => {
    fire(Math.max(0, clock.nowMs() - dueMs))
    if (!isCancelled) arm()
  }
  arm()
  return {
    cancel: () => {
      isCancelled = true
      timer.cancel()
    },
  }
}
