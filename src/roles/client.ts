/**
 * The client side of a topology: sends requests to the load balancers in turn, and knows for each how it ended. When
 * to send is the business of a load (see load/).
 */
import { Balancer } from '../balance/balancer.ts'
import type { Timer } from '../base/clock.ts'
import { Condition } from '../base/condition.ts'
import { DeadlineWheel } from '../base/deadline-wheel.ts'
import { silenceOnly } from '../health/silence-only.ts'
import { makeLinkCounts } from '../link/link-counts.ts'
import { Outbox } from '../link/outbox.ts'
import { startTicks } from '../link/ticks.ts'
import type { UpstreamLink } from '../link/upstream-link.ts'
import { makePolicy } from '../policy/registry.ts'
import { Histogram } from '../stats/histogram.ts'
import { ReasonCounts } from '../stats/reasons.ts'
import type { ClientCounters, UpstreamEvent } from '../stats/reports.ts'
import type { ClientWiring, UpstreamSpec } from '../topology/types.ts'
import type { World } from '../transport/world.ts'
import { ErrorCode } from '../wire/error-code.ts'
import { readErrorCode } from '../wire/error-frame.ts'
import {
  FrameType,
  REQUEST_IDEMPOTENT,
  REQUEST_PAYLOAD_AT,
  type RequestHead,
  readStreamId,
  readType,
  writeRequest,
} from '../wire/frame.ts'
import { SLOTS_MAX, StreamSlots } from '../wire/stream-slots.ts'
import type { Edge, EdgeOwner } from './edge.ts'
import { EdgeSet } from './edge-set.ts'

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
  private payload: Uint8Array
  private readonly failed = new ReasonCounts()
  private readonly latency = new Histogram()
  private readonly slots = new StreamSlots(SLOTS_MAX)
  private readonly link: (UpstreamLink | null)[] = []
  private readonly edge: (Edge | null)[] = []
  private readonly plannedMs: number[] = []
  private readonly sentMs: number[] = []
  private readonly head: RequestHead = { budgetMs: 0, keyHash: 0, attempt: 1, flags: 0 }
  private readonly context = { nowMs: 0, keyHash: 0, attempt: 1 }
  private readonly deadlines: DeadlineWheel
  private readonly edges: EdgeSet
  private readonly balancer: Balancer<Edge>
  private readonly ticker: Timer
  private readonly world: World
  private readonly listener: ClientListener
  private readonly settled = new Condition(() => this.edges.areSettled())
  private readonly drained = new Condition(() => this.slots.used === 0)

  constructor(wiring: ClientWiring, world: World, listener: ClientListener = {}) {
    this.wiring = wiring
    this.world = world
    this.listener = listener
    this.payload = makePayload(wiring.load.payloadBytes)
    this.deadlines = new DeadlineWheel(world.clock, (slot, nowMs) => this.expire(slot, nowMs))
    this.balancer = new Balancer(makePolicy({ name: 'round-robin' }, world.rng.fork('policy')), world.rng.fork('ramp'))
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
    this.payload = makePayload(wiring.load.payloadBytes)
    this.edges.apply(repeated(wiring), silenceOnly(wiring.health))
    this.balancer.setMembers(this.edges.pickable())
    this.settled.whenTrue(() => {
      this.edges.letGoReplaced()
      this.balancer.setMembers(this.edges.pickable())
      done()
    })
  }

  /** Sends one request, or counts it as failed where nobody can take it. `plannedMs` is when it should have left. */
  send(plannedMs: number, nowMs: number): void {
    this.sent++
    const budgetMs = Math.floor(this.wiring.load.timeoutMs - (nowMs - plannedMs))
    if (budgetMs <= 0) return this.endUnsent(ErrorCode.timeout, plannedMs, nowMs)
    const slot = this.slots.take()
    if (slot < 0) return this.endUnsent(ErrorCode.overload, plannedMs, nowMs)
    const edge = this.balancer.pick(this.context, null)
    if (!edge) {
      this.slots.release(slot)
      return this.endUnsent(this.edges.whyNobody(), plannedMs, nowMs)
    }
    this.dispatch(slot, edge, plannedMs, budgetMs, nowMs)
  }

  private dispatch(slot: number, edge: Edge, plannedMs: number, budgetMs: number, nowMs: number): void {
    const link = edge.link()
    this.link[slot] = link
    this.edge[slot] = edge
    this.plannedMs[slot] = plannedMs
    edge.begin(nowMs)
    this.sentMs[slot] = nowMs
    this.deadlines.add(slot, nowMs + budgetMs, nowMs)
    this.head.budgetMs = budgetMs
    this.head.keyHash = this.world.rng.int(0x1_0000_0000)
    this.head.flags = this.wiring.load.idempotent ? REQUEST_IDEMPOTENT : 0
    const at = link.claimRequest(REQUEST_PAYLOAD_AT + this.payload.length, nowMs)
    const bytes = link.requestBytes()
    writeRequest(bytes, at, this.slots.idOf(slot), this.head, this.payload.length)
    bytes.set(this.payload, at + REQUEST_PAYLOAD_AT)
  }

  onAnswer(link: UpstreamLink, bytes: Uint8Array, start: number): void {
    const streamId = readStreamId(bytes, start)
    const slot = this.slots.find(streamId)
    if (slot < 0 || this.link[slot] !== link) {
      if (link.acceptLate(streamId)) this.late++
      return
    }
    if (readType(bytes, start) !== FrameType.response)
      return this.fail(slot, readErrorCode(bytes, start), true, link.nowMs)
    this.answered++
    this.edge[slot]!.endAnswered(this.sentMs[slot]!, link.nowMs)
    this.end(slot, true, link.nowMs)
  }

  /** `isConfirmed`: by the load balancer's word. */
  private fail(slot: number, code: number, isConfirmed: boolean, nowMs: number): void {
    this.failed.count(code)
    this.edge[slot]!.endFailed(this.sentMs[slot]!, isConfirmed, code, nowMs)
    this.end(slot, false, nowMs)
  }

  private end(slot: number, isAnswered: boolean, nowMs: number): void {
    const latencyMs = nowMs - this.plannedMs[slot]!
    if (isAnswered) this.latency.record(latencyMs)
    this.deadlines.remove(slot)
    this.link[slot] = null
    this.edge[slot] = null
    this.slots.release(slot)
    this.listener.onOutcome?.(isAnswered, latencyMs)
    this.drained.check()
  }

  private endUnsent(code: ErrorCode, plannedMs: number, nowMs: number): void {
    this.failed.count(code)
    this.listener.onOutcome?.(false, nowMs - plannedMs)
  }

  private expire(slot: number, nowMs: number): void {
    this.link[slot]!.cancel(this.slots.idOf(slot))
    this.fail(slot, ErrorCode.timeout, false, nowMs)
  }

  onLinkLost(link: UpstreamLink): void {
    const nowMs = this.world.clock.nowMs()
    for (let slot = 0; slot < this.slots.size; slot++) {
      if (this.link[slot] !== link) continue
      this.fail(slot, ErrorCode.connectionLost, false, nowMs)
    }
  }

  onEdgeChange(): void {
    this.balancer.refresh()
    this.settled.check()
  }

  onUpstreamEvent(event: UpstreamEvent): void {
    this.listener.onUpstreamEvent?.(event)
  }

  pending(): number {
    return this.slots.used
  }

  counters(): ClientCounters {
    return {
      sent: this.sent,
      answered: this.answered,
      failed: this.failed.total,
      pending: this.slots.used,
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

/** Printable, so that a dump of the wire is readable. */
function makePayload(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => 0x61 + (i % 26))
}
