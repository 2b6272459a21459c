/**
 * Sends what is planned when it is planned, as well as a clock with ticks can, whether or not answers come. Each request
 * carries the time at which it was planned, so that a stall of the sender itself shows in the latency instead of hiding
 * there (coordinated omission, as wrk2 calls it).
 */
import type { Clock, Timer } from '../base/clock.ts'

export interface SendPlan {
  /** When the request after the one that was planned for this time is planned; Infinity: there is none. */
  next(afterMs: number): number
  /** After a stall longer than this the plan goes on from now. */
  readonly catchUpMsMax: number
  /** Sent in one turn at most; answers are read before more follow. */
  readonly turnMax: number
}

export interface PlannedSends {
  /** Nothing is planned any more. */
  isOver(): boolean
  /** The first request is planned for this time; what was planned before is forgotten. */
  start(firstMs: number): void
  stop(): void
}

/** Calls `send` for each planned request, in order, several in one turn where the clock is coarser than the plan. */
export function makePlannedSends(
  plan: SendPlan,
  clock: Clock,
  send: (plannedMs: number, nowMs: number) => void,
): PlannedSends {
  let timer: Timer | null = null
  /** Infinity: nothing is planned. */
  let nextMs = Infinity

  const arm = () => {
    if (nextMs === Infinity) return
    const [waitMs, tickMs] = [nextMs - clock.nowMs(), clock.tickMs]
    // In whole ticks, where there are any: a fraction would be cut, or polled for.
    timer = clock.after(tickMs > 0 ? Math.max(Math.ceil(waitMs / tickMs), 1) * tickMs : waitMs, sendDue)
  }
  const sendDue = () => {
    timer?.cancel()
    timer = null
    const nowMs = clock.nowMs()
    if (nowMs - nextMs > plan.catchUpMsMax) nextMs = nowMs
    let left = plan.turnMax
    while (nextMs <= nowMs) {
      if (left-- === 0) return clock.afterTurn(sendDue)
      // The plan is kept on the clock's grid: up to one tick of lateness is the timer's, not the system's.
      const plannedMs = Math.max(nextMs, Math.min(nowMs, nextMs + clock.tickMs))
      nextMs = plan.next(nextMs)
      send(plannedMs, nowMs)
    }
    // Unless what was sent changed the plan.
    if (timer === null) arm()
  }
  const stop = () => {
    timer?.cancel()
    nextMs = Infinity
  }
  return {
    isOver: () => nextMs === Infinity,
    start: firstMs => {
      stop()
      nextMs = firstMs
      arm()
    },
    stop,
  }
}
