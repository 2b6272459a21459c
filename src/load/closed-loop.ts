/**
 * A fixed number of requests outstanding: each answer sends the next. It measures what a path can carry; its latencies
 * say nothing of users who come when they please.
 */
import type { Clock } from '../base/clock.ts'

export interface ClosedLoop {
  /** To be called for every request that ended. */
  onOutcome(): void
  /** Sends nothing more. */
  stop(): void
}

export function makeClosedLoop(
  outstanding: number,
  clock: Clock,
  send: (plannedMs: number, nowMs: number) => void,
): ClosedLoop {
  let isStopped = false
  const sendOne = () => {
    const nowMs = clock.nowMs()
    send(nowMs, nowMs)
  }
  clock.afterTurn(() => {
    for (let i = 0; i < outstanding && !isStopped; i++) sendOne()
  })
  return {
    onOutcome: () => {
      if (!isStopped) sendOne()
    },
    stop: () => {
      isStopped = true
    },
  }
}
