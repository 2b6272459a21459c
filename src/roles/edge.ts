/** A forwarder's or client's side of one edge: the upstream as the balancer sees it, its link, and its account. */
import type { Candidate } from '../balance/balancer.ts'
import { Dialer, type DialerOwner } from '../link/dialer.ts'
import type { LinkSetting } from '../link/link.ts'
import type { AnswerSink, UpstreamLink } from '../link/upstream-link.ts'
import type { Health, UpstreamCounters, UpstreamEvent } from '../stats/reports.ts'
import type { HealthSpec, NodeId, UpstreamSpec } from '../topology/types.ts'
import type { World } from '../transport/world.ts'

export interface EdgeOwner extends AnswerSink {
  /** The link is gone; the owner ends the requests that it still owed. */
  onLinkLost(link: UpstreamLink): void
  /** `isUsable` may have changed. */
  onEdgeChange(edge: Edge): void
  onUpstreamEvent(event: UpstreamEvent): void
}

/** The edges that this one is among. */
export interface EdgePool {
  tell(edge: Edge, event: UpstreamEvent['event'], reason: string): void
}

export class Edge implements Candidate, DialerOwner {
  readonly id: NodeId
  weight: number
  /** Over all its links. */
  inFlight = 0
  /** A first dial, or the last `apply`'s, has come to an end, good or bad. */
  isSettled = false
  health: Health = 'unknown'
  picked = 0
  answered = 0
  failed = 0
  unconfirmed = 0
  /** Sum of the times at which those in flight were sent. */
  private sentSumMs = 0
  private generation: number
  private readonly dialer: Dialer
  private readonly owner: EdgeOwner
  private readonly pool: EdgePool

  constructor(
    spec: UpstreamSpec,
    health: HealthSpec,
    world: World,
    setting: LinkSetting,
    owner: EdgeOwner,
    pool: EdgePool,
  ) {
    this.id = spec.id
    this.weight = spec.weight
    this.generation = spec.generation
    this.owner = owner
    this.pool = pool
    this.dialer = new Dialer(world, setting, health, spec.socket, owner, this)
    this.dialer.connect()
  }

  /** A higher generation than before: a new process listens there. */
  apply(spec: UpstreamSpec): void {
    this.weight = spec.weight
    if (spec.generation <= this.generation) return
    this.generation = spec.generation
    this.isSettled = !this.dialer.renew(spec.generation)
  }

  /** An attempt is sent. */
  begin(nowMs: number): void {
    this.picked++
    this.inFlight++
    this.sentSumMs += nowMs
  }

  /** An attempt that was sent at `sentMs` got its answer. */
  endAnswered(sentMs: number, _nowMs: number): void {
    this.answered++
    this.leave(sentMs)
  }

  /** It ended otherwise. `isConfirmed`: by the upstream's word, whose code it is; else the reason is this node's. */
  endFailed(sentMs: number, isConfirmed: boolean, _code: number, _nowMs: number): void {
    this.failed++
    if (!isConfirmed) this.unconfirmed++
    this.leave(sentMs)
  }

  private leave(sentMs: number): void {
    // From 0 again whenever nothing is in flight: roundings do not add up.
    this.sentSumMs = --this.inFlight === 0 ? 0 : this.sentSumMs - sentMs
  }

  ageMs(nowMs: number): number {
    return this.inFlight === 0 ? 0 : nowMs - this.sentSumMs / this.inFlight
  }

  isUsable(): boolean {
    return this.dialer.link?.isUsable() ?? false
  }

  /** It would take requests, but for what already waits for it. */
  isFull(): boolean {
    return this.dialer.link?.isFull() ?? false
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
    this.dialer.tick(nowMs, lateMs)
  }

  /** Takes no new requests and goes when the last is answered. */
  retire(): void {
    this.dialer.retire()
  }

  isGone(): boolean {
    return this.inFlight === 0 && this.dialer.isGone()
  }

  stop(): void {
    this.dialer.stop()
  }

  counters(): UpstreamCounters {
    const { id, picked, answered, failed, unconfirmed, inFlight, health } = this
    return { id, picked, answered, failed, unconfirmed, inFlight, health, circuit: 'closed', ramp: 1, admin: 'ready' }
  }

  onLinkLost(link: UpstreamLink): void {
    this.owner.onLinkLost(link)
  }

  onUpstreamChange(cause: string): void {
    // What happens to the old link meanwhile does not end the dial of the new one.
    if (!this.dialer.isDialling()) this.isSettled = true
    this.owner.onEdgeChange(this)
    const isHealthy = this.dialer.link?.isHealthy() ?? false
    // Not yet connected is not yet ill, and the first connection is no recovery.
    if (this.health === 'unknown') {
      if (isHealthy) this.health = 'healthy'
    } else if (isHealthy !== (this.health === 'healthy')) {
      this.health = isHealthy ? 'healthy' : 'unhealthy'
      this.pool.tell(this, isHealthy ? 'restored' : 'ejected', cause)
    }
  }
}
