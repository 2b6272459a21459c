/**
 * A load balancer or a proxy: links joined by a balancer. It takes a request from a downstream, has an upstream
 * picked, rewrites the head in place and passes the bytes on; the answer goes back the same way. Every request that it
 * accepts ends in exactly one answer to its downstream, whatever happens to either side.
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
import type { PickContext } from '../policy/policy.ts'
import { makePolicy } from '../policy/registry.ts'
import type { NodeCounters, UpstreamEvent } from '../stats/reports.ts'
import { Tally } from '../stats/tally.ts'
import type { ForwarderSpec, Wiring } from '../topology/types.ts'
import type { World } from '../transport/world.ts'
import { ErrorCode } from '../wire/error-code.ts'
import { readErrorCode } from '../wire/error-frame.ts'
import {
  FrameType,
  HOPS_MAX,
  readAttempt,
  readBudgetMs,
  readHops,
  readKeyHash,
  readStreamId,
  readType,
  writeHop,
  writeStreamId,
} from '../wire/frame.ts'
import type { Edge, EdgeOwner } from './edge.ts'
import { EdgeSet } from './edge-set.ts'
import { InFlight } from './in-flight.ts'
import type { NodeListener, RunningNode } from './node.ts'

export function makeForwarder(wiring: Wiring, world: World, listener: NodeListener): RunningNode {
  return new Forwarder(wiring, world, listener)
}

class Forwarder implements RunningNode, AcceptorOwner, EdgeOwner {
  private wiring: Wiring
  private spec: ForwarderSpec
  private readonly tally = new Tally()
  private readonly counts = makeLinkCounts()
  private readonly inFlight: InFlight
  private readonly deadlines: DeadlineWheel
  private readonly balancer: Balancer<Edge>
  private readonly edges: EdgeSet
  private readonly acceptor: Acceptor
  private readonly ticker: Timer
  private readonly world: World
  private readonly listener: NodeListener
  private readonly context: PickContext = { nowMs: 0, keyHash: 0, attempt: 1 }
  private readonly settled = new Condition(() => this.edges.areSettled())
  private readonly drained = new Condition(() => this.inFlight.slots.used === 0 && this.acceptor.isDrained())

  constructor(wiring: Wiring, world: World, listener: NodeListener) {
    this.wiring = wiring
    this.spec = wiring.spec as ForwarderSpec
    this.world = world
    this.listener = listener
    this.inFlight = new InFlight(this.spec.inFlightMax)
    this.deadlines = new DeadlineWheel(world.clock, slot => this.expire(slot))
    this.balancer = new Balancer(makePolicy(this.spec.policy, world.rng.fork('policy')), world.rng.fork('ramp'))
    const setting: LinkSetting = {
      clock: world.clock,
      outbox: new Outbox(world.clock),
      hello: { node: this.spec.id, generation: wiring.generation },
      counts: this.counts,
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
    this.inFlight.slots.setMax(this.spec.inFlightMax)
    this.acceptor.setParents(this.spec.behind)
    this.edges.apply(wiring.upstreams, wiring.health)
    this.changeMembers()
    this.settled.whenTrue(() => {
      this.edges.letGoReplaced()
      this.changeMembers()
      done()
    })
  }

  private changeMembers(): void {
    this.balancer.setMembers(this.edges.pickable())
    this.acceptor.setCrowded(this.edges.areCrowded())
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
    if (budgetMs === 0) return this.reject(from, streamId, ErrorCode.expired)
    if (hops > HOPS_MAX) return this.reject(from, streamId, ErrorCode.loop)
    if (from.isDrained) return this.reject(from, streamId, ErrorCode.draining)
    const slot = this.inFlight.take(from, streamId, end - start, from.nowMs)
    if (slot < 0) return this.reject(from, streamId, ErrorCode.overload)
    const edge = this.pick(bytes, start, from.nowMs)
    if (!edge) return this.fail(slot, this.edges.whyNobody(), true)
    this.dispatch(slot, edge, bytes, start, end, Math.min(budgetMs, this.spec.timeoutMs), hops)
  }

  private pick(bytes: Uint8Array, start: number, nowMs: number): Edge | null {
    this.context.nowMs = nowMs
    this.context.keyHash = readKeyHash(bytes, start)
    this.context.attempt = readAttempt(bytes, start)
    return this.balancer.pick(this.context, null)
  }

  private dispatch(
    slot: number,
    edge: Edge,
    bytes: Uint8Array,
    start: number,
    end: number,
    limitMs: number,
    hops: number,
  ): void {
    const nowMs = this.inFlight.sinceMs[slot]!
    const link = edge.link()
    this.inFlight.assign(slot, edge, link, nowMs)
    this.deadlines.add(slot, nowMs + limitMs, nowMs)
    edge.begin(nowMs)
    writeHop(bytes, start, this.inFlight.slots.idOf(slot), Math.ceil(limitMs), hops)
    link.forwardRequest(bytes, start, end, nowMs)
  }

  onAnswer(link: UpstreamLink, bytes: Uint8Array, start: number, end: number): void {
    const sentId = readStreamId(bytes, start)
    const slot = this.inFlight.slots.find(sentId)
    if (slot < 0 || this.inFlight.link[slot] !== link) return this.dropLate(link, sentId)
    const edge = this.inFlight.edge[slot]!
    const from = this.inFlight.from[slot]!
    const streamId = this.inFlight.fromStreamId[slot]!
    const sentMs = this.inFlight.sentMs[slot]!
    const isAnswered = readType(bytes, start) === FrameType.response
    this.balancer.ended(edge, isAnswered, link.nowMs - sentMs, link.nowMs)
    if (isAnswered) {
      this.tally.answered++
      edge.endAnswered(sentMs, link.nowMs)
      this.tally.latency.record(link.nowMs - this.inFlight.sinceMs[slot]!)
    } else {
      const code = readErrorCode(bytes, start)
      this.tally.failed.count(code)
      edge.endFailed(sentMs, true, code, link.nowMs)
    }
    writeStreamId(bytes, start, streamId)
    from.forwardAnswer(bytes, start, end)
    this.release(slot)
  }

  // --- every other way in which a request ends ------------------------------------------------------------------

  private reject(from: DownstreamLink, streamId: number, code: ErrorCode): void {
    this.tally.rejected.count(code)
    from.sendError(streamId, code, true)
  }

  /** Ends an accepted request without its upstream's word. */
  private fail(slot: number, code: ErrorCode, isNotExecuted: boolean): void {
    this.tally.failed.count(code)
    this.inFlight.from[slot]!.sendError(this.inFlight.fromStreamId[slot]!, code, isNotExecuted)
    this.release(slot)
  }

  private release(slot: number): void {
    this.deadlines.remove(slot)
    this.inFlight.release(slot)
    this.drained.check()
  }

  private expire(slot: number): void {
    this.abandon(slot, ErrorCode.timeout)
    this.fail(slot, ErrorCode.timeout, false)
  }

  /** Takes the request back from its upstream, which still owes an answer; that one will come late. */
  private abandon(slot: number, code: ErrorCode): void {
    const edge = this.inFlight.edge[slot]
    if (!edge) return
    const sentMs = this.inFlight.sentMs[slot]!
    const nowMs = this.world.clock.nowMs()
    // That nobody wants the answer any more says nothing of the upstream.
    if (code !== ErrorCode.cancelled) this.balancer.ended(edge, false, nowMs - sentMs, nowMs)
    edge.endFailed(sentMs, false, code, nowMs)
    this.inFlight.link[slot]!.cancel(this.inFlight.slots.idOf(slot))
  }

  private dropLate(link: UpstreamLink, sentId: number): void {
    if (link.acceptLate(sentId)) this.tally.late++
  }

  onCancel(from: DownstreamLink, streamId: number): void {
    const slot = from.streams.slotAt(streamId)
    // Its answer and its CANCEL crossed.
    if (slot < 0 || this.inFlight.fromStreamId[slot] !== streamId) return
    if (isEarly(this.inFlight.sinceMs[slot]!, from.nowMs, this.deadlines.dueOf(slot)) && !from.allowsReset()) return
    this.abandon(slot, ErrorCode.cancelled)
    this.fail(slot, ErrorCode.cancelled, false)
  }

  onDownstreamGone(from: DownstreamLink): void {
    from.streams.forEach(slot => {
      this.abandon(slot, ErrorCode.cancelled)
      this.fail(slot, ErrorCode.cancelled, false)
    })
  }

  onLinkLost(link: UpstreamLink): void {
    for (const slot of this.inFlight.sentOn(link)) {
      this.abandon(slot, ErrorCode.connectionLost)
      this.fail(slot, ErrorCode.connectionLost, false)
    }
  }

  // --- upkeep ---------------------------------------------------------------------------------------------------

  onEdgeChange(): void {
    this.balancer.refresh()
    this.acceptor.setCrowded(this.edges.areCrowded())
    this.settled.check()
  }

  onUpstreamEvent(event: UpstreamEvent): void {
    this.listener.onUpstreamEvent(event)
  }

  private tick(nowMs: number, lateMs: number): void {
    this.acceptor.tick(nowMs, lateMs)
    this.edges.tick(nowMs, lateMs)
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
      ...this.tally.counts(this.inFlight.slots.used),
      ...this.acceptor.senders.counts(),
      connections: this.acceptor.connections(),
      protocolErrors: this.counts.protocolErrors,
      stalledConnections: this.counts.stalled,
      droppedConnections: this.counts.dropped,
      queued: 0,
      panic: this.edges.isPanic(),
      upstreams: this.edges.counters(),
      latency: this.tally.latency.sparse(),
    }
  }
}
