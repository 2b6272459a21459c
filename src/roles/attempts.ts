/** One attempt of a request: whom to, with how much time, and how it is accounted for when it ends. */
import type { Balancer } from '../balance/balancer.ts'
import { Release } from '../balance/release.ts'
import type { DeadlineWheel } from '../base/deadline-wheel.ts'
import type { UpstreamLink } from '../link/upstream-link.ts'
import type { PickContext } from '../policy/policy.ts'
import type { RetrySpec } from '../topology/types.ts'
import { ErrorCode } from '../wire/error-code.ts'
import { REQUEST_IDEMPOTENT, TRACED } from '../wire/frame.ts'
import type { Edge } from './edge.ts'
import type { Requests } from './requests.ts'

/** What a sum of times may be off by. */
const ROUNDING_MS = 0.001
/** Of an attempt's time: more than what is on the way, and what is rounded up, make of its deadline at the next node. */
const LAST_PART = 0.1

export interface Frames {
  /**
   * Writes the request of a slot, whose attempt has begun, to the link. `budgetMs`: a whole number. `hasElsewhere`: if
   * nobody can take it there, it would be sent elsewhere at once.
   */
  send(slot: number, link: UpstreamLink, budgetMs: number, hasElsewhere: boolean, nowMs: number): void
}

export interface AttemptParts {
  readonly requests: Requests
  readonly deadlines: DeadlineWheel
  readonly balancer: Balancer<Edge>
  readonly frames: Frames
}

export class Attempts {
  /** Attempts but the first of each request. */
  retried = 0
  readonly release: Release = new Release()
  private readonly parts: AttemptParts
  private spec: RetrySpec
  private readonly context: PickContext = { nowMs: 0, keyHash: 0, attempt: 1 }

  constructor(parts: AttemptParts, spec: RetrySpec) {
    this.parts = parts
    this.spec = spec
  }

  apply(spec: RetrySpec): void {
    this.spec = spec
  }

  hasLeft(slot: number): boolean {
    return this.parts.requests.sends[slot]! < this.spec.attempts
  }

  /** Whom a request goes to next: not where it has just failed, if there is a choice; null where nobody can take it. */
  pick(slot: number, nowMs: number): Edge | null {
    const { requests, balancer } = this.parts
    const sends = requests.sends[slot]!
    this.context.nowMs = nowMs
    this.context.keyHash = requests.keyHash[slot]!
    this.context.attempt = requests.attempt[slot]! + sends
    if (sends === 0) return balancer.pick(this.context, null)
    return balancer.pick(this.context, requests.tried[slot]!, requests.triedBefore[slot]!)
  }

  /** The slot has no deadline in the wheel. `isPaid`: there is something left for a retry. */
  send(slot: number, edge: Edge, isPaid: boolean, nowMs: number): void {
    const { requests, deadlines, balancer, frames } = this.parts
    const link = edge.link()
    requests.assign(slot, edge, link, nowMs)
    edge.begin(nowMs)
    this.release.onSent(nowMs)
    const isFirst = requests.sends[slot] === 1
    if (!isFirst) this.retried++
    const hasLeft = this.hasLeft(slot)
    const hasOther = isPaid && hasLeft && balancer.hasOther(edge)
    const dueMs = this.dueMs(slot, hasOther, nowMs)
    deadlines.add(slot, dueMs, nowMs)
    const budgetMs = Math.max(1, Math.ceil(dueMs - nowMs - ROUNDING_MS))
    if ((requests.flags[slot]! & TRACED) !== 0) requests.tries.begin(slot, link, nowMs)
    const hasElsewhere = hasOther && (isFirst || balancer.hasOther(edge, requests.tried[slot]!))
    frames.send(slot, link, budgetMs, hasElsewhere, nowMs)
    if (!hasLeft) requests.letGo(slot)
  }

  /**
   * The last attempt, one with nobody else to go to or nothing left to pay for that, or of a request that must not be
   * executed twice, has all the time that is left: giving it up gains nothing.
   */
  private dueMs(slot: number, hasOther: boolean, nowMs: number): number {
    const { deadlineMs: deadlines, flags } = this.parts.requests
    const deadlineMs = deadlines[slot]!
    const mayFollow = hasOther && (flags[slot]! & REQUEST_IDEMPOTENT) !== 0
    return mayFollow ? Math.min(deadlineMs, nowMs + this.spec.attemptTimeoutMs) : deadlineMs
  }

  answered(slot: number, nowMs: number): void {
    const { requests, balancer } = this.parts
    const edge = requests.edge[slot]!
    const sentMs = requests.sentMs[slot]!
    this.release.onAnswered(sentMs)
    balancer.ended(edge, true, nowMs - sentMs, nowMs)
    edge.endAnswered(sentMs, nowMs)
    if ((requests.flags[slot]! & TRACED) !== 0) this.note(slot, 0, nowMs)
  }

  /** By its upstream's word. */
  failed(slot: number, code: number, nowMs: number): void {
    this.end(slot, true, code, nowMs)
  }

  /** Takes the request back from its upstream, which still owes an answer; that one will come late. */
  abandon(slot: number, code: number, nowMs: number): void {
    const { requests } = this.parts
    requests.link[slot]!.cancel(requests.slots.idOf(slot))
    this.end(slot, false, code, nowMs)
  }

  /**
   * Takes it back because nobody wants the answer any more. With hardly any of its time left that is its time-out:
   * whose clock strikes first, this node's or that of whoever asked, says nothing of the upstream.
   */
  withdraw(slot: number, nowMs: number): void {
    const sentMs = this.parts.requests.sentMs[slot]!
    const dueMs = this.parts.deadlines.dueOf(slot)
    const isOver = dueMs - nowMs <= LAST_PART * (dueMs - sentMs)
    this.abandon(slot, isOver ? ErrorCode.timeout : ErrorCode.cancelled, nowMs)
  }

  private end(slot: number, isConfirmed: boolean, code: number, nowMs: number): void {
    const { requests, balancer, deadlines } = this.parts
    const [edge, sentMs] = [requests.edge[slot]!, requests.sentMs[slot]!]
    this.release.onFailed(sentMs, code, nowMs)
    // That nobody wants the answer any more says nothing of the upstream.
    if (isConfirmed || code !== ErrorCode.cancelled) balancer.ended(edge, false, nowMs - sentMs, nowMs)
    edge.endFailed(sentMs, isConfirmed, code, nowMs)
    deadlines.remove(slot)
    if ((requests.flags[slot]! & TRACED) !== 0) this.note(slot, code, nowMs)
    requests.unassign(slot)
  }

  private note(slot: number, code: number, nowMs: number): void {
    const { edge, sentMs, tries } = this.parts.requests
    tries.end(slot, { node: edge[slot]!.id, code, ms: nowMs - sentMs[slot]! })
  }
}
