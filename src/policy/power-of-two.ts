/**
 * Two different upstreams drawn by weight, and of them the less busy: nearly as even as least-connections for the cost
 * of two looks, and several balancers do not all run to the same idle one; a busy upstream is still met now and then
 * where many are. Source: Mitzenmacher, The power of two choices in randomized load balancing, IEEE TPDS 12(10), 2001.
 */
import { drawByWeight } from './draw-by-weight.ts'
import { loadWithOneMore } from './least-connections.ts'
import type { MakePolicy } from './policy.ts'

export const makePowerOfTwo: MakePolicy = rng => ({
  pick: eligible => {
    const first = drawByWeight(eligible, rng)
    const second = drawByWeight(eligible, rng, first)
    // Of equals the first, which was drawn by weight among all.
    return loadWithOneMore(eligible[second]!) < loadWithOneMore(eligible[first]!) ? second : first
  },
})
