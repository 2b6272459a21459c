/** A weighted draw: no state to keep or to share, at the price of counts that wander by their square root. */
import type { MakePolicy } from './policy.ts'

export const makeRandom: MakePolicy = rng => ({
  pick: eligible => {
    let total = 0
    for (const upstream of eligible) total += upstream.weight
    let left = rng.float() * total
    for (let i = 0; i < eligible.length; i++) {
      left -= eligible[i]!.weight
      if (left < 0) return i
    }
    return eligible.length - 1 // rounding may leave a last grain
  },
})
