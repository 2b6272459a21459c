/**
 * Which upstream takes the next request: the members that may be used, kept as a list that is rebuilt on change, and a
 * policy that chooses among them. None and one are decided here, so that a policy is arithmetic and nothing else.
 */
import type { PickContext, Policy, UpstreamView } from '../policy/policy.ts'

export interface Candidate extends UpstreamView {
  /** May take a request now, weight aside. The balancer asks again only on `refresh`. */
  isUsable(): boolean
}

export class Balancer<Upstream extends Candidate> {
  private members: readonly Upstream[] = []
  private eligible: readonly Upstream[] = []
  /** What a retry may choose from: filled per pick, so that only retries pay for it. */
  private readonly others: Upstream[] = []
  private policy: Policy

  constructor(policy: Policy) {
    this.policy = policy
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

  /** To be called whenever what `isUsable` or a weight says may have changed. */
  refresh(): void {
    this.eligible = this.members.filter(member => member.weight > 0 && member.isUsable())
  }

  /**
   * Null where nobody is eligible. `tried`: where the request was last sent; it gets it again only where nobody else
   * can.
   */
  pick(context: PickContext, tried: Upstream | null): Upstream | null {
    if (tried !== null && this.hasOther(tried)) return this.pickFrom(this.othersThan(tried), context)
    return this.pickFrom(this.eligible, context)
  }

  /** Whether somebody could take a request that `than` (null: nobody) was given before. */
  hasOther(than: Upstream | null): boolean {
    for (const upstream of this.eligible) if (upstream.id !== than?.id) return true
    return false
  }

  private pickFrom(eligible: readonly Upstream[], context: PickContext): Upstream | null {
    if (eligible.length > 1) return eligible[this.policy.pick(eligible, context)]!
    return eligible.length === 1 ? eligible[0]! : null
  }

  /** By id: other connections to the same upstream are no other upstream. */
  private othersThan(tried: Upstream): readonly Upstream[] {
    this.others.length = 0
    for (const upstream of this.eligible) if (upstream.id !== tried.id) this.others.push(upstream)
    return this.others
  }

  /** An attempt of this upstream ended; not to be called where it was cancelled, which says nothing of the upstream. */
  ended(upstream: Upstream, isAnswered: boolean, latencyMs: number, nowMs: number): void {
    this.policy.onEnd?.(upstream, isAnswered, latencyMs, nowMs)
  }
}
