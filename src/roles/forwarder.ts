/**
 * A load balancer or a proxy: links joined by a balancer. It takes a request from a downstream, has an upstream
 * picked, rewrites the head in place and passes the bytes on; the answer goes back the same way. Every request that it
 * accepts ends in exactly one answer to its downstream, whatever happens to either side. Here is what happens to it;
 * what is then done with a request is decided by the dispatcher.
 */

import { Balancer } from '../balance/balancer.ts'
import type { Timer } from '../base/clock.ts'
import { Condition } from '../base/condition.ts'
import { DeadlineWheel } from '../base/deadline-wheel.ts'
import { deepEqual } from '../base/equal.ts'
import { Acceptor, type AcceptorOwner } from '../link/acceptor.ts'
import { isEarly } from '../link/cancel-budget.ts'
import type { DownstreamLink } from '../link/downstream-link.ts'
import type { LinkSetting } from '../link/link.ts'
import { makeLinkCounts } from '../link/link-counts.ts'
import { Outbox } from '../link/outbox.ts'
import { startTicks } from '../link/ticks.ts'
import type { UpstreamLink } from '../link/upstream-link.ts'
import { makePolicy } from '../policy/registry.ts'
import type { NodeCounters, UpstreamEvent } from '../stats/reports.ts'
import { Tally } from '../stats/tally.ts'
import type { ForwarderSpec, Wiring } from '../topology/types.ts'
import type { World } from '../transport/world.ts'
import { ErrorCode } from '../wire/error-code.ts'
import { readErrorCode, readNotExecuted } from '../wire/error-frame.ts'
import {
  FrameType,
  HOPS_MAX,
  readBudgetMs,
  readHops,
  readRequestFlags,
  readStreamId,
  readType,
  writeHops,
} from '../wire/frame.ts'
import { SLOTS_MAX } from '../wire/stream-slots.ts'
import { Answers, isSoundlyTold, mayTell } from './answers.ts'
import { Attempts } from './attempts.ts'
import { Dispatcher } from './dispatcher.ts'
import type { Edge, EdgeOwner } from './edge.ts'
import { EdgeSet } from './edge-set.ts'
import { DownstreamEndings } from './endings.ts'
import { ForwardedFrames } from './forwarded-frames.ts'
import { InFlight } from './in-flight.ts'
import type { NodeListener, RunningNode } from './node.ts'
import { WaitingRoom } from './waiting-room.ts'

export function makeForwarder(wiring: Wiring, world: World, listener: NodeListener): RunningNode {
  return new Forwarder(wiring, world, listener)
}

/** One for each request that is sent on and for each that waits. */
const slotsOf = ({ inFlightMax, queueMax }: ForwarderSpec): number => Math.min(inFlightMax + queueMax, SLOTS_MAX)

class Forwarder implements RunningNode, AcceptorOwner, EdgeOwner {
  private wiring: Wiring
  private spec: ForwarderSpec
  private readonly tally = new Tally()
  private readonly counts = makeLinkCounts()
  private readonly requests: InFlight
  private readonly deadlines: DeadlineWheel
  private readonly balancer: Balancer<Edge>
  private readonly waiting: WaitingRoom
  private readonly attempts: Attempts
  private readonly answers: Answers
  private readonly endings: DownstreamEndings
  private readonly dispatcher: Dispatcher
  private readonly edges: EdgeSet
  private readonly acceptor: Acceptor
  private readonly ticker: Timer
  private readonly world: World
  private readonly listener: NodeListener
  private readonly settled = new Condition(() => this.edges.areSettled())
  private readonly drained = new Condition(() => this.requests.slots.used === 0 && this.acceptor.isDrained())

  constructor(wiring: Wiring, world: World, listener: NodeListener) {
    this.wiring = wiring
    this.spec = wiring.spec as ForwarderSpec
    this.world = world
    this.listener = listener
    this.requests = new InFlight(slotsOf(this.spec))
    this.deadlines = new DeadlineWheel(world.clock, (slot, nowMs) => this.dispatcher.due(slot, nowMs))
    this.balancer = new Balancer(makePolicy(this.spec.policy, world.rng.fork('policy')), world.rng.fork('ramp'))
    const shed = (slot: number, nowMs: number) => this.endings.fail(slot, ErrorCode.shed, true, nowMs)
    this.waiting = new WaitingRoom(this.requests, this.spec, shed, () => this.noticeCrowd())
    this.answers = new Answers(this.spec.id, world.clock)
    const { requests, deadlines, balancer, tally, waiting, answers } = this
    const frames = new ForwardedFrames(requests)
    this.endings = new DownstreamEndings({ requests, deadlines, tally, waiting, answers }, () => this.drained.check())
    this.attempts = new Attempts({ requests, deadlines, balancer, frames }, this.spec)
    const { endings, attempts } = this
    const rng = world.rng.fork('backoff')
    const verdicts = { whyNobody: () => this.edges.whyNobody(), mayWait: () => this.spec.queueMax > 0 }
    const parts = { requests, deadlines, balancer, attempts, waiting, endings, rng, ...verdicts }
    this.dispatcher = new Dispatcher(parts, this.spec, world.clock.nowMs())
    const setting: LinkSetting = {
      clock: world.clock,
      outbox: new Outbox(world.clock),
      hello: { node: this.spec.id, generation: wiring.generation },
      counts: this.counts,
      onLink: event => listener.onLink?.(event),
    }
    this.edges = new EdgeSet(world, setting, wiring.health, this)
    this.edges.apply(wiring.upstreams, wiring.health)
    this.balancer.setMembers(this.edges.pickable())
    this.acceptor = new Acceptor(setting, this)
    this.acceptor.setParents(this.spec.behind)
    this.acceptor.listen(world, wiring.socket, problem => {
      if (problem) listener.onReady(problem)
      else this.settled.whenTrue(() => listener.onReady(null))
    })
    this.ticker = startTicks(
      world.clock,
      () => this.wiring.health.intervalMs / 2,
      (nowMs, lateMs) => this.tick(nowMs, lateMs),
    )
  }

  apply(wiring: Wiring, done: () => void): void {
    const before = this.spec
    this.wiring = wiring
    this.spec = wiring.spec as ForwarderSpec
    if (!deepEqual(before.policy, this.spec.policy)) {
      this.balancer.setPolicy(makePolicy(this.spec.policy, this.world.rng.fork('policy')))
    }
    this.applyLimits()
    this.acceptor.setParents(this.spec.behind)
    this.edges.apply(wiring.upstreams, wiring.health)
    this.changeMembers()
    this.settled.whenTrue(() => {
      this.edges.letGoReplaced()
      this.changeMembers()
      done()
    })
  }

  private applyLimits(): void {
    this.requests.slots.setMax(slotsOf(this.spec))
    this.waiting.apply(this.spec)
    this.attempts.apply(this.spec)
    this.dispatcher.apply(this.spec, this.world.clock.nowMs())
  }

  private changeMembers(): void {
    this.balancer.setMembers(this.edges.pickable())
    this.noticeCrowd()
    this.dispatcher.pump(this.world.clock.nowMs())
  }

  // --- a request's path -----------------------------------------------------------------------------------------

  onRequest(from: DownstreamLink, bytes: Uint8Array, start: number, end: number): void {
    this.tally.received++
    const streamId = readStreamId(bytes, start)
    if (from.streams.slotAt(streamId) >= 0) {
      this.tally.rejected.count(ErrorCode.protocol)
      return from.breakOff(ErrorCode.protocol, `stream ${streamId} is in use`)
    }
    const budgetMs = readBudgetMs(bytes, start)
    const hops = readHops(bytes, start) + 1
    if (budgetMs === 0) return this.reject(from, bytes, start, ErrorCode.expired)
    if (hops > HOPS_MAX) return this.reject(from, bytes, start, ErrorCode.loop)
    if (from.isDrained) return this.reject(from, bytes, start, ErrorCode.draining)
    if (!this.dispatcher.takes(readRequestFlags(bytes, start), from.nowMs))
      return this.reject(from, bytes, start, ErrorCode.overload)
    const slot = this.requests.take(from, bytes, start, end, from.nowMs, Math.min(budgetMs, this.spec.timeoutMs))
    if (slot < 0) return this.reject(from, bytes, start, ErrorCode.overload)
    writeHops(bytes, start, hops)
    this.dispatcher.start(slot, from.nowMs)
  }

  private reject(from: DownstreamLink, bytes: Uint8Array, start: number, code: ErrorCode): void {
    this.tally.rejected.count(code)
    this.answers.refuse(from, bytes, start, code)
  }

  onAnswer(link: UpstreamLink, bytes: Uint8Array, start: number, end: number): void {
    const sentId = readStreamId(bytes, start)
    const slot = this.requests.slots.find(sentId)
    if (slot < 0 || this.requests.link[slot] !== link) return this.dropLate(link, sentId)
    const requestFlags = this.requests.flags[slot]!
    if (mayTell(requestFlags, bytes, start) && !isSoundlyTold(link, requestFlags, bytes, start, end)) return
    if (readType(bytes, start) === FrameType.response) {
      this.attempts.answered(slot, link.nowMs)
      this.endings.answer(slot, bytes, start, end, link.nowMs)
    } else this.acceptError(slot, bytes, start, end, link.nowMs)
    this.dispatcher.pump(link.nowMs)
  }

  private acceptError(slot: number, bytes: Uint8Array, start: number, end: number, nowMs: number): void {
    const code = readErrorCode(bytes, start)
    this.attempts.failed(slot, code, nowMs)
    const goesOn = this.dispatcher.again(slot, code, readNotExecuted(bytes, start), nowMs)
    if (!goesOn) this.endings.passError(slot, bytes, start, end)
  }

  private dropLate(link: UpstreamLink, sentId: number): void {
    if (link.acceptLate(sentId)) this.tally.late++
  }

  // --- every other way in which a request ends ------------------------------------------------------------------

  onCancel(from: DownstreamLink, streamId: number): void {
    const slot = from.streams.slotAt(streamId)
    // Its answer and its CANCEL crossed.
    if (slot < 0 || this.requests.fromStreamId[slot] !== streamId) return
    const [sinceMs, deadlineMs] = [this.requests.sinceMs[slot]!, this.requests.deadlineMs[slot]!]
    if (isEarly(sinceMs, from.nowMs, deadlineMs) && !from.allowsReset()) return
    this.cancel(slot, from.nowMs)
    this.dispatcher.pump(from.nowMs)
  }

  onDownstreamGone(from: DownstreamLink): void {
    const nowMs = this.world.clock.nowMs()
    from.streams.forEach(slot => {
      this.cancel(slot, nowMs)
    })
    this.dispatcher.pump(nowMs)
  }

  private cancel(slot: number, nowMs: number): void {
    const isSent = this.requests.edge[slot] !== null
    if (isSent) this.attempts.withdraw(slot, nowMs)
    this.endings.fail(slot, ErrorCode.cancelled, !isSent, nowMs)
  }

  onLinkLost(link: UpstreamLink): void {
    this.dispatcher.lose(link, this.world.clock.nowMs())
  }

  // --- upkeep ---------------------------------------------------------------------------------------------------

  onEdgeChange(): void {
    this.balancer.refresh()
    this.noticeCrowd()
    this.settled.check()
    this.dispatcher.pump(this.world.clock.nowMs())
  }

  private noticeCrowd(): void {
    this.acceptor.setCrowded(this.waiting.isCrowded || this.edges.areCrowded())
  }

  onUpstreamEvent(event: UpstreamEvent): void {
    this.listener.onUpstreamEvent(event)
  }

  private tick(nowMs: number, lateMs: number): void {
    this.acceptor.tick(nowMs, lateMs)
    this.edges.tick(nowMs, lateMs)
    this.dispatcher.pump(nowMs)
  }

  drain(done: () => void): void {
    this.acceptor.drain()
    this.drained.whenTrue(() => {
      this.acceptor.finish()
      this.edges.retire()
      this.deadlines.stop()
      this.ticker.cancel()
      done()
    })
  }

  onDownstreamQuiet(): void {
    this.drained.check()
  }

  stop(): void {
    this.ticker.cancel()
    this.deadlines.stop()
    this.acceptor.stop()
    this.edges.stop()
  }

  counters(): NodeCounters {
    return {
      ...this.tally.counts(this.requests.slots.used, this.attempts.retried),
      ...this.acceptor.senders.counts(),
      connections: this.acceptor.connections(),
      protocolErrors: this.counts.protocolErrors,
      stalledConnections: this.counts.stalled,
      droppedConnections: this.counts.dropped,
      queued: this.requests.slots.used - this.requests.sent,
      panic: this.edges.isPanic(),
      upstreams: this.edges.counters(),
      latency: this.tally.latency.sparse(),
    }
  }
}
