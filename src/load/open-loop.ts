/**
 * Requests at a planned rate, whether or not answers come: users do not wait for each other. Each request carries the
 * time at which it was planned, so that a stall of the sender itself shows in the latency instead of hiding there
 * (coordinated omission, as wrk2 calls it).
 */
import type { Clock, Timer } from '../base/clock.ts'
import type { Rng } from '../base/rng.ts'
import type { LoadSpec } from '../topology/types.ts'

/** After a stall longer than this the plan begins anew: a suspended machine must not send hours of requests at once. */
const CATCH_UP_MS_MAX = 1_000

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
  let nextMs = 0

  const gapMs = () => (1_000 / load.rate) * (load.arrivals === 'uniform' ? 1 : -Math.log(1 - rng.float()))
  const arm = () => {
    timer = clock.after(Math.max(Math.ceil(nextMs - clock.nowMs()), clock.tickMs), sendDue)
  }
  const sendDue = () => {
    const nowMs = clock.nowMs()
    if (nowMs - nextMs > CATCH_UP_MS_MAX) nextMs = nowMs
    for (; nextMs <= nowMs; nextMs += gapMs()) {
      // The plan is kept on the clock's grid: up to one tick of lateness is the timer's, not the system's.
      send(Math.max(nextMs, Math.min(nowMs, nextMs + clock.tickMs)), nowMs)
    }
    arm()
  }
  const start = () => {
    timer?.cancel()
    if (load.rate === 0) return
    nextMs = clock.nowMs() + gapMs()
    arm()
  }

  start()
  return {
    apply: next => {
      const isSame = next.rate === load.rate && next.arrivals === load.arrivals
      load = next
      if (!isSame) start()
    },
    stop: () => timer?.cancel(),
  }
}
