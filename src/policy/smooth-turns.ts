/**
 * Turns in proportion to weights, spread as evenly as they can be: each pick is earned by everyone eligible, each by its
 * share of their weights, and the richest gets it and pays for it. (nginx, ngx_http_upstream_round_robin.c, which counts
 * in weights; counted in picks, what one is owed is the same in every list.) Whoever is missing from a list earns nothing
 * by it, so that turns are fair however lists vary: an upstream is owed its share of each pick that it could have had.
 */
import type { Rng } from '../base/rng.ts'
import { Memory } from './memory.ts'
import type { Policy, UpstreamView } from './policy.ts'

/** Several balancers begin at different points of the same cycle, so that they do not march in step. */
const HEAD_START_MAX = 1_024 // picks; a multiple of small pools, so that each member is as likely as any to be first
/** Equal purses differ by no more than the roundings of a few million picks. */
const ROUNDING = 1e-9

interface Purse {
  /** Picks earned less picks had; 0 in sum over all members. */
  balance: number
}

export function makeSmoothTurns(rng: Rng, weightOf: (upstream: UpstreamView) => number): Policy {
  const purses = new Memory<Purse>(() => ({ balance: 0 }))
  let headStart = rng.int(HEAD_START_MAX)
  const take = (eligible: readonly UpstreamView[]): number => {
    let total = 0
    for (let i = 0; i < eligible.length; i++) total += weightOf(eligible[i]!)
    let best = 0
    let most = Number.NEGATIVE_INFINITY
    for (let i = 0; i < eligible.length; i++) {
      const purse = purses.at(eligible[i]!, i)
      purse.balance += weightOf(eligible[i]!) / total
      // Of equals the first: the others are the richer for it at the next pick.
      if (purse.balance <= most + ROUNDING) continue
      most = purse.balance
      best = i
    }
    purses.at(eligible[best]!, best).balance -= 1
    return best
  }
  return {
    pick: eligible => {
      for (; headStart > 0; headStart--) take(eligible)
      return take(eligible)
    },
    update: members => {
      purses.update(members)
      level(purses, members.length)
    },
  }
}

/** What those who left owed or were owed is shared out, so that a newcomer, who has nothing, is neither poor nor rich. */
function level(purses: Memory<Purse>, count: number): void {
  let sum = 0
  purses.forEach(purse => {
    sum += purse.balance
  })
  purses.forEach(purse => {
    purse.balance -= sum / count
  })
}
