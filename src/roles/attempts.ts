/**
 * One attempt of a request: whom to, with how much time, and how it is accounted for when it ends. The first goes out
 * in the very bytes that came. Those may still wait in a connection when it fails, so each further one is a copy.
 */
import type { Balancer } from '../balance/balancer.ts'
import type { Release } from '../balance/release.ts'
import type { DeadlineWheel } from '../base/deadline-wheel.ts'
import type { UpstreamLink } from '../link/upstream-link.ts'
import type { PickContext } from '../policy/policy.ts'
import type { Tally } from '../stats/tally.ts'
import type { ForwarderSpec } from '../topology/types.ts'
import { ErrorCode } from '../wire/error-code.ts'
import {
  REQUEST_IDEMPOTENT,
  REQUEST_NO_WAIT,
  readAttempt,
  readKeyHash,
  writeAttempt,
  writeSend,
} from '../wire/frame.ts'
import type { Edge } from './edge.ts'
import type { InFlight } from './in-flight.ts'

/** What a sum of times may be off by. */
const ROUNDING_MS = 0.001
/** Of an attempt's time: more than what is on the way, and what is rounded up, make of its deadline at the next node. */
const LAST_PART = 0.1

export interface AttemptParts {
  readonly inFlight: InFlight
  readonly deadlines: DeadlineWheel
  readonly balancer: Balancer<Edge>
  readonly tally: Tally
  readonly release: Release
}

export class Attempts {
  private readonly parts: AttemptParts
  private spec: ForwarderSpec
  private readonly context: PickContext = { nowMs: 0, keyHash: 0, attempt: 1 }

  constructor(parts: AttemptParts, spec: ForwarderSpec) {
    this.parts = parts
    this.spec = spec
  }

  apply(spec: ForwarderSpec): void {
    this.spec = spec
  }

  hasLeft(slot: number): boolean {
    return this.parts.inFlight.sends[slot]! < this.spec.attempts
  }

  /** Whom the request in this frame goes to, which was not sent yet. */
  pickFirst(bytes: Uint8Array, start: number, nowMs: number): Edge | null {
    return this.parts.balancer.pick(this.contextOf(bytes, start, 0, nowMs), null)
  }

  /** Whom a held request goes to next: not where it has just failed, if there is a choice. */
  pickNext(slot: number, nowMs: number): Edge | null {
    const { inFlight, balancer } = this.parts
    const sends = inFlight.sends[slot]!
    const context = this.contextOf(inFlight.bytes[slot]!, inFlight.start[slot]!, sends, nowMs)
    if (sends === 0) return balancer.pick(context, null)
    return balancer.pick(context, inFlight.tried[slot]!, inFlight.triedBefore[slot]!)
  }

  private contextOf(bytes: Uint8Array, start: number, sends: number, nowMs: number): PickContext {
    this.context.nowMs = nowMs
    this.context.keyHash = readKeyHash(bytes, start)
    this.context.attempt = readAttempt(bytes, start) + sends
    return this.context
  }

  /** The slot has no deadline in the wheel. */
  send(slot: number, edge: Edge, bytes: Uint8Array, start: number, end: number, nowMs: number): void {
    const { inFlight, deadlines, balancer, release } = this.parts
    const link = edge.link()
    inFlight.assign(slot, edge, link, nowMs)
    const hasLeft = this.hasLeft(slot)
    if (hasLeft) inFlight.hold(slot, bytes, start, end)
    else inFlight.letGo(slot)
    const dueMs = this.dueMs(slot, hasLeft && balancer.hasOther(edge), nowMs)
    deadlines.add(slot, dueMs, nowMs)
    edge.begin(nowMs)
    release.onSent(nowMs)
    const budgetMs = Math.max(1, Math.ceil(dueMs - nowMs - ROUNDING_MS))
    const isAgain = inFlight.sends[slot]! > 1
    // Whoever has somewhere new to go does not want to wait; nor does whoever asked for that.
    const hasElsewhere = hasLeft && balancer.hasOther(edge, isAgain ? inFlight.tried[slot]! : null)
    const flags = inFlight.flags[slot]! | (hasElsewhere ? REQUEST_NO_WAIT : 0)
    if (isAgain) return this.sendCopy(slot, link, bytes, start, end, budgetMs, flags, nowMs)
    writeSend(bytes, start, inFlight.slots.idOf(slot), budgetMs, flags)
    link.forwardRequest(bytes, start, end, nowMs)
  }

  private sendCopy(
    slot: number,
    link: UpstreamLink,
    bytes: Uint8Array,
    start: number,
    end: number,
    budgetMs: number,
    flags: number,
    nowMs: number,
  ): void {
    const { inFlight, tally } = this.parts
    tally.retried++
    const at = link.claimRequest(end - start, nowMs)
    const copy = link.requestBytes()
    copy.set(bytes.subarray(start, end), at)
    writeSend(copy, at, inFlight.slots.idOf(slot), budgetMs, flags)
    writeAttempt(copy, at, readAttempt(bytes, start) + inFlight.sends[slot]! - 1)
  }

  /**
   * The last attempt, one with nobody else to go to, or of a request that must not be executed twice, has all the time
   * that is left: giving it up gains nothing.
   */
  private dueMs(slot: number, hasElsewhere: boolean, nowMs: number): number {
    const { deadlineMs: deadlines, flags } = this.parts.inFlight
    const deadlineMs = deadlines[slot]!
    const mayFollow = hasElsewhere && (flags[slot]! & REQUEST_IDEMPOTENT) !== 0
    return mayFollow ? Math.min(deadlineMs, nowMs + this.spec.attemptTimeoutMs) : deadlineMs
  }

  answered(slot: number, nowMs: number): void {
    const { inFlight, balancer, release } = this.parts
    const [edge, sentMs] = [inFlight.edge[slot]!, inFlight.sentMs[slot]!]
    release.onAnswered(sentMs)
    balancer.ended(edge, true, nowMs - sentMs, nowMs)
    edge.endAnswered(sentMs, nowMs)
  }

  /** By its upstream's word. */
  failed(slot: number, code: number, nowMs: number): void {
    this.end(slot, true, code, nowMs)
  }

  /** Takes the request back from its upstream, which still owes an answer; that one will come late. */
  abandon(slot: number, code: number, nowMs: number): void {
    const { inFlight } = this.parts
    inFlight.link[slot]!.cancel(inFlight.slots.idOf(slot))
    this.end(slot, false, code, nowMs)
  }

  /**
   * Takes it back because nobody wants the answer any more. With hardly any of its time left that is its time-out:
   * whose clock strikes first, this node's or that of whoever asked, says nothing of the upstream.
   */
  withdraw(slot: number, nowMs: number): void {
    const sentMs = this.parts.inFlight.sentMs[slot]!
    const dueMs = this.parts.deadlines.dueOf(slot)
    const isOver = dueMs - nowMs <= LAST_PART * (dueMs - sentMs)
    this.abandon(slot, isOver ? ErrorCode.timeout : ErrorCode.cancelled, nowMs)
  }

  private end(slot: number, isConfirmed: boolean, code: number, nowMs: number): void {
    const { inFlight, balancer, deadlines, release } = this.parts
    const [edge, sentMs] = [inFlight.edge[slot]!, inFlight.sentMs[slot]!]
    release.onFailed(sentMs, code, nowMs)
    // That nobody wants the answer any more says nothing of the upstream.
    if (isConfirmed || code !== ErrorCode.cancelled) balancer.ended(edge, false, nowMs - sentMs, nowMs)
    edge.endFailed(sentMs, isConfirmed, code, nowMs)
    deadlines.remove(slot)
    inFlight.unassign(slot)
  }
}
