/**
 * A fixed number of requests outstanding: each answer sends the next. It measures what a path can carry; its latencies
 * say nothing of users who come when they please.
 */
import type { Clock } from '../base/clock.ts'

/** Before the next try, where a request ended before it had left: nobody can take any, and at once would be for ever. */
const RETRY_MS = 1

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
  let isSending = false
  const sendOne = () => {
    if (isStopped) return
    const nowMs = clock.nowMs()
    isSending = true
    send(nowMs, nowMs)
    isSending = false
  }
  clock.afterTurn(() => {
    for (let i = 0; i < outstanding; i++) sendOne()
  })
  return {
    onOutcome: () => {
      if (isSending) clock.after(RETRY_MS, sendOne)
      else sendOne()
    },
    stop: () => {
      isStopped = true
    },
  }
}
