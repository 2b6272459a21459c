/**
 * The client side of a topology: sends requests to the load balancers in turn, and knows for each how it ended. When
 * to send is the business of a load (see load/). With more than one attempt it bridges the loss of a load balancer: what
 * was under way is sent again where that does no harm, and what nobody can take waits until its deadline.
 */
import { Balancer } from '../balance/balancer.ts'
import { WaitingQueue } from '../balance/waiting-queue.ts'
import type { Timer } from '../base/clock.ts'
import { Condition } from '../base/condition.ts'
import { DeadlineWheel } from '../base/deadline-wheel.ts'
import { silenceOnly } from '../health/silence-only.ts'
import type { LinkEvent, LinkSetting } from '../link/link.ts'
import { makeLinkCounts } from '../link/link-counts.ts'
import { Outbox } from '../link/outbox.ts'
import { startTicks } from '../link/ticks.ts'
import type { UpstreamLink } from '../link/upstream-link.ts'
import { makePolicy } from '../policy/registry.ts'
import { Histogram } from '../stats/histogram.ts'
import { ReasonCounts } from '../stats/reasons.ts'
import type { ClientCounters, UpstreamEvent } from '../stats/reports.ts'
import type { EndedRequest } from '../stats/request-report.ts'
import type { ClientWiring, LoadSpec, QueueSpec, UpstreamSpec } from '../topology/types.ts'
import type { World } from '../transport/world.ts'
import { ErrorCode } from '../wire/error-code.ts'
import { readErrorCode } from '../wire/error-frame.ts'
import { FrameType, REQUEST_IDEMPOTENT, readStreamId, readType, TRACED } from '../wire/frame.ts'
import { SLOTS_MAX } from '../wire/stream-slots.ts'
import { readTrace, type TracedHop } from '../wire/trace.ts'
import { isSoundlyTold, mayTell } from './answers.ts'
import { Attempts } from './attempts.ts'
import { ClientFrames } from './client-frames.ts'
import { Dispatcher, type DispatchLimits } from './dispatcher.ts'
import type { Edge, EdgeOwner } from './edge.ts'
import { EdgeSet } from './edge-set.ts'
import { OneIn } from './one-in.ts'
import { Outstanding } from './outstanding.ts'

/** Clients wait as long as their deadlines let them, and there is no more to hold than a number for each. */
const PATIENT: QueueSpec = { queueMax: SLOTS_MAX, queueDiscipline: 'fifo', queueTargetMs: 0, queueIntervalMs: 0 }

const limitsOf = (load: LoadSpec): DispatchLimits => ({ ...load, inFlightMax: SLOTS_MAX })

/** Nobody on the way told of a request. */
const UNTOLD: readonly TracedHop[] = []

export interface ClientListener {
  /**
   * A request ended: its times from its planned send, and from its first; 0 where it was never sent. `code`: 0 where it
   * was answered. `plannedMs`: as it was given to `send`.
   */
  onOutcome?(isAnswered: boolean, responseMs: number, serviceMs: number, code: number, plannedMs: number): void
  /** A traced request ended. Where this is heard, every request is traced, unless `trace` says otherwise. */
  onTraced?(request: EndedRequest): void
  onUpstreamEvent?(event: UpstreamEvent): void
  onLink?(event: LinkEvent): void
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
  private readonly deadlines: DeadlineWheel
  private readonly edges: EdgeSet
  private readonly balancer: Balancer<Edge>
  private readonly frames: ClientFrames
  private readonly attempts: Attempts
  private readonly dispatcher: Dispatcher
  private readonly tracing: OneIn
  private readonly ticker: Timer
  private readonly world: World
  private readonly listener: ClientListener
  private readonly settled = new Condition(() => this.edges.areSettled())
  private readonly drained = new Condition(() => this.requests.slots.used === 0)

  constructor(wiring: ClientWiring, world: World, listener: ClientListener = {}) {
    this.wiring = wiring
    this.world = world
    this.listener = listener
    this.tracing = new OneIn(listener.onTraced ? 1 : 0, world.rng.fork('tracing'))
    this.deadlines = new DeadlineWheel(world.clock, (slot, nowMs) => this.dispatcher.due(slot, nowMs))
    this.balancer = new Balancer(makePolicy({ name: 'round-robin' }, world.rng.fork('policy')), world.rng.fork('ramp'))
    this.frames = new ClientFrames(this.requests, wiring.load.payloadBytes)
    const { requests, deadlines, balancer, frames, waiting } = this
    this.attempts = new Attempts({ requests, deadlines, balancer, frames }, wiring.load)
    const rng = world.rng.fork('backoff')
    const verdicts = { whyNobody: () => this.edges.whyNobody(), mayWait: () => this.mayWait() }
    const parts = { requests, deadlines, balancer, waiting, attempts: this.attempts, endings: this, rng, ...verdicts }
    this.dispatcher = new Dispatcher(parts, limitsOf(wiring.load), world.clock.nowMs())
    const setting: LinkSetting = {
      clock: world.clock,
      outbox: new Outbox(world.clock),
      hello: { node: '', generation: 1 },
      counts: makeLinkCounts(),
      onLink: event => listener.onLink?.(event),
    }
    this.edges = new EdgeSet(world, setting, silenceOnly(wiring.health), this)
    this.edges.apply(repeated(wiring), silenceOnly(wiring.health))
    this.balancer.setMembers(this.edges.pickable())
    this.settled.whenTrue(() => listener.onReady?.())
    this.ticker = startTicks(
      world.clock,
      () => this.wiring.health.intervalMs / 2,
      (nowMs, lateMs) => {
        this.edges.tick(nowMs, lateMs)
        this.dispatcher.pump(nowMs)
      },
    )
  }

  /** `done` is called once, when every new connection stands or could not be made. */
  apply(wiring: ClientWiring, done: () => void = () => {}): void {
    this.wiring = wiring
    this.frames.apply(wiring.load.payloadBytes)
    this.attempts.apply(wiring.load)
    this.dispatcher.apply(limitsOf(wiring.load), this.world.clock.nowMs())
    this.edges.apply(repeated(wiring), silenceOnly(wiring.health))
    this.balancer.setMembers(this.edges.pickable())
    this.settled.whenTrue(() => {
      this.edges.letGoReplaced()
      this.balancer.setMembers(this.edges.pickable())
      done()
    })
  }

  /**
   * Sends one request, now or when somebody can take it, or counts it as failed. `plannedMs`: when it should have left.
   * `keyHash`: of its key, for policies that go by it; without one it has any.
   */
  send(plannedMs: number, nowMs: number, keyHash: number = this.world.rng.int(0x1_0000_0000)): void {
    const { load } = this.wiring
    this.sent++
    const flags = (load.idempotent ? REQUEST_IDEMPOTENT : 0) | (this.tracing.isNext(this.sent) ? TRACED : 0)
    const budgetMs = Math.floor(load.timeoutMs - (nowMs - plannedMs))
    if (budgetMs <= 0) return this.endUnsent(ErrorCode.timeout, flags, plannedMs, nowMs)
    const slot = this.requests.take(plannedMs, nowMs + budgetMs, keyHash, flags)
    if (slot < 0) return this.endUnsent(ErrorCode.overload, flags, plannedMs, nowMs)
    if ((flags & TRACED) !== 0) this.requests.id[slot] = this.sent
    this.dispatcher.start(slot, nowMs)
  }

  /**
   * Without a second attempt nobody waits: whoever finds no load balancer is told so. One that is connected and says
   * nothing, or whose connection takes no more bytes now, is not gone: for it everybody waits, as any caller would.
   */
  private mayWait(): boolean {
    return this.wiring.load.attempts > 1 || this.edges.isAnyoneBusy()
  }

  /** From now on one request in so many is traced, which costs what a traced request costs; 0: none. */
  trace(every: number): void {
    this.tracing.set(every, this.sent)
  }

  onAnswer(link: UpstreamLink, bytes: Uint8Array, start: number, end: number): void {
    const streamId = readStreamId(bytes, start)
    const slot = this.requests.slots.find(streamId)
    if (slot < 0 || this.requests.link[slot] !== link) {
      if (link.acceptLate(streamId)) this.late++
      return
    }
    const requestFlags = this.requests.flags[slot]!
    const isTold = mayTell(requestFlags, bytes, start)
    if (isTold && !isSoundlyTold(link, requestFlags, bytes, start, end)) return
    const trace = isTold ? readTrace(bytes, start, end) : UNTOLD
    if (readType(bytes, start) === FrameType.response) {
      this.answered++
      this.attempts.answered(slot, link.nowMs)
      this.end(slot, 0, link.nowMs, trace)
    } else {
      // What a load balancer says is final: it has tried as often as it was worth.
      const code = readErrorCode(bytes, start)
      this.attempts.failed(slot, code, link.nowMs)
      this.endFailed(slot, code, link.nowMs, trace)
    }
    this.dispatcher.pump(link.nowMs)
  }

  /** For the dispatcher: a request ends without an answer. */
  fail(slot: number, code: number, _isNotExecuted: boolean, nowMs: number): void {
    this.waiting.remove(slot)
    this.endFailed(slot, code, nowMs, UNTOLD)
  }

  private endFailed(slot: number, code: number, nowMs: number, trace: readonly TracedHop[]): void {
    this.failed.count(code)
    this.end(slot, code, nowMs, trace)
  }

  /** `code`: 0 where it was answered. */
  private end(slot: number, code: number, nowMs: number, trace: readonly TracedHop[]): void {
    const { sends, firstSentMs } = this.requests
    const plannedMs = this.requests.plannedMs[slot]!
    const responseMs = nowMs - plannedMs
    const serviceMs = sends[slot] === 0 ? 0 : nowMs - firstSentMs[slot]!
    if (code === 0) this.latency.record(responseMs)
    if ((this.requests.flags[slot]! & TRACED) !== 0) this.tell(slot, code, nowMs, trace)
    this.deadlines.remove(slot)
    this.requests.release(slot)
    this.listener.onOutcome?.(code === 0, responseMs, serviceMs, code, plannedMs)
    this.drained.check()
  }

  private tell(slot: number, code: number, endedMs: number, trace: readonly TracedHop[]): void {
    const { id, plannedMs, sends, sentMs, tries } = this.requests
    this.listener.onTraced?.({
      id: id[slot]!,
      code,
      plannedMs: plannedMs[slot]!,
      sentMs: sends[slot] === 0 ? null : sentMs[slot]!,
      endedMs,
      ...tries.take(slot),
      trace,
    })
  }

  private endUnsent(code: ErrorCode, flags: number, plannedMs: number, nowMs: number): void {
    this.failed.count(code)
    if ((flags & TRACED) !== 0) {
      const [id, endedMs] = [this.sent, nowMs]
      this.listener.onTraced?.({ id, code, plannedMs, sentMs: null, endedMs, attempts: [], trace: UNTOLD })
    }
    this.listener.onOutcome?.(false, nowMs - plannedMs, 0, code, plannedMs)
  }

  onLinkLost(link: UpstreamLink): void {
    this.dispatcher.lose(link, this.world.clock.nowMs())
  }

  onEdgeChange(): void {
    this.balancer.refresh()
    this.settled.check()
    this.dispatcher.pump(this.world.clock.nowMs())
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
      retried: this.attempts.retried,
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
