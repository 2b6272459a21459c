/**
 * Each key on one upstream, whoever balances: for caches and sessions. One that leaves moves its own keys and no others;
 * a hot key stays on its upstream, however busy that is. Source: Thaler and Ravishankar, Using name-based mappings to
 * increase hit rates, IEEE/ACM ToN 6(1), 1998; by weight as in Schindelhauer and Schomaker, Weighted distributed hash
 * tables, SPAA 2005: each upstream draws a time from an exponential distribution of its weight, the first one wins.
 */
import { hash32, mix32 } from '../base/rng.ts'
import { Memory } from './memory.ts'
import type { MakePolicy } from './policy.ts'

interface Name {
  readonly hash: number
}

export const makeConsistentHash: MakePolicy = () => {
  const names = new Memory<Name>(({ id }) => ({ hash: hash32(id) }))
  return {
    pick: (eligible, { keyHash }) => {
      const key = mix32(keyHash)
      let best = 0
      let least = Number.POSITIVE_INFINITY
      for (let i = 0; i < eligible.length; i++) {
        const upstream = eligible[i]!
        const time = -Math.log(drawFor(names.at(upstream, i), key)) / upstream.weight
        if (time > least || (time === least && upstream.id > eligible[best]!.id)) continue
        best = i
        least = time
      }
      return best
    },
    update: members => names.update(members),
  }
}

/** Above 0 and below 1, the same for the same pair of name and key. */
function drawFor({ hash }: Name, key: number): number {
  return (mix32(hash ^ key) + 0.5) / 0x1_0000_0000
}
