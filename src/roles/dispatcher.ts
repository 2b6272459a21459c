/**
 * When a request is sent: at once, when its turn comes, or once more. Whoever waits goes before whoever comes later.
 * Only a request that was not executed, or may be executed twice, is sent again, and no more of them than the budget
 * of retries pays for: to an upstream that has not had it at once; to one that has, where no other can take it, after a
 * pause; and where nobody can, it waits like the others. Forwarders and clients do alike; how a request is written, and
 * what its end means, is theirs.
 */
import type { Balancer } from '../balance/balancer.ts'
import { RetryBudget } from '../balance/retry-budget.ts'
import { backoffMs, maySendAgain } from '../balance/retry-rule.ts'
import type { DeadlineWheel } from '../base/deadline-wheel.ts'
import type { Rng } from '../base/rng.ts'
import type { UpstreamLink } from '../link/upstream-link.ts'
import type { RetrySpec } from '../topology/types.ts'
import { ErrorCode } from '../wire/error-code.ts'
import { REQUEST_NO_WAIT } from '../wire/frame.ts'
import type { Attempts } from './attempts.ts'
import type { Edge } from './edge.ts'
import type { Requests } from './requests.ts'

/** Where requests wait, by their slots; see WaitingQueue. */
export interface Waiting {
  readonly length: number
  hasRoom(): boolean
  push(slot: number, nowMs: number): void
  next(nowMs: number): number
  pause(): void
}

export interface Endings {
  /** Ends a request by this node's own word. `isNotExecuted`: as far as what happened last is concerned. */
  fail(slot: number, code: number, isNotExecuted: boolean, nowMs: number): void
}

export interface DispatcherParts {
  readonly requests: Requests
  readonly deadlines: DeadlineWheel
  readonly balancer: Balancer<Edge>
  readonly attempts: Attempts
  readonly waiting: Waiting
  readonly endings: Endings
  readonly rng: Rng
  /** Of a request that nobody can take: whether too much waits for them, or they are not there. */
  readonly whyNobody: () => ErrorCode
  /** Whether what nobody can take now may wait for somebody at all. */
  readonly mayWait: () => boolean
}

export interface DispatchLimits extends RetrySpec {
  readonly inFlightMax: number
}

/** A retry with less than this left would reach its upstream expired. */
const LEFT_MS_MIN = 1

export class Dispatcher {
  private readonly parts: DispatcherParts
  private limits: DispatchLimits
  private readonly budget: RetryBudget
  private isPumping = false

  constructor(parts: DispatcherParts, limits: DispatchLimits, nowMs: number) {
    this.parts = parts
    this.limits = limits
    this.budget = new RetryBudget(limits, nowMs)
  }

  apply(limits: DispatchLimits, nowMs: number): void {
    this.limits = limits
    this.budget.apply(limits, nowMs)
  }

  /** Whether one that comes now can be sent, can wait, or is refused for a better reason than that it cannot. */
  takes(requestFlags: number, nowMs: number): boolean {
    const { waiting, balancer } = this.parts
    if (waiting.hasRoom() || this.isRefused(requestFlags)) return true
    return this.isFree(nowMs) && balancer.hasOther(null)
  }

  /** Sends the request of a new slot, has it wait, or ends it. */
  start(slot: number, nowMs: number): void {
    if (this.limits.attempts > 1) this.budget.deposit(nowMs)
    this.proceed(slot, this.isFree(nowMs), nowMs)
  }

  /**
   * The attempt of a slot has failed, and is accounted for. False: it was the last, and the request ends. Else it is
   * sent again, or will be.
   */
  again(slot: number, code: number, isNotExecuted: boolean, nowMs: number): boolean {
    const { requests, attempts } = this.parts
    requests.failure[slot] = code
    if (!isNotExecuted) requests.mayHaveRun[slot] = true
    if (!attempts.hasLeft(slot) || !maySendAgain(code, isNotExecuted, requests.flags[slot]!)) return false
    if (!requests.isHeld(slot) || this.leftMs(slot, nowMs) < LEFT_MS_MIN) return false
    return this.retry(slot, nowMs)
  }

  private retry(slot: number, nowMs: number): boolean {
    const { requests, balancer, deadlines, waiting, rng } = this.parts
    if (balancer.hasOther(requests.tried[slot]!, requests.triedBefore[slot]!)) {
      if (!this.budget.withdraw(nowMs)) return false
      this.resume(slot, nowMs)
      return true
    }
    if (balancer.hasOther(null)) {
      const pauseMs = backoffMs(requests.sends[slot]!, rng)
      if (this.leftMs(slot, nowMs) < pauseMs + LEFT_MS_MIN || !this.budget.withdraw(nowMs)) return false
      deadlines.add(slot, nowMs + pauseMs, nowMs)
      return true
    }
    if (this.isRefused(requests.flags[slot]!) || !waiting.hasRoom() || !this.budget.withdraw(nowMs)) return false
    this.park(slot, nowMs)
    return true
  }

  /** A link is gone: what went out on it has failed. */
  lose(link: UpstreamLink, nowMs: number): void {
    const { requests } = this.parts
    for (const slot of requests.sentOn(link)) {
      // Whoever hears of an end may send the next, which may take the slot.
      if (requests.link[slot] === link) this.giveUp(slot, ErrorCode.connectionLost, nowMs)
    }
    this.pump(nowMs)
  }

  /** The time of a slot has come: of its attempt, of its wait or of its pause. */
  due(slot: number, nowMs: number): void {
    const { requests, endings } = this.parts
    if (requests.edge[slot] !== null) this.giveUp(slot, ErrorCode.timeout, nowMs)
    else if (this.leftMs(slot, nowMs) <= 0) endings.fail(slot, ErrorCode.timeout, true, nowMs)
    else this.resume(slot, nowMs)
    this.pump(nowMs)
  }

  private giveUp(slot: number, code: ErrorCode, nowMs: number): void {
    const { attempts, endings } = this.parts
    attempts.abandon(slot, code, nowMs)
    if (!this.again(slot, code, false, nowMs)) endings.fail(slot, code, false, nowMs)
  }

  /** Sends a request whose wait or pause is over, has it wait, or ends it. False: it is not sent. */
  private resume(slot: number, nowMs: number): boolean {
    this.parts.deadlines.remove(slot)
    return this.proceed(slot, this.hasPlace(nowMs), nowMs)
  }

  private proceed(slot: number, mayGo: boolean, nowMs: number): boolean {
    const { requests, attempts, endings, waiting, whyNobody } = this.parts
    const edge = mayGo ? attempts.pick(slot, nowMs) : null
    if (edge) attempts.send(slot, edge, this.canRetry(nowMs), nowMs)
    else if (waiting.hasRoom() && !this.isRefused(requests.flags[slot]!)) this.park(slot, nowMs)
    else endings.fail(slot, requests.sends[slot] === 0 ? whyNobody() : requests.failure[slot]!, true, nowMs)
    return edge !== null
  }

  /**
   * Sends those that wait, while there is somebody to send to. To be called when that may have changed, and now and
   * then besides: that a release has lasted long enough is told by nothing but the clock.
   */
  pump(nowMs: number): void {
    const { balancer, waiting, attempts } = this.parts
    // What is sent may change who is eligible, which calls here again.
    if (this.isPumping) return
    if (waiting.length === 0) return attempts.release.end()
    this.isPumping = true
    while (this.hasPlace(nowMs) && balancer.hasOther(null)) {
      const slot = waiting.next(nowMs)
      if (slot < 0 || !this.resume(slot, nowMs)) break
    }
    this.isPumping = false
    this.noticeNobody(nowMs)
  }

  private park(slot: number, nowMs: number): void {
    const { requests, deadlines, waiting } = this.parts
    deadlines.add(slot, requests.deadlineMs[slot]!, nowMs)
    waiting.push(slot, nowMs)
    this.noticeNobody(nowMs)
  }

  /** While nobody is there, waiting is nobody's fault. */
  private noticeNobody(nowMs: number): void {
    const { balancer, waiting, attempts, whyNobody } = this.parts
    if (waiting.length === 0 || balancer.hasOther(null) || whyNobody() !== ErrorCode.unavailable) return
    waiting.pause()
    attempts.release.begin(nowMs)
  }

  /** Nobody waits before one that comes now, and it may go. */
  private isFree(nowMs: number): boolean {
    return this.parts.waiting.length === 0 && this.hasPlace(nowMs)
  }

  private hasPlace(nowMs: number): boolean {
    const { requests, waiting, attempts } = this.parts
    return requests.sent < this.limits.inFlightMax && (waiting.length === 0 || attempts.release.hasPlace(nowMs))
  }

  private canRetry(nowMs: number): boolean {
    return this.limits.attempts > 1 && this.budget.canPay(nowMs)
  }

  /** Nobody can take it, and it is not to wait for that to change. */
  private isRefused(requestFlags: number): boolean {
    const { balancer, mayWait } = this.parts
    const isUnwilling = (requestFlags & REQUEST_NO_WAIT) !== 0 || !mayWait()
    return isUnwilling && !balancer.hasOther(null)
  }

  private leftMs(slot: number, nowMs: number): number {
    return this.parts.requests.deadlineMs[slot]! - nowMs
  }
}
