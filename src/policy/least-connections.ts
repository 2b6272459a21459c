/**
 * The fewest in flight for its weight (it counts requests; the name is the field's): adapts to slow upstreams without
 * measuring time, but takes one that fails fast for an idle one. Ties go by turn, since the first of equals would
 * otherwise take all traffic of a quiet system; the turn goes on behind the last pick, since one that moved by itself
 * would give whoever stands behind a busy upstream that one's turns too.
 */
import type { MakePolicy } from './policy.ts'

export const makeLeastConnections: MakePolicy = rng => {
  let last = rng.int(0x1_0000)
  return {
    pick: eligible => {
      const start = (last + 1) % eligible.length
      let best = start
      for (let step = 1; step < eligible.length; step++) {
        const at = (start + step) % eligible.length
        const [candidate, leader] = [eligible[at]!, eligible[best]!]
        // (inFlight + 1) / weight, without the division: what the upstream would carry with this request.
        if ((candidate.inFlight + 1) * leader.weight < (leader.inFlight + 1) * candidate.weight) best = at
      }
      last = best
      return best
    },
  }
}
