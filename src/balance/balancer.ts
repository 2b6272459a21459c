/**
 * Which upstream takes the next request: the members that may be used, kept as a list that is rebuilt on change, and a
 * policy that chooses among them. None and one are decided here, so that a policy is arithmetic and nothing else.
 */
import type { Rng } from '../base/rng.ts'
import type { PickContext, Policy, UpstreamView } from '../policy/policy.ts'

export interface Candidate extends UpstreamView {
  /** May take a request now, weight aside. The balancer asks again only on `refresh`. */
  isUsable(): boolean
  /** It was taken out, and one request may try it. */
  isProbeDue(): boolean
  /** It has returned not long ago. */
  isRamping(): boolean
  /** What of its share it takes meanwhile, above 0, to 1. */
  rampAt(nowMs: number): number
}

export class Balancer<Upstream extends Candidate> {
  private members: readonly Upstream[] = []
  private eligible: readonly Upstream[] = []
  /** What a retry may choose from, or any request while somebody returns: filled per pick, and only for those. */
  private readonly some: Upstream[] = []
  /** Of the eligible: those that take their whole share. */
  private steady: readonly Upstream[] = []
  /** Those that wait for a request to try them with. */
  private probes: Upstream[] = []
  private policy: Policy
  private readonly rng: Rng

  /** `rng` decides what a returning upstream takes of its share. */
  constructor(policy: Policy, rng: Rng) {
    this.policy = policy
    this.rng = rng
  }

  /** Also where a policy changes while it runs: its turn begins anew. */
  setPolicy(policy: Policy): void {
    this.policy = policy
    policy.update?.(this.members)
  }

  setMembers(members: readonly Upstream[]): void {
    this.members = members
    this.policy.update?.(members)
    this.refresh()
  }

  /** To be called whenever what a member says of itself may have changed. */
  refresh(): void {
    this.eligible = this.members.filter(member => member.weight > 0 && member.isUsable())
    this.steady = this.eligible.filter(member => !member.isRamping())
    this.probes = this.members.filter(member => member.isProbeDue())
  }

  /**
   * Null where nobody is eligible. `tried`: where the request was last sent, `before`: where before that; they get it
   * again only where nobody else can, the last one last.
   */
  pick(context: PickContext, tried: Upstream | null, before: Upstream | null = null): Upstream | null {
    // A retry is worth too much to try somebody with.
    if (tried !== null && this.hasOther(tried)) {
      return this.pickFrom(this.othersThan(tried, this.hasOther(tried, before) ? before : null), context)
    }
    const probe = tried === null && this.probes.length > 0 ? this.probe() : null
    if (probe) return probe
    const isWhole = this.steady.length === this.eligible.length
    return this.pickFrom(isWhole ? this.eligible : this.awake(context.nowMs), context)
  }

  /** One that still waits: whoever was tried since does not. */
  private probe(): Upstream | null {
    while (this.probes.length > 0 && !this.probes.at(-1)!.isProbeDue()) this.probes.pop()
    return this.probes.at(-1) ?? null
  }

  /**
   * One that has returned takes part with the chance that is its part of a share, so that policies need not know.
   * Measured against the one that is furthest: where all return, all take part.
   */
  private awake(nowMs: number): readonly Upstream[] {
    const bar = this.rng.float() * this.topRamp(nowMs)
    this.some.length = 0
    for (const upstream of this.eligible) if (upstream.rampAt(nowMs) > bar) this.some.push(upstream)
    return this.some
  }

  private topRamp(nowMs: number): number {
    if (this.steady.length > 0) return 1
    let top = 0
    for (const upstream of this.eligible) top = Math.max(top, upstream.rampAt(nowMs))
    return top
  }

  /** Whether somebody could take a request that `than` and `before` (null: nobody) were given already. */
  hasOther(than: Upstream | null, before: Upstream | null = null): boolean {
    if (than === null) return this.eligible.length > 0 || this.probe() !== null
    for (const upstream of this.eligible) if (upstream.id !== than.id && upstream.id !== before?.id) return true
    return false
  }

  private pickFrom(eligible: readonly Upstream[], context: PickContext): Upstream | null {
    if (eligible.length > 1) return eligible[this.policy.pick(eligible, context)]!
    return eligible.length === 1 ? eligible[0]! : null
  }

  /** By id: other connections to the same upstream are no other upstream. */
  private othersThan(tried: Upstream, before: Upstream | null): readonly Upstream[] {
    this.some.length = 0
    for (const upstream of this.eligible) {
      if (upstream.id !== tried.id && upstream.id !== before?.id) this.some.push(upstream)
    }
    return this.some
  }

  /** An attempt of this upstream ended; not to be called where it was cancelled, which says nothing of the upstream. */
  ended(upstream: Upstream, isAnswered: boolean, latencyMs: number, nowMs: number): void {
    this.policy.onEnd?.(upstream, isAnswered, latencyMs, nowMs)
  }
}
