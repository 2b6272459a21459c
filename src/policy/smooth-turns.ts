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

/** What was earned is paid out at least so often: sums of picks stay small, and their last digits true. */
const PAY_EVERY = 1_024 // picks

interface Purse {
  /** Picks earned less picks had, as of the last pay-out; 0 in sum over all members. */
  balance: number
  /** Its owner's. */
  weight: number
}

type WeightOf = (upstream: UpstreamView) => number

export function makeSmoothTurns(rng: Rng, weightOf: WeightOf): Policy {
  return new SmoothTurns(rng.int(HEAD_START_MAX), weightOf)
}

class SmoothTurns implements Policy {
  private readonly purses = new Memory<Purse>(() => ({ balance: 0, weight: 0 }))
  private headStart: number
  private readonly weightOf: WeightOf
  /** The list of the last pick, mostly that of the next, and the purses in it. Weights change with an `update` only. */
  private list: readonly UpstreamView[] = []
  private row: Purse[] = []
  private total = 0
  /** What each of them has earned since the last pay-out, for a weight of 1, and in how many picks. */
  private earned = 0
  private picks = 0

  constructor(headStart: number, weightOf: WeightOf) {
    this.headStart = headStart
    this.weightOf = weightOf
  }

  pick(eligible: readonly UpstreamView[]): number {
    for (; this.headStart > 0; this.headStart--) this.take(eligible)
    return this.take(eligible)
  }

  update(members: readonly UpstreamView[]): void {
    this.payOut()
    this.list = []
    this.row = []
    this.purses.update(members)
    level(this.purses, members.length)
  }

  private take(eligible: readonly UpstreamView[]): number {
    if (!this.isList(eligible)) this.line(eligible)
    else if (this.picks === PAY_EVERY) this.payOut()
    this.picks++
    this.earned += 1 / this.total
    const best = this.richest()
    this.row[best]!.balance -= 1
    return best
  }

  private isList(eligible: readonly UpstreamView[]): boolean {
    const { list } = this
    if (list.length !== eligible.length) return false
    for (let i = 0; i < list.length; i++) if (list[i] !== eligible[i]) return false
    return true
  }

  /** Of equals the first: the others are the richer for it at the next pick. */
  private richest(): number {
    const { row, earned } = this
    let best = 0
    let most = Number.NEGATIVE_INFINITY
    for (let i = 0; i < row.length; i++) {
      const balance = row[i]!.balance + row[i]!.weight * earned
      if (balance <= most + ROUNDING) continue
      most = balance
      best = i
    }
    return best
  }

  private line(eligible: readonly UpstreamView[]): void {
    this.payOut()
    this.list = [...eligible]
    this.row = eligible.map((upstream, i) => this.purses.at(upstream, i))
    this.total = 0
    for (const [i, purse] of this.row.entries()) {
      purse.weight = this.weightOf(eligible[i]!)
      this.total += purse.weight
    }
  }

  private payOut(): void {
    for (const purse of this.row) purse.balance += purse.weight * this.earned
    this.earned = 0
    this.picks = 0
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
