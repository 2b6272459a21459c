import type { Clock, Timer } from './clock.ts'

/**
 * Calls `fire` again and again, a period after the last call returned; missed periods are not made up for. The period is
 * asked for each time, so that it may change.
 */
export function every(clock: Clock, periodMs: () => number, fire: () => void): Timer {
  let isCancelled = false
  let timer: Timer
  const again = () => {
    fire()
    if (!isCancelled) timer = clock.after(periodMs(), again)
  }
  timer = clock.after(periodMs(), again)
  return {
    cancel: () => {
      isCancelled = true
      timer.cancel()
    },
  }
}
