/**
 * The fewest in flight for its weight (it counts requests; the name is the field's): adapts to slow upstreams without
 * measuring time, but takes one that fails fast for an idle one. Source: HAProxy's leastconn, which takes turns among
 * equals as this does.
 */
import { drawTurn, makeLeastCost, type Turn } from './least-cost.ts'
import { Memory } from './memory.ts'
import type { MakePolicy, UpstreamView } from './policy.ts'

export const makeLeastConnections: MakePolicy = rng => {
  const memory = new Memory<Turn>(() => ({ turn: drawTurn(rng) }))
  const pickLeast = makeLeastCost(memory, loadWithOneMore)
  return {
    pick: (eligible, { nowMs }) => pickLeast(eligible, nowMs),
    update: members => memory.update(members),
  }
}

/** What the upstream would carry with this request, for its weight. */
export function loadWithOneMore({ inFlight, weight }: UpstreamView): number {
  return (inFlight + 1) / weight
}
