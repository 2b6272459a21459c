/**
 * The mean of recent response times, times what is in flight, or its age where that is longer: one twice as
 * fast gets four times as much, and a stalled one loses its traffic before any answer; slower than peak-ewma to leave one
 * that gets worse, and calmer where times vary. Source: nginx's least_time and Traefik's leasttime.
 */
import { costOfOneMore, drawLearned, type Learned, learn, remainder } from './learned.ts'
import { makeLeastCost } from './least-cost.ts'
import { Memory } from './memory.ts'
import type { MakePolicy } from './policy.ts'

/** Of the latest time in the mean: about the last 30 count. */
const STEP = 1 / 16
/** An upstream a hundred times slower than the others is tried again every few of these. */
const DECAY_MS = 1_000

export const makeLeastTime: MakePolicy = rng => {
  const memory = new Memory<Learned>(() => drawLearned(rng))
  const pickLeast = makeLeastCost(memory, (upstream, learned, nowMs) =>
    costOfOneMore(upstream, learned, DECAY_MS, nowMs),
  )
  return {
    pick: (eligible, { nowMs }) => pickLeast(eligible, nowMs),
    onEnd: (upstream, isAnswered, latencyMs, nowMs) => {
      const learned = memory.of(upstream)
      if (!learned) return
      const old = Math.min(1 - STEP, remainder(learned, DECAY_MS, nowMs))
      learn(learned, isAnswered, latencyMs + (learned.timeMs - latencyMs) * old, nowMs)
    },
    update: members => memory.update(members),
  }
}
