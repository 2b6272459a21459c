/**
 * Requests at a planned rate, whether or not answers come: users do not wait for each other. Each request carries the
 * time at which it was planned, so that a stall of the sender itself shows in the latency instead of hiding there
 * (coordinated omission, as wrk2 calls it).
 */
import type { Clock, Timer } from '../base/clock.ts'
import type { Rng } from '../base/rng.ts'
import type { LoadSpec } from '../topology/types.ts'

/**
 * After a stall longer than this the plan begins anew: a suspended machine must not send hours of requests at once.
 * Twice the usual deadline, so that a stall of some seconds shows as what it was: late, or timed out.
 */
const CATCH_UP_MS_MAX = 10_000

export interface OpenLoop {
  /** Changes over to another rate or kind of arrivals; the plan goes on from now. */
  apply(load: LoadSpec): void
  stop(): void
}

/** Calls `send` for each planned request, in order, several in one turn where the clock is coarser than the plan. */
export function makeOpenLoop(
  load: LoadSpec,
  clock: Clock,
  rng: Rng,
  send: (plannedMs: number, nowMs: number) => void,
): OpenLoop {
  let timer: Timer | null = null
  /** Infinity: nothing is planned. */
  let nextMs = Infinity

  const gapMs = () => (1_000 / load.rate) * (load.arrivals === 'uniform' ? 1 : -Math.log(1 - rng.float()))
  const arm = () => {
    if (nextMs === Infinity) return
    const [waitMs, tickMs] = [nextMs - clock.nowMs(), clock.tickMs]
    // In whole ticks, where there are any: a fraction would be cut, or polled for.
    timer = clock.after(tickMs > 0 ? Math.max(Math.ceil(waitMs / tickMs), 1) * tickMs : waitMs, sendDue)
  }
  const sendDue = () => {
    timer = null
    const nowMs = clock.nowMs()
    if (nowMs - nextMs > CATCH_UP_MS_MAX) nextMs = nowMs
    while (nextMs <= nowMs) {
      // The plan is kept on the clock's grid: up to one tick of lateness is the timer's, not the system's.
      const plannedMs = Math.max(nextMs, Math.min(nowMs, nextMs + clock.tickMs))
      nextMs += gapMs()
      send(plannedMs, nowMs)
    }
    // Unless what was sent changed the plan.
    if (timer === null) arm()
  }
  const stop = () => {
    timer?.cancel()
    nextMs = Infinity
  }
  const start = () => {
    stop()
    if (load.rate > 0) nextMs = clock.nowMs() + gapMs()
    arm()
  }

  start()
  return {
    apply: next => {
      const isSame = next.rate === load.rate && next.arrivals === load.arrivals
      load = next
      if (!isSame) start()
    },
    stop,
  }
}
