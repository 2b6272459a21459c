/** Requests of the built-in clients at a planned rate, whether or not answers come: users do not wait for each other. */
import type { Clock } from '../base/clock.ts'
import type { Rng } from '../base/rng.ts'
import type { LoadSpec } from '../topology/types.ts'
import { makePlannedSends } from './planned-sends.ts'

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

/** Calls `send` for each planned request, in order; see planned-sends.ts. */
export function makeOpenLoop(
  load: LoadSpec,
  clock: Clock,
  rng: Rng,
  send: (plannedMs: number, nowMs: number) => void,
): OpenLoop {
  const gapMs = () => (1_000 / load.rate) * (load.arrivals === 'uniform' ? 1 : -Math.log(1 - rng.float()))
  const plan = { next: (afterMs: number) => afterMs + gapMs(), catchUpMsMax: CATCH_UP_MS_MAX, turnMax: Infinity }
  const sends = makePlannedSends(plan, clock, send)
  const start = () => sends.start(load.rate > 0 ? clock.nowMs() + gapMs() : Infinity)

  start()
  return {
    apply: next => {
      const isSame = next.rate === load.rate && next.arrivals === load.arrivals
      load = next
      if (!isSame) start()
    },
    stop: () => sends.stop(),
  }
}
