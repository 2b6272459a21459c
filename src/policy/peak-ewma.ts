/**
 * Response time that remembers its peaks, times what is in flight, over the share of successes: leaves a slow, stalled
 * or failing upstream at its first bad sign and returns with care; wary of long tails, and of little use where nothing
 * is measured often. `decay` is how long a peak is remembered: 63 % of it are gone by then. Its default of 1 s is a
 * tenth of what data centres use: one ten times slower is tried every 2.3 s, about 1 % of the 50 requests per second
 * that are the default, and one that recovers is back while somebody still watches the table. Source: Twitter's Finagle,
 * PeakEwma.scala; the success rate is MOSN's, issue 2274.
 */
import { costOfOneMore, drawLearned, type Learned, learn, remainder } from './learned.ts'
import { makeLeastCost } from './least-cost.ts'
import { Memory } from './memory.ts'
import type { MakePolicy } from './policy.ts'

export const makePeakEwma: MakePolicy<'peak-ewma'> = (rng, { decayMs }) => {
  const memory = new Memory<Learned>(() => drawLearned(rng))
  const pickLeast = makeLeastCost(memory, (upstream, learned, nowMs) =>
    costOfOneMore(upstream, learned, decayMs, nowMs),
  )
  return {
    pick: (eligible, { nowMs }) => pickLeast(eligible, nowMs),
    onEnd: (upstream, isAnswered, latencyMs, nowMs) => {
      const learned = memory.of(upstream)
      if (!learned) return
      const old = remainder(learned, decayMs, nowMs)
      // A worse time counts at once and whole, a better one by and by.
      const timeMs = Math.max(latencyMs, latencyMs + (learned.timeMs - latencyMs) * old)
      learn(learned, isAnswered, timeMs, nowMs)
    },
    update: members => memory.update(members),
  }
}
