/** A forwarder's or client's side of one edge: the upstream as the balancer sees it, its link, and its account. */
import type { Candidate } from '../balance/balancer.ts'
import { isWanted, type PoolMember } from '../health/pool.ts'
import { Dialer, type DialerOwner } from '../link/dialer.ts'
import type { LinkSetting } from '../link/link.ts'
import type { AnswerSink, UpstreamLink } from '../link/upstream-link.ts'
import type { Circuit, Health, UpstreamCounters, UpstreamEvent } from '../stats/reports.ts'
import type { Admin, HealthSpec, NodeId, UpstreamSpec } from '../topology/types.ts'
import type { World } from '../transport/world.ts'
import { Standing, type StandingOwner } from './standing.ts'

export interface EdgeOwner extends AnswerSink {
  /** The link is gone; the owner ends the requests that it still owed. */
  onLinkLost(link: UpstreamLink): void
  /** Who may be used may have changed. */
  onEdgeChange(edge: Edge): void
  onUpstreamEvent(event: UpstreamEvent): void
}

/** The edges that this one is among. */
export interface EdgePool {
  /** Whether it may take requests, or whether it should be, may have changed. */
  onMemberChange(edge: Edge): void
  mayEject(edge: Edge): boolean
  isLastFit(edge: Edge): boolean
  /** Nobody but backups is fit. */
  needsBackups(): boolean
  tell(edge: Edge, event: UpstreamEvent['event'], reason: string, forMs?: number): void
}

export class Edge implements Candidate, PoolMember, DialerOwner, StandingOwner {
  readonly id: NodeId
  weight: number
  isBackup: boolean
  admin: Admin
  /** Over all its links. */
  inFlight = 0
  /** A first dial, or the last `apply`'s, has come to an end, good or bad. */
  isSettled = false
  /** Of the node's upstreams it is one that traffic is divided among: the pool's verdict. */
  isEligible = false
  health: Health = 'unknown'
  picked = 0
  answered = 0
  failed = 0
  unconfirmed = 0
  /** Sum of the times at which those in flight were sent. */
  private sentSumMs = 0
  private generation: number
  /** Of the process that the link is to; 0 before the first. */
  private peerGeneration = 0
  /** It was taken out by hand: the next connection is a return. */
  private isReturning = false
  private readonly standing: Standing
  private readonly world: World
  private readonly dialer: Dialer
  private readonly owner: EdgeOwner
  private readonly pool: EdgePool

  constructor(
    spec: UpstreamSpec,
    limits: HealthSpec,
    world: World,
    setting: LinkSetting,
    owner: EdgeOwner,
    pool: EdgePool,
  ) {
    this.id = spec.id
    this.weight = spec.weight
    this.isBackup = spec.backup
    this.admin = spec.admin
    this.generation = spec.generation
    this.world = world
    this.owner = owner
    this.pool = pool
    this.standing = new Standing(limits, world, this)
    this.dialer = new Dialer(world, setting, limits, spec.socket, owner, this)
    if (this.admin === 'maintenance') this.isSettled = true
    else this.dialer.connect()
  }

  get isSpared(): boolean {
    return this.standing.isSpared
  }

  get circuit(): Circuit {
    return this.standing.circuit
  }

  /** A higher generation than before: a new process listens there. */
  apply(spec: UpstreamSpec): void {
    this.weight = spec.weight
    this.isBackup = spec.backup
    if (spec.admin !== this.admin) this.changeAdmin(spec.admin)
    if (spec.generation <= this.generation) return
    this.generation = spec.generation
    if (this.admin !== 'maintenance') this.isSettled = !this.dialer.renew(spec.generation)
  }

  private changeAdmin(admin: Admin): void {
    const before = this.admin
    this.admin = admin
    this.tell('admin', `${before} -> ${admin}`)
    if (admin === 'maintenance') this.leaveAlone()
    else if (before === 'maintenance') this.comeBack()
    else if (admin === 'ready') this.standing.beginRamp(this.world.clock.nowMs())
  }

  /** Nothing is asked of it any more, and nothing known. */
  private leaveAlone(): void {
    this.dialer.pause()
    this.health = 'unknown'
    this.isSettled = true
    this.standing.forget(this.world.clock.nowMs())
  }

  private comeBack(): void {
    this.isSettled = false
    this.isReturning = true
    this.dialer.resume()
  }

  /** An attempt is sent. */
  begin(nowMs: number): void {
    this.picked++
    this.inFlight++
    this.sentSumMs += nowMs
    this.standing.onSent(nowMs)
  }

  /** An attempt that was sent at `sentMs` got its answer. */
  endAnswered(sentMs: number, nowMs: number): void {
    this.answered++
    this.leave(sentMs)
    this.standing.onAnswered(sentMs, nowMs)
  }

  /** It ended otherwise. `isConfirmed`: by the upstream's word, whose code it is; else the reason is this node's. */
  endFailed(sentMs: number, isConfirmed: boolean, code: number, nowMs: number): void {
    this.failed++
    if (!isConfirmed) this.unconfirmed++
    this.leave(sentMs)
    this.standing.onFailed(sentMs, isConfirmed, code, nowMs)
  }

  private leave(sentMs: number): void {
    // From 0 again whenever nothing is in flight: roundings do not add up.
    this.sentSumMs = --this.inFlight === 0 ? 0 : this.sentSumMs - sentMs
  }

  ageMs(nowMs: number): number {
    return this.inFlight === 0 ? 0 : nowMs - this.sentSumMs / this.inFlight
  }

  isUsable(): boolean {
    return this.isEligible && (this.dialer.link?.isUsable() ?? false)
  }

  isProbeDue(): boolean {
    if (!this.standing.isProbeDue() || !isWanted(this)) return false
    return (!this.isBackup || this.pool.needsBackups()) && (this.dialer.link?.isUsable() ?? false)
  }

  isRamping(): boolean {
    return this.standing.isRamping()
  }

  rampAt(nowMs: number): number {
    return this.standing.rampAt(nowMs)
  }

  isReachable(): boolean {
    const link = this.dialer.link
    return link !== null && (link.isUsable() || link.isFull())
  }

  /** It would take requests, but for what already waits for it. */
  isFull(): boolean {
    return this.isEligible && (this.dialer.link?.isFull() ?? false)
  }

  /** It is connected, and for a while has said nothing. */
  isMute(): boolean {
    return this.dialer.link?.isMute() ?? false
  }

  /** Much waits for it already. */
  isCrowded(): boolean {
    return this.dialer.link?.isCrowded ?? false
  }

  /** Only while `isUsable`, or `isProbeDue`. */
  link(): UpstreamLink {
    return this.dialer.link!
  }

  tick(nowMs: number, lateMs = 0): void {
    this.dialer.tick(nowMs, lateMs)
    this.standing.tick(nowMs)
  }

  /** Takes no new requests and goes when the last is answered. */
  retire(): void {
    this.standing.stop()
    this.dialer.retire()
  }

  isGone(): boolean {
    return this.inFlight === 0 && this.dialer.isGone()
  }

  stop(): void {
    this.standing.stop()
    this.dialer.stop()
  }

  counters(): UpstreamCounters {
    const { id, picked, answered, failed, unconfirmed, inFlight, health, circuit, admin } = this
    const ramp = this.rampAt(this.world.clock.nowMs())
    return { id, picked, answered, failed, unconfirmed, inFlight, health, circuit, ramp, admin }
  }

  // --- what its link and its standing tell ----------------------------------------------------------------------

  onLinkLost(link: UpstreamLink): void {
    this.owner.onLinkLost(link)
  }

  onUpstreamChange(cause: string): void {
    // What happens to the old link meanwhile does not end the dial of the new one.
    if (!this.dialer.isDialling()) this.isSettled = true
    if (this.admin !== 'maintenance') this.noteHealth(cause)
    this.pool.onMemberChange(this)
  }

  onStandingChange(): void {
    this.pool.onMemberChange(this)
  }

  mayEject(): boolean {
    return this.pool.mayEject(this)
  }

  isLastFit(): boolean {
    return this.pool.isLastFit(this)
  }

  tell(event: UpstreamEvent['event'], reason: string, forMs?: number): void {
    this.pool.tell(this, event, reason, forMs)
  }

  private noteHealth(cause: string): void {
    const link = this.dialer.link
    const isHealthy = link?.isHealthy() ?? false
    if (isHealthy) this.greet(link!.peer!.generation)
    // Not yet connected is not yet ill, and the first connection is no recovery.
    if (this.health === 'unknown' && !isHealthy) return
    if (isHealthy !== (this.health === 'healthy')) this.changeHealth(isHealthy, cause)
  }

  private changeHealth(isHealthy: boolean, cause: string): void {
    const before = this.health
    const nowMs = this.world.clock.nowMs()
    this.health = isHealthy ? 'healthy' : 'unhealthy'
    if (isHealthy) {
      if (before === 'unhealthy' || this.isReturning) this.standing.beginRamp(nowMs)
      this.isReturning = false
      this.standing.onReachable(nowMs)
    }
    // An ejected one that is heard again is still ejected.
    const isNews = before !== 'unknown' && (!isHealthy || this.circuit === 'closed')
    if (isNews) this.tell(isHealthy ? 'restored' : 'ejected', cause)
  }

  /** What is known of a process is not held against the next. */
  private greet(generation: number): void {
    if (generation === this.peerGeneration) return
    this.peerGeneration = generation
    const wasClosed = this.circuit === 'closed'
    const nowMs = this.world.clock.nowMs()
    this.standing.forget(nowMs)
    if (wasClosed || this.health !== 'healthy') return
    this.standing.beginRamp(nowMs)
    this.tell('restored', 'a new process')
  }
}
