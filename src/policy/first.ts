/**
 * Fills the first of the file with `upTo` requests before the next gets any, so that the last stand idle and can be
 * spared; those in use are as busy as they may be. With all of them full, the least busy for its weight. Source:
 * HAProxy's `first`.
 */
import { loadWithOneMore } from './least-connections.ts'
import type { MakePolicy, UpstreamView } from './policy.ts'

export const makeFirst: MakePolicy<'first'> = (_rng, { upTo }) => ({
  pick: eligible => {
    for (let i = 0; i < eligible.length; i++) if (eligible[i]!.inFlight < upTo) return i
    return leastBusy(eligible)
  },
})

/** Of equals the first, as always here. */
function leastBusy(eligible: readonly UpstreamView[]): number {
  let best = 0
  for (let i = 1; i < eligible.length; i++) {
    if (loadWithOneMore(eligible[i]!) < loadWithOneMore(eligible[best]!)) best = i
  }
  return best
}
