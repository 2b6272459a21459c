/**
 * The cheapest of a list; equals by turn, to whoever was picked longest ago: the first of equals would otherwise take
 * all traffic of a quiet system, and a turn that goes by place would give whoever stands behind a busy upstream that
 * one's turns too.
 */
import type { Rng } from '../base/rng.ts'
import type { Memory } from './memory.ts'
import type { UpstreamView } from './policy.ts'

/** Part of what a policy remembers of an upstream. */
export interface Turn {
  /** Which pick was its last; below 0 and drawn before the first, so that balancers begin at different upstreams. */
  turn: number
}

/** Of an upstream that has never been picked. */
export const drawTurn = (rng: Rng): number => rng.float() - 1

/** `costOf` must not answer NaN, which is less than nothing. */
export function makeLeastCost<Entry extends Turn>(
  memory: Memory<Entry>,
  costOf: (upstream: UpstreamView, entry: Entry, nowMs: number) => number,
): (eligible: readonly UpstreamView[], nowMs: number) => number {
  let turn = 0
  return (eligible, nowMs) => {
    let best = memory.at(eligible[0]!, 0)
    let bestAt = 0
    let least = costOf(eligible[0]!, best, nowMs)
    for (let i = 1; i < eligible.length; i++) {
      const entry = memory.at(eligible[i]!, i)
      const cost = costOf(eligible[i]!, entry, nowMs)
      if (cost > least || (cost === least && entry.turn > best.turn)) continue
      best = entry
      bestAt = i
      least = cost
    }
    best.turn = turn++
    return bestAt
  }
}
