/**
 * The client side of a topology: sends requests to the load balancers in turn, and knows for each how it ended. When
 * to send is the business of a load (see load/). With more than one attempt it bridges the loss of a load balancer: what
 * was under way is sent again where that does no harm, and what nobody can take waits until its deadline.
 */
import { Balancer } from '../balance/balancer.ts'
import { Release } from '../balance/release.ts'
import { RetryBudget } from '../balance/retry-budget.ts'
import { backoffMs, maySendAgain } from '../balance/retry-rule.ts'
import { WaitingQueue } from '../balance/waiting-queue.ts'
import type { Timer } from '../base/clock.ts'
import { Condition } from '../base/condition.ts'
import { DeadlineWheel } from '../base/deadline-wheel.ts'
import type { Rng } from '../base/rng.ts'
import { silenceOnly } from '../health/silence-only.ts'
import { makeLinkCounts } from '../link/link-counts.ts'
import { Outbox } from '../link/outbox.ts'
import { startTicks } from '../link/ticks.ts'
import type { UpstreamLink } from '../link/upstream-link.ts'
import { makePolicy } from '../policy/registry.ts'
import { Histogram } from '../stats/histogram.ts'
import { ReasonCounts } from '../stats/reasons.ts'
import type { ClientCounters, UpstreamEvent } from '../stats/reports.ts'
import type { ClientWiring, QueueSpec, UpstreamSpec } from '../topology/types.ts'
import type { World } from '../transport/world.ts'
import { ErrorCode } from '../wire/error-code.ts'
import { readErrorCode } from '../wire/error-frame.ts'
import { FrameType, REQUEST_IDEMPOTENT, readStreamId, readType } from '../wire/frame.ts'
import { SLOTS_MAX } from '../wire/stream-slots.ts'
import type { Edge, EdgeOwner } from './edge.ts'
import { EdgeSet } from './edge-set.ts'
import { Outstanding } from './outstanding.ts'
import { RequestSender } from './request-sender.ts'

/** Clients wait as long as their deadlines let them, and there is no more to hold than a number for each. */
const PATIENT: QueueSpec = { queueMax: SLOTS_MAX, queueDiscipline: 'fifo', queueTargetMs: 0, queueIntervalMs: 0 }
/** A retry with less than this left would arrive expired. */
const LEFT_MS_MIN = 1

export interface ClientListener {
  /** A request ended. `latencyMs` counts from its planned send. */
  onOutcome?(isAnswered: boolean, latencyMs: number): void
  onUpstreamEvent?(event: UpstreamEvent): void
  /** Every connection stands, or could not be made. Once. */
  onReady?(): void
}

export class Client implements EdgeOwner {
  private sent = 0
  private answered = 0
  private late = 0
  private wiring: ClientWiring
  private readonly failed = new ReasonCounts()
  private readonly latency = new Histogram()
  private readonly requests = new Outstanding()
  /** In the order of their coming: nobody was there to take them. */
  private readonly waiting = new WaitingQueue(PATIENT, () => {})
  private readonly release = new Release()
  private readonly budget: RetryBudget
  private readonly backoff: Rng
  private readonly sender: RequestSender
  private isPumping = false
  private readonly deadlines: DeadlineWheel
  private readonly edges: EdgeSet
  private readonly balancer: Balancer<Edge>
  private readonly ticker: Timer
  private readonly world: World
  private readonly listener: ClientListener
  private readonly settled = new Condition(() => this.edges.areSettled())
  private readonly drained = new Condition(() => this.requests.slots.used === 0)

  constructor(wiring: ClientWiring, world: World, listener: ClientListener = {}) {
    this.wiring = wiring
    this.world = world
    this.listener = listener
    this.deadlines = new DeadlineWheel(world.clock, (slot, nowMs) => this.due(slot, nowMs))
    this.budget = new RetryBudget(wiring.load, world.clock.nowMs())
    this.backoff = world.rng.fork('backoff')
    this.balancer = new Balancer(makePolicy({ name: 'round-robin' }, world.rng.fork('policy')), world.rng.fork('ramp'))
    const { requests, deadlines, balancer } = this
    this.sender = new RequestSender({ requests, deadlines, balancer }, wiring.load)
    const setting = {
      clock: world.clock,
      outbox: new Outbox(world.clock),
      hello: { node: '', generation: 1 },
      counts: makeLinkCounts(),
    }
    this.edges = new EdgeSet(world, setting, silenceOnly(wiring.health), this)
    this.edges.apply(repeated(wiring), silenceOnly(wiring.health))
    this.balancer.setMembers(this.edges.pickable())
    this.settled.whenTrue(() => listener.onReady?.())
    this.ticker = startTicks(
      world.clock,
      () => this.wiring.health.intervalMs / 2,
      (nowMs, lateMs) => this.edges.tick(nowMs, lateMs),
    )
  }

  /** `done` is called once, when every new connection stands or could not be made. */
  apply(wiring: ClientWiring, done: () => void = () => {}): void {
    this.wiring = wiring
    this.sender.apply(wiring.load)
    this.budget.apply(wiring.load, this.world.clock.nowMs())
    this.edges.apply(repeated(wiring), silenceOnly(wiring.health))
    this.balancer.setMembers(this.edges.pickable())
    this.settled.whenTrue(() => {
      this.edges.letGoReplaced()
      this.balancer.setMembers(this.edges.pickable())
      done()
    })
  }

  /** Sends one request, now or when somebody can take it, or counts it as failed. `plannedMs`: when it should have left. */
  send(plannedMs: number, nowMs: number): void {
    const { load } = this.wiring
    this.sent++
    const budgetMs = Math.floor(load.timeoutMs - (nowMs - plannedMs))
    if (budgetMs <= 0) return this.endUnsent(ErrorCode.timeout, plannedMs, nowMs)
    const keyHash = this.world.rng.int(0x1_0000_0000)
    const flags = load.idempotent ? REQUEST_IDEMPOTENT : 0
    const slot = this.requests.take(plannedMs, nowMs + budgetMs, keyHash, flags)
    if (slot < 0) return this.endUnsent(ErrorCode.overload, plannedMs, nowMs)
    if (load.attempts > 1) this.budget.deposit(nowMs)
    const edge = this.waiting.length === 0 ? this.sender.pick(slot, nowMs) : null
    if (edge) this.sendTo(slot, edge, nowMs)
    else if (load.attempts > 1) this.park(slot, nowMs)
    else this.fail(slot, this.edges.whyNobody(), nowMs)
  }

  private sendTo(slot: number, edge: Edge, nowMs: number): void {
    this.release.onSent(nowMs)
    this.sender.send(slot, edge, nowMs)
  }

  /** Until somebody can take it. */
  private park(slot: number, nowMs: number): void {
    if (!this.balancer.hasOther(null)) this.release.begin(nowMs)
    this.deadlines.add(slot, this.requests.deadlineMs[slot]!, nowMs)
    this.waiting.push(slot, nowMs)
  }

  onAnswer(link: UpstreamLink, bytes: Uint8Array, start: number): void {
    const streamId = readStreamId(bytes, start)
    const slot = this.requests.slots.find(streamId)
    if (slot < 0 || this.requests.link[slot] !== link) {
      if (link.acceptLate(streamId)) this.late++
      return
    }
    const [edge, sentMs] = [this.requests.edge[slot]!, this.requests.sentMs[slot]!]
    if (readType(bytes, start) === FrameType.response) {
      this.answered++
      this.release.onAnswered(sentMs)
      edge.endAnswered(sentMs, link.nowMs)
      this.end(slot, true, link.nowMs)
    } else {
      const code = readErrorCode(bytes, start)
      this.release.onFailed(sentMs, code, link.nowMs)
      edge.endFailed(sentMs, true, code, link.nowMs)
      this.fail(slot, code, link.nowMs)
    }
    this.pump(link.nowMs)
  }

  /** Nobody answered an attempt: it is made again where it may be, or the request fails for this reason. */
  private endUnanswered(slot: number, code: ErrorCode, nowMs: number): void {
    const { requests } = this
    requests.link[slot]!.cancel(requests.slots.idOf(slot))
    this.release.onFailed(requests.sentMs[slot]!, code, nowMs)
    requests.edge[slot]!.endFailed(requests.sentMs[slot]!, false, code, nowMs)
    requests.unassign(slot)
    this.deadlines.remove(slot)
    if (!this.again(slot, code, nowMs)) this.fail(slot, code, nowMs)
  }

  /** As a forwarder does (see dispatcher.ts), but that only what nobody answered comes here. */
  private again(slot: number, code: ErrorCode, nowMs: number): boolean {
    const { requests, balancer } = this
    const leftMs = requests.deadlineMs[slot]! - nowMs
    const hasLeft = requests.sends[slot]! < this.wiring.load.attempts
    if (!hasLeft || !maySendAgain(code, false, requests.flags[slot]!)) return false
    const isElsewhere = balancer.hasOther(requests.tried[slot]!)
    const pauseMs = isElsewhere || !balancer.hasOther(null) ? 0 : backoffMs(requests.sends[slot]!, this.backoff)
    if (leftMs < pauseMs + LEFT_MS_MIN || !this.budget.withdraw(nowMs)) return false
    if (pauseMs > 0) this.deadlines.add(slot, nowMs + pauseMs, nowMs)
    else this.resume(slot, nowMs)
    return true
  }

  private resume(slot: number, nowMs: number): void {
    this.deadlines.remove(slot)
    const edge = this.hasPlace(nowMs) ? this.sender.pick(slot, nowMs) : null
    if (edge) this.sendTo(slot, edge, nowMs)
    else this.park(slot, nowMs)
  }

  /** Sends those that wait, while there is somebody to send to. */
  private pump(nowMs: number): void {
    // What is sent may change who is eligible, which calls here again.
    if (this.isPumping) return
    if (this.waiting.length === 0) return this.release.end()
    this.isPumping = true
    while (this.waiting.length > 0 && this.hasPlace(nowMs) && this.balancer.hasOther(null)) {
      this.resume(this.waiting.next(nowMs), nowMs)
    }
    this.isPumping = false
  }

  private hasPlace(nowMs: number): boolean {
    return this.waiting.length === 0 || this.release.hasPlace(nowMs)
  }

  private fail(slot: number, code: number, nowMs: number): void {
    this.failed.count(code)
    this.waiting.remove(slot)
    this.end(slot, false, nowMs)
  }

  private end(slot: number, isAnswered: boolean, nowMs: number): void {
    const latencyMs = nowMs - this.requests.plannedMs[slot]!
    if (isAnswered) this.latency.record(latencyMs)
    this.deadlines.remove(slot)
    this.requests.release(slot)
    this.listener.onOutcome?.(isAnswered, latencyMs)
    this.drained.check()
  }

  private endUnsent(code: ErrorCode, plannedMs: number, nowMs: number): void {
    this.failed.count(code)
    this.listener.onOutcome?.(false, nowMs - plannedMs)
  }

  /** The time of a slot has come: of its attempt, of its wait or of its pause. */
  private due(slot: number, nowMs: number): void {
    const { edge, deadlineMs } = this.requests
    if (edge[slot] !== null) this.endUnanswered(slot, ErrorCode.timeout, nowMs)
    else if (deadlineMs[slot]! <= nowMs) this.fail(slot, ErrorCode.timeout, nowMs)
    else this.resume(slot, nowMs)
    this.pump(nowMs)
  }

  onLinkLost(link: UpstreamLink): void {
    const nowMs = this.world.clock.nowMs()
    for (const slot of this.requests.sentOn(link)) {
      // Whoever hears of an end may send the next, which may take the slot.
      if (this.requests.link[slot] === link) this.endUnanswered(slot, ErrorCode.connectionLost, nowMs)
    }
    this.pump(nowMs)
  }

  onEdgeChange(): void {
    this.balancer.refresh()
    this.settled.check()
    this.pump(this.world.clock.nowMs())
  }

  onUpstreamEvent(event: UpstreamEvent): void {
    this.listener.onUpstreamEvent?.(event)
  }

  pending(): number {
    return this.requests.slots.used
  }

  counters(): ClientCounters {
    return {
      sent: this.sent,
      answered: this.answered,
      failed: this.failed.total,
      retried: this.sender.retried,
      pending: this.requests.slots.used,
      failedBy: this.failed.byName(),
      late: this.late,
      upstreams: this.edges.counters(),
      latency: this.latency.sparse(),
    }
  }

  /** Calls `done` once everything outstanding has ended; whoever sends has stopped before. */
  drain(done: () => void): void {
    this.drained.whenTrue(() => {
      this.edges.retire()
      this.deadlines.stop()
      this.ticker.cancel()
      done()
    })
  }

  stop(): void {
    this.ticker.cancel()
    this.deadlines.stop()
    this.edges.stop()
  }
}

/** Each load balancer as often as there are connections to it, taking turns. */
function repeated(wiring: ClientWiring): UpstreamSpec[] {
  return Array.from({ length: wiring.load.connections }, () => wiring.upstreams).flat()
}
