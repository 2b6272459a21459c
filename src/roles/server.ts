/**
 * A server: answers each request with the payload that came, after its service time, as many at a time as its
 * concurrency allows; the rest wait in a bounded queue, and past that are rejected at once.
 */
import { WaitingQueue } from '../balance/waiting-queue.ts'
import type { Timer } from '../base/clock.ts'
import { Condition } from '../base/condition.ts'
import { DeadlineWheel } from '../base/deadline-wheel.ts'
import { DueQueue } from '../base/due-queue.ts'
import type { Rng } from '../base/rng.ts'
import { Acceptor, type AcceptorOwner } from '../link/acceptor.ts'
import { isEarly } from '../link/cancel-budget.ts'
import type { DownstreamLink } from '../link/downstream-link.ts'
import { makeLinkCounts } from '../link/link-counts.ts'
import { type Flushable, Outbox } from '../link/outbox.ts'
import { startTicks, TICK_MS_MAX } from '../link/ticks.ts'
import type { NodeCounters } from '../stats/reports.ts'
import { Tally } from '../stats/tally.ts'
import type { ServerSpec, Wiring } from '../topology/types.ts'
import type { World } from '../transport/world.ts'
import { ErrorCode } from '../wire/error-code.ts'
import { readBudgetMs, readStreamId, turnIntoResponse } from '../wire/frame.ts'
import { Answers, isTraced, type Visit } from './answers.ts'
import { Jobs } from './jobs.ts'
import type { NodeListener, RunningNode } from './node.ts'
import { makeServiceSampler, type ServiceSampler } from './service-sampler.ts'

export function makeServer(wiring: Wiring, world: World, listener: NodeListener): RunningNode {
  return new Server(wiring, world, listener)
}

function isInstant({ serviceTime }: ServerSpec): boolean {
  return serviceTime.kind === 'fixed' && serviceTime.valueMs === 0
}

class Server implements RunningNode, AcceptorOwner, Flushable {
  private spec: ServerSpec
  /** The service time is fixed and 0: nothing is drawn, and an idle server answers in the turn. */
  private isInstant: boolean
  private drawServiceMs: ServiceSampler
  /** A stream of its own: what else is decided by chance does not change the times of a seed. */
  private readonly serviceRng: Rng
  private readonly tally = new Tally()
  private running = 0
  /** Answered in the turn in which they came: their time in the node is known when the turn ends. */
  private answeredAtOnce = 0
  private turnStartMs = 0
  private readonly jobs = new Jobs()
  private readonly answers: Answers
  private readonly queue: WaitingQueue
  /** Of those that wait: work that nobody wants any more leaves its place in the queue to others. */
  private readonly deadlines: DeadlineWheel
  private readonly finishing: DueQueue
  private readonly outbox: Outbox
  private readonly counts = makeLinkCounts()
  private readonly acceptor: Acceptor
  private readonly ticker: Timer
  private readonly world: World
  private readonly drained = new Condition(() => this.jobs.owed() === 0 && this.acceptor.isDrained())

  constructor(wiring: Wiring, world: World, listener: NodeListener) {
    this.spec = wiring.spec as ServerSpec
    this.isInstant = isInstant(this.spec)
    this.drawServiceMs = makeServiceSampler(this.spec.serviceTime)
    this.serviceRng = world.rng.fork('service-time')
    this.world = world
    this.answers = new Answers(this.spec.id, world.clock)
    this.outbox = new Outbox(world.clock)
    this.queue = new WaitingQueue(this.spec, slot => this.failWaiting(slot, ErrorCode.shed))
    this.deadlines = new DeadlineWheel(world.clock, slot => this.expire(slot))
    this.finishing = new DueQueue(world.clock, (slot, nowMs) => this.finishJob(slot, nowMs))
    const hello = { node: this.spec.id, generation: wiring.generation }
    const onLink = listener.onLink?.bind(listener)
    this.acceptor = new Acceptor({ clock: world.clock, outbox: this.outbox, hello, counts: this.counts, onLink }, this)
    this.acceptor.setParents(this.spec.behind)
    this.acceptor.listen(world, wiring.socket, problem => listener.onReady(problem))
    this.ticker = startTicks(
      world.clock,
      () => TICK_MS_MAX,
      (nowMs, lateMs) => this.acceptor.tick(nowMs, lateMs),
    )
  }

  /** Jobs that run keep the service time that they began with. */
  apply(wiring: Wiring, done: () => void): void {
    this.spec = wiring.spec as ServerSpec
    this.acceptor.setParents(this.spec.behind)
    this.isInstant = isInstant(this.spec)
    this.drawServiceMs = makeServiceSampler(this.spec.serviceTime)
    this.queue.apply(this.spec)
    this.startWaiting(this.world.clock.nowMs())
    done()
  }

  onRequest(from: DownstreamLink, bytes: Uint8Array, start: number, end: number): void {
    this.tally.received++
    const streamId = readStreamId(bytes, start)
    const budgetMs = readBudgetMs(bytes, start)
    if (from.streams.slotAt(streamId) >= 0) {
      this.tally.rejected.count(ErrorCode.protocol)
      return from.breakOff(ErrorCode.protocol, `stream ${streamId} is in use`)
    }
    if (budgetMs === 0) return this.reject(from, bytes, start, ErrorCode.expired)
    if (from.isDrained) return this.reject(from, bytes, start, ErrorCode.draining)
    if (this.isInstant && this.running === 0) return this.answerAtOnce(from, streamId, bytes, start, end)
    if (this.running >= this.spec.concurrency && !this.queue.hasRoom()) {
      return this.reject(from, bytes, start, ErrorCode.overload)
    }
    this.accept(from, streamId, bytes, start, end, budgetMs)
  }

  private answerAtOnce(from: DownstreamLink, streamId: number, bytes: Uint8Array, start: number, end: number): void {
    const visit = isTraced(bytes, start) ? { inMs: from.nowMs, begunMs: from.nowMs, attempts: [] } : null
    if (this.fails()) return this.failOf(from, streamId, visit)
    if (this.answeredAtOnce === 0) {
      this.turnStartMs = from.nowMs
      this.outbox.add(this)
    }
    this.tally.answered++
    this.answeredAtOnce++
    this.answers.pass(from, bytes, turnIntoResponse(bytes, start, end, streamId), end, visit)
  }

  /** The outbox flushes when the turn ends, which is when the answers leave. */
  flush(): void {
    this.tally.latency.record(this.world.clock.nowMs() - this.turnStartMs, this.answeredAtOnce)
    this.answeredAtOnce = 0
  }

  private accept(
    from: DownstreamLink,
    streamId: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    budgetMs: number,
  ): void {
    const slot = this.jobs.add(from, streamId, bytes, start, end, from.nowMs, from.nowMs + budgetMs)
    if (slot < 0) return this.reject(from, bytes, start, ErrorCode.overload)
    if (this.running < this.spec.concurrency) this.startJob(slot, from.nowMs)
    else this.wait(slot, from.nowMs)
  }

  private wait(slot: number, nowMs: number): void {
    this.queue.push(slot, nowMs)
    this.deadlines.add(slot, this.jobs.expiresMs[slot]!, nowMs)
  }

  private startJob(slot: number, nowMs: number): void {
    this.running++
    if (isTraced(this.jobs.bytes[slot]!, this.jobs.start[slot]!)) this.jobs.begunMs[slot] = nowMs
    this.finishing.push(slot, this.finishMs(nowMs, this.drawServiceMs(this.serviceRng)))
  }

  /**
   * On the clock's grid where it has one, up or down by chance, so that the mean stays true: jobs that are due within
   * one tick then share a timer. Times below a tick are kept; the clock polls for those.
   */
  private finishMs(nowMs: number, serviceMs: number): number {
    const [exactMs, { tickMs }] = [nowMs + serviceMs, this.world.clock]
    if (tickMs === 0 || serviceMs < tickMs) return exactMs
    const floorMs = Math.floor(exactMs / tickMs) * tickMs
    return this.world.rng.float() < (exactMs - floorMs) / tickMs ? floorMs + tickMs : floorMs
  }

  private finishJob(slot: number, nowMs: number): void {
    this.running--
    const from = this.jobs.from[slot]
    // Cancelled while it ran: it was answered then, and held its place until now.
    if (!from) this.jobs.drop(slot)
    else this.answer(slot, from, nowMs)
    this.startWaiting(nowMs)
    this.drained.check()
  }

  private answer(slot: number, from: DownstreamLink, nowMs: number): void {
    const streamId = this.jobs.streamId[slot]!
    const [bytes, start, end] = [this.jobs.bytes[slot]!, this.jobs.start[slot]!, this.jobs.end[slot]!]
    const visit = isTraced(bytes, start) ? this.visitOf(slot, this.jobs.begunMs[slot]!) : null
    this.jobs.drop(slot)
    if (this.fails()) return this.failOf(from, streamId, visit)
    this.tally.answered++
    this.tally.latency.record(nowMs - this.jobs.sinceMs[slot]!)
    this.answers.pass(from, bytes, turnIntoResponse(bytes, start, end, streamId), end, visit)
  }

  /** `begunMs`: null where its turn never came. */
  private visitOf(slot: number, begunMs: number | null): Visit {
    return { inMs: this.jobs.sinceMs[slot]!, begunMs, attempts: [] }
  }

  /** Work whose deadline has passed is not started, where its turn comes before the wheel's as well. */
  private startWaiting(nowMs: number): void {
    while (this.running < this.spec.concurrency) {
      const slot = this.queue.next(nowMs)
      if (slot < 0) return
      this.deadlines.remove(slot)
      if (this.jobs.expiresMs[slot]! > nowMs) this.startJob(slot, nowMs)
      else this.failWaiting(slot, ErrorCode.timeout)
    }
  }

  private expire(slot: number): void {
    this.failWaiting(slot, ErrorCode.timeout)
    this.drained.check()
  }

  private failWaiting(slot: number, code: ErrorCode): void {
    this.leaveQueue(slot)
    const from = this.jobs.from[slot]!
    const streamId = this.jobs.streamId[slot]!
    this.tally.failed.count(code)
    const visit = isTraced(this.jobs.bytes[slot]!, this.jobs.start[slot]!) ? this.visitOf(slot, null) : null
    this.jobs.drop(slot)
    this.answers.fail(from, streamId, code, true, visit)
  }

  private leaveQueue(slot: number): void {
    this.queue.remove(slot)
    this.deadlines.remove(slot)
  }

  private fails(): boolean {
    return this.spec.errorRate > 0 && this.world.rng.float() < this.spec.errorRate
  }

  private failOf(from: DownstreamLink, streamId: number, visit: Visit | null): void {
    this.tally.failed.count(ErrorCode.application)
    this.answers.fail(from, streamId, ErrorCode.application, false, visit)
  }

  private reject(from: DownstreamLink, bytes: Uint8Array, start: number, code: ErrorCode): void {
    this.tally.rejected.count(code)
    this.answers.refuse(from, bytes, start, code)
  }

  onCancel(from: DownstreamLink, streamId: number): void {
    const slot = from.streams.slotAt(streamId)
    if (slot < 0 || this.jobs.streamId[slot] !== streamId) return
    if (isEarly(this.jobs.sinceMs[slot]!, from.nowMs, this.jobs.expiresMs[slot]!) && !from.allowsReset()) return
    this.cancelJob(slot)
  }

  onDownstreamGone(from: DownstreamLink): void {
    from.streams.forEach(slot => {
      this.cancelJob(slot)
    })
  }

  /** What waits is forgotten; what runs cannot be stopped, and keeps its place until it is done. */
  private cancelJob(slot: number): void {
    const isQueued = this.queue.isWaiting(slot)
    this.leaveQueue(slot)
    const from = this.jobs.from[slot]!
    this.tally.failed.count(ErrorCode.cancelled)
    from.sendError(this.jobs.streamId[slot]!, ErrorCode.cancelled, isQueued)
    if (isQueued) this.jobs.drop(slot)
    else this.jobs.orphan(slot)
    this.drained.check()
  }

  drain(done: () => void): void {
    this.acceptor.drain()
    this.drained.whenTrue(() => {
      this.ticker.cancel()
      this.acceptor.finish()
      this.finishing.clear()
      this.deadlines.stop()
      done()
    })
  }

  onDownstreamQuiet(): void {
    this.drained.check()
  }

  stop(): void {
    this.ticker.cancel()
    this.finishing.clear()
    this.deadlines.stop()
    this.acceptor.stop()
  }

  counters(): NodeCounters {
    return {
      ...this.tally.counts(this.jobs.owed()),
      ...this.acceptor.senders.counts(),
      connections: this.acceptor.connections(),
      protocolErrors: this.counts.protocolErrors,
      stalledConnections: this.counts.stalled,
      droppedConnections: this.counts.dropped,
      queued: this.queue.length,
      panic: false,
      upstreams: [],
      latency: this.tally.latency.sparse(),
    }
  }
}
