/** A weighted draw: no state to keep or to share, at the price of counts that wander by their square root. */
import { drawByWeight } from './draw-by-weight.ts'
import type { MakePolicy } from './policy.ts'

export const makeRandom: MakePolicy = rng => ({ pick: eligible => drawByWeight(eligible, rng) })
