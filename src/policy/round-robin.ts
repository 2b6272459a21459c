/**
 * Each in turn: the fairest count there is, blind to how busy anyone is.
 * The first turn is drawn, so that several balancers do not all begin at the same upstream.
 */
import type { MakePolicy } from './policy.ts'

export const makeRoundRobin: MakePolicy = rng => {
  let turn = rng.int(0x1_0000)
  return { pick: eligible => turn++ % eligible.length }
}
