/**
 * A node's edges as its wiring names them: made, changed and retired as the wiring changes; accounts are kept.
 * An upstream named several times has that many edges, each with a link of its own.
 */

import { type Eligibility, judgeEligibility } from '../health/eligibility.ts'
import { isLastFit, mayEject } from '../health/may-eject.ts'
import type { LinkSetting } from '../link/link.ts'
import type { UpstreamCounters, UpstreamEvent } from '../stats/reports.ts'
import { addUpstreams } from '../stats/totals.ts'
import type { HealthSpec, UpstreamSpec } from '../topology/types.ts'
import type { World } from '../transport/world.ts'
import { ErrorCode } from '../wire/error-code.ts'
import { Edge, type EdgeOwner, type EdgePool } from './edge.ts'

const NOBODY: Eligibility<Edge> = { eligible: [], isPanic: false, isOnBackups: false, fit: 0, of: 0 }

export class EdgeSet implements EdgePool {
  /** Those that the wiring names, in its order. */
  members: readonly Edge[] = []
  /** No longer named, and used until those that take their place have connected. */
  private replaced: readonly Edge[] = []
  private retiring: readonly Edge[] = []
  /** Accounts of edges that are gone: their counts stay part of the node's. */
  private gone: UpstreamCounters[] = []
  /** How its traffic is divided now, and how that was last told. */
  private verdict: Eligibility<Edge> = NOBODY
  private told: Eligibility<Edge> = NOBODY
  private isApplying = false
  private readonly world: World
  private readonly setting: LinkSetting
  /** Shared with every link, so that a change reaches those that stand. */
  private readonly limits: { -readonly [Key in keyof HealthSpec]: HealthSpec[Key] }
  private readonly owner: EdgeOwner

  constructor(world: World, setting: LinkSetting, health: HealthSpec, owner: EdgeOwner) {
    this.world = world
    this.setting = setting
    this.limits = { ...health }
    this.owner = owner
  }

  apply(specs: readonly UpstreamSpec[], health: HealthSpec): void {
    Object.assign(this.limits, health)
    const spare = [...this.members]
    this.isApplying = true
    this.members = specs.map(spec => {
      const at = spare.findIndex(edge => edge.id === spec.id)
      return this.keepOrMake(at < 0 ? undefined : spare.splice(at, 1)[0], spec)
    })
    this.isApplying = false
    this.replaced = [...this.replaced, ...spare]
    if (this.areSettled()) this.letGoReplaced()
    else this.judge()
  }

  /** Those that may get requests. */
  pickable(): readonly Edge[] {
    return this.replaced.length === 0 ? this.members : [...this.members, ...this.replaced]
  }

  /** To be called when the members are settled. */
  letGoReplaced(): void {
    for (const edge of this.replaced) edge.retire()
    this.retiring = [...this.retiring, ...this.replaced]
    this.replaced = []
    this.judge()
  }

  /** So few upstreams are fit that ejections are ignored. */
  isPanic(): boolean {
    return this.verdict.isPanic
  }

  /** Whether every member has connected, or failed to once, since it was made or renewed. */
  areSettled(): boolean {
    return this.members.every(edge => edge.isSettled)
  }

  /** Of a request that no member can take: too much waits for them, or they are not there. */
  whyNobody(): ErrorCode {
    return this.members.some(edge => edge.weight > 0 && edge.isFull()) ? ErrorCode.overload : ErrorCode.unavailable
  }

  /** One is connected, and may take requests again: it is silent, perhaps for want of a processor, or full. */
  isAnyoneBusy(): boolean {
    return this.members.some(edge => edge.isMute() || edge.isFull())
  }

  /** Of those that could take a request none has much room left. Where nobody is there at all, nobody is crowded. */
  areCrowded(): boolean {
    const able = this.pickable().filter(edge => edge.weight > 0 && (edge.isUsable() || edge.isFull()))
    return able.length > 0 && able.every(edge => edge.isCrowded())
  }

  tick(nowMs: number, lateMs = 0): void {
    for (const edge of this.all()) edge.tick(nowMs, lateMs)
    for (const edge of this.retiring.filter(each => each.isGone())) this.bury(edge)
  }

  retire(): void {
    for (const edge of this.pickable()) edge.retire()
  }

  stop(): void {
    for (const edge of this.all()) edge.stop()
  }

  /** One account for each upstream that ever was, whichever of its edges it came by. */
  counters(): UpstreamCounters[] {
    // Of several edges one that is healthy tells how the upstream is, as it does in `tell`.
    const healthy = new Set(this.members.filter(edge => edge.health === 'healthy').map(({ id }) => id))
    const accounts = this.all().map((edge): UpstreamCounters => {
      const account = edge.counters()
      return healthy.has(edge.id) ? { ...account, health: 'healthy' } : account
    })
    return addUpstreams(this.gone, accounts)
  }

  onMemberChange(edge: Edge): void {
    // What an edit changes is judged as a whole.
    if (!this.isApplying) this.judge()
    this.owner.onEdgeChange(edge)
  }

  mayEject(edge: Edge): boolean {
    return mayEject(edge, this.pickable(), this.limits.ejectedShareMax)
  }

  isLastFit(edge: Edge): boolean {
    return isLastFit(edge, this.pickable())
  }

  needsBackups(): boolean {
    return this.verdict.fit === 0
  }

  /** Of several connections to one upstream only the first to come and the last to go is news. */
  tell(edge: Edge, event: UpstreamEvent['event'], reason: string, forMs?: number): void {
    const hasOther = this.members.some(other => other !== edge && other.id === edge.id && other.health === 'healthy')
    if (hasOther) return
    this.owner.onUpstreamEvent({ event, upstream: edge.id, reason, ...(forMs === undefined ? {} : { forMs }) })
  }

  private judge(): void {
    this.verdict = judgeEligibility(this.pickable(), this.limits.panicThreshold, this.verdict.isPanic)
    for (const edge of this.all()) edge.isEligible = false
    for (const edge of this.verdict.eligible) edge.isEligible = true
    // Before everybody has connected or failed to, who is fit is no news.
    if (this.areSettled()) this.tellVerdict()
  }

  private tellVerdict(): void {
    const { isPanic, isOnBackups, eligible, fit, of } = this.verdict
    const before = this.told
    this.told = this.verdict
    const tell = (event: UpstreamEvent['event'], reason: string) =>
      this.owner.onUpstreamEvent({ event, upstream: null, reason })
    if (isPanic !== before.isPanic) tell(isPanic ? 'panic' : 'panic-over', `${fit} of ${of} usable`)
    if (isOnBackups === before.isOnBackups) return
    if (isOnBackups) tell('backup', takesOver(eligible))
    else tell('backup-over', `${fit} of ${of} usable`)
  }

  private keepOrMake(known: Edge | undefined, spec: UpstreamSpec): Edge {
    if (!known) return new Edge(spec, this.limits, this.world, this.setting, this.owner, this)
    known.apply(spec)
    return known
  }

  private all(): readonly Edge[] {
    return [...this.retiring, ...this.replaced, ...this.members]
  }

  private bury(edge: Edge): void {
    this.retiring = this.retiring.filter(other => other !== edge)
    this.gone = addUpstreams(this.gone, [edge.counters()])
  }
}

function takesOver(backups: readonly Edge[]): string {
  return `${backups.map(({ id }) => id).join(', ')} ${backups.length === 1 ? 'takes' : 'take'} over`
}
