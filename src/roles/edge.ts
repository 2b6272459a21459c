/** A forwarder's or client's side of one edge: the upstream as the balancer sees it, its link, and its account. */
import type { Candidate } from '../balance/balancer.ts'
import { isProbeDue, makeCircuit, stepAnswered, stepFailed, stepSent, stepUndecided } from '../health/circuit.ts'
import { isFailure } from '../health/failure.ts'
import type { PoolMember } from '../health/pool.ts'
import { rampAt } from '../health/slow-start.ts'
import { Dialer, type DialerOwner } from '../link/dialer.ts'
import type { LinkSetting } from '../link/link.ts'
import { TICK_MS_MAX } from '../link/ticks.ts'
import type { AnswerSink, UpstreamLink } from '../link/upstream-link.ts'
import type { Circuit, Health, UpstreamCounters, UpstreamEvent } from '../stats/reports.ts'
import type { Admin, HealthSpec, NodeId, UpstreamSpec } from '../topology/types.ts'
import type { World } from '../transport/world.ts'
import { ErrorCode } from '../wire/error-code.ts'
import { Ejection } from './ejection.ts'

/** Ticks are never planned further apart than half of this. */
const STOOD_STILL_MS = 2 * TICK_MS_MAX

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
  tell(edge: Edge, event: UpstreamEvent['event'], reason: string, forMs?: number): void
}

export class Edge implements Candidate, PoolMember, DialerOwner {
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
  /** When it returned; null once it takes its whole share. */
  private returnedMs: number | null = null
  /** Requests lost on one connection all end in one moment, and are one failure. */
  private lostMs = -Infinity
  /** When this node looked at its links last: a few times a second, unless it stands still. */
  private tickedMs: number
  private readonly circuit_ = makeCircuit()
  private readonly ejection: Ejection
  private readonly limits: HealthSpec
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
    this.limits = limits
    this.world = world
    this.owner = owner
    this.pool = pool
    this.tickedMs = world.clock.nowMs()
    this.ejection = new Ejection(this.circuit_, limits, world, this)
    this.dialer = new Dialer(world, setting, limits, spec.socket, owner, this)
    if (this.admin === 'maintenance') this.isSettled = true
    else this.dialer.connect()
  }

  get circuit(): Circuit {
    return this.circuit_.circuit
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
    this.pool.tell(this, 'admin', `${before} -> ${admin}`)
    if (admin === 'maintenance') this.leaveAlone()
    else if (before === 'maintenance') this.comeBack()
    else if (admin === 'ready') this.beginRamp(this.world.clock.nowMs())
  }

  /** Nothing is asked of it any more, and nothing known. */
  private leaveAlone(): void {
    this.dialer.pause()
    this.health = 'unknown'
    this.isSettled = true
    this.ejection.reset(this.world.clock.nowMs())
    this.returnedMs = null
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
    stepSent(this.circuit_, nowMs)
  }

  /** An attempt that was sent at `sentMs` got its answer. */
  endAnswered(sentMs: number, nowMs: number): void {
    this.answered++
    this.leave(sentMs)
    if (stepAnswered(this.circuit_, this.limits, sentMs, nowMs)) this.onProbeAnswered(nowMs)
  }

  /** It ended otherwise. `isConfirmed`: by the upstream's word, whose code it is; else the reason is this node's. */
  endFailed(sentMs: number, isConfirmed: boolean, code: number, nowMs: number): void {
    this.failed++
    if (!isConfirmed) this.unconfirmed++
    this.leave(sentMs)
    if (this.isEvidence(isConfirmed, code, nowMs)) this.noteFailure(sentMs, nowMs)
    else if (stepUndecided(this.circuit_, sentMs)) this.changeSoon()
  }

  private leave(sentMs: number): void {
    // From 0 again whenever nothing is in flight: roundings do not add up.
    this.sentSumMs = --this.inFlight === 0 ? 0 : this.sentSumMs - sentMs
  }

  private isEvidence(isConfirmed: boolean, code: number, nowMs: number): boolean {
    // Of one that is silent or lost it is known already; once it is back it may be well.
    if (!isFailure(code) || !this.isReachable()) return false
    // This node itself stood still, and has not read yet what came meanwhile.
    if (!isConfirmed && nowMs - this.tickedMs > STOOD_STILL_MS) return false
    if (code !== ErrorCode.connectionLost) return true
    const isAnother = nowMs !== this.lostMs
    this.lostMs = nowMs
    return isAnother
  }

  private noteFailure(sentMs: number, nowMs: number): void {
    const reason = stepFailed(this.circuit_, this.limits, sentMs, nowMs)
    if (reason === null || (this.circuit === 'closed' && !this.pool.mayEject(this))) return
    this.pool.tell(this, 'ejected', reason, this.ejection.begin(nowMs))
    this.changeSoon()
  }

  private onProbeAnswered(nowMs: number): void {
    this.beginRamp(nowMs)
    this.pool.tell(this, 'restored', 'probe answered')
    this.changeSoon()
  }

  /** Its ejection is over by time. */
  onHalfOpen(): void {
    this.pool.tell(this, 'half-open', 'its next request is a probe')
    this.pool.onMemberChange(this)
  }

  /** Not in the middle of a request's end: whom others may be sent to is decided when the turn is over. */
  private changeSoon(): void {
    this.world.clock.afterTurn(() => this.pool.onMemberChange(this))
  }

  ageMs(nowMs: number): number {
    return this.inFlight === 0 ? 0 : nowMs - this.sentSumMs / this.inFlight
  }

  isUsable(): boolean {
    return this.isEligible && (this.dialer.link?.isUsable() ?? false)
  }

  isProbeDue(): boolean {
    return (
      isProbeDue(this.circuit_) && this.weight > 0 && this.admin === 'ready' && (this.dialer.link?.isUsable() ?? false)
    )
  }

  isRamping(): boolean {
    return this.returnedMs !== null
  }

  rampAt(nowMs: number): number {
    return this.returnedMs === null ? 1 : rampAt(this.returnedMs, nowMs, this.limits.slowStartMs)
  }

  isReachable(): boolean {
    const link = this.dialer.link
    return link !== null && (link.isUsable() || link.isFull())
  }

  /** It would take requests, but for what already waits for it. */
  isFull(): boolean {
    return this.isEligible && (this.dialer.link?.isFull() ?? false)
  }

  /** Much waits for it already. */
  isCrowded(): boolean {
    return this.dialer.link?.isCrowded ?? false
  }

  /** Only while `isUsable`. */
  link(): UpstreamLink {
    return this.dialer.link!
  }

  tick(nowMs: number, lateMs = 0): void {
    this.tickedMs = nowMs
    this.dialer.tick(nowMs, lateMs)
    if (this.returnedMs === null || this.rampAt(nowMs) < 1) return
    this.returnedMs = null
    this.pool.onMemberChange(this)
  }

  /** Takes no new requests and goes when the last is answered. */
  retire(): void {
    this.ejection.stop()
    this.dialer.retire()
  }

  isGone(): boolean {
    return this.inFlight === 0 && this.dialer.isGone()
  }

  stop(): void {
    this.ejection.stop()
    this.dialer.stop()
  }

  counters(): UpstreamCounters {
    const { id, picked, answered, failed, unconfirmed, inFlight, health, circuit, admin } = this
    const ramp = this.rampAt(this.world.clock.nowMs())
    return { id, picked, answered, failed, unconfirmed, inFlight, health, circuit, ramp, admin }
  }

  onLinkLost(link: UpstreamLink): void {
    this.owner.onLinkLost(link)
  }

  onUpstreamChange(cause: string): void {
    // What happens to the old link meanwhile does not end the dial of the new one.
    if (!this.dialer.isDialling()) this.isSettled = true
    if (this.admin !== 'maintenance') this.noteHealth(cause)
    this.pool.onMemberChange(this)
  }

  private noteHealth(cause: string): void {
    const link = this.dialer.link
    const nowMs = this.world.clock.nowMs()
    const before = this.health
    const isHealthy = link?.isHealthy() ?? false
    if (isHealthy) this.greet(link!.peer!.generation, nowMs)
    // Not yet connected is not yet ill, and the first connection is no recovery.
    if (before === 'unknown' && !isHealthy) return
    this.health = isHealthy ? 'healthy' : 'unhealthy'
    if (this.health === before) return
    if (isHealthy && (before === 'unhealthy' || this.isReturning)) this.beginRamp(nowMs)
    if (isHealthy) this.ejection.resume(nowMs)
    this.isReturning &&= !isHealthy
    // An ejected one that is heard again is still ejected.
    if (before !== 'unknown' && (!isHealthy || this.circuit === 'closed')) {
      this.pool.tell(this, isHealthy ? 'restored' : 'ejected', cause)
    }
  }

  /** What is known of a process is not held against the next. */
  private greet(generation: number, nowMs: number): void {
    if (generation === this.peerGeneration) return
    this.peerGeneration = generation
    const wasClosed = this.circuit === 'closed'
    this.ejection.reset(nowMs)
    if (wasClosed || this.health !== 'healthy') return
    this.beginRamp(nowMs)
    this.pool.tell(this, 'restored', 'a new process')
  }

  private beginRamp(nowMs: number): void {
    if (this.limits.slowStartMs > 0) this.returnedMs = nowMs
  }
}
