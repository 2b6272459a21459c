/**
 * When a request is sent: at once, when its turn comes, or once more. Whoever waits goes before whoever comes later.
 * Only a request that was not executed, or may be executed twice, is sent again, and no more of them than the budget
 * of retries pays for: to an upstream that has not had it at once; to one that has, where no other can take it, after a
 * pause; and where nobody can, it waits like the others. Clock and counts are the attempts' and the endings' business.
 */
import type { Balancer } from '../balance/balancer.ts'
import type { Release } from '../balance/release.ts'
import type { RetryBudget } from '../balance/retry-budget.ts'
import { backoffMs, maySendAgain } from '../balance/retry-rule.ts'
import type { DeadlineWheel } from '../base/deadline-wheel.ts'
import type { Rng } from '../base/rng.ts'
import type { ForwarderSpec } from '../topology/types.ts'
import { ErrorCode } from '../wire/error-code.ts'
import { REQUEST_NO_WAIT } from '../wire/frame.ts'
import type { Attempts } from './attempts.ts'
import type { Edge } from './edge.ts'
import type { Endings } from './endings.ts'
import type { InFlight } from './in-flight.ts'
import type { WaitingRoom } from './waiting-room.ts'

export interface DispatcherParts {
  readonly inFlight: InFlight
  readonly deadlines: DeadlineWheel
  readonly balancer: Balancer<Edge>
  readonly attempts: Attempts
  readonly waiting: WaitingRoom
  readonly release: Release
  readonly endings: Endings
  readonly budget: RetryBudget
  readonly rng: Rng
  /** Of a request that nobody can take: whether too much waits for them, or they are not there. */
  readonly whyNobody: () => ErrorCode
}

/** A retry with less than this left would reach its upstream expired. */
const LEFT_MS_MIN = 1

export class Dispatcher {
  private readonly parts: DispatcherParts
  private spec: ForwarderSpec
  private isPumping = false

  constructor(parts: DispatcherParts, spec: ForwarderSpec) {
    this.parts = parts
    this.spec = spec
  }

  apply(spec: ForwarderSpec): void {
    this.spec = spec
  }

  /** Whom a request goes to that has just come; null where others are before it, or nobody can take it. */
  pick(bytes: Uint8Array, start: number, nowMs: number): Edge | null {
    const { attempts, waiting } = this.parts
    return waiting.length === 0 && this.hasPlace(nowMs) ? attempts.pickFirst(bytes, start, nowMs) : null
  }

  /** One that cannot be sent cannot wait either, nor is it refused for a better reason than that. */
  isFull(requestFlags: number): boolean {
    return !this.parts.waiting.hasRoom() && !this.isRefused(requestFlags)
  }

  /** Sends the request of a new slot, or has it wait where nobody was picked. */
  start(slot: number, edge: Edge | null, bytes: Uint8Array, start: number, end: number, nowMs: number): void {
    const { inFlight, attempts, endings } = this.parts
    if (edge) return attempts.send(slot, edge, bytes, start, end, nowMs)
    if (this.isRefused(inFlight.flags[slot]!)) return endings.fail(slot, this.parts.whyNobody(), true)
    inFlight.hold(slot, bytes, start, end)
    this.park(slot, nowMs)
  }

  /**
   * The attempt of a slot has failed, and is accounted for. False: it was the last, and the request ends. Else it is
   * sent again, or will be.
   */
  again(slot: number, code: number, isNotExecuted: boolean, nowMs: number): boolean {
    const { inFlight, attempts } = this.parts
    inFlight.failure[slot] = code
    if (!isNotExecuted) inFlight.mayHaveRun[slot] = true
    if (!attempts.hasLeft(slot) || !maySendAgain(code, isNotExecuted, inFlight.flags[slot]!)) return false
    if (inFlight.bytes[slot] === null || this.leftMs(slot, nowMs) < LEFT_MS_MIN) return false
    return this.retry(slot, nowMs)
  }

  private retry(slot: number, nowMs: number): boolean {
    const { inFlight, balancer, deadlines, waiting, budget, rng } = this.parts
    if (balancer.hasOther(inFlight.tried[slot]!, inFlight.triedBefore[slot]!)) {
      if (!budget.withdraw(nowMs)) return false
      this.resume(slot, nowMs)
      return true
    }
    if (balancer.hasOther(null)) {
      const pauseMs = backoffMs(inFlight.sends[slot]!, rng)
      if (this.leftMs(slot, nowMs) < pauseMs + LEFT_MS_MIN || !budget.withdraw(nowMs)) return false
      deadlines.add(slot, nowMs + pauseMs, nowMs)
      return true
    }
    if (this.isRefused(inFlight.flags[slot]!) || !waiting.hasRoom() || !budget.withdraw(nowMs)) return false
    this.park(slot, nowMs)
    return true
  }

  /** The time of a slot has come: of its attempt, of its wait or of its pause. */
  due(slot: number, nowMs: number): void {
    const { inFlight, attempts, endings } = this.parts
    if (inFlight.edge[slot] !== null) {
      attempts.abandon(slot, ErrorCode.timeout, nowMs)
      if (!this.again(slot, ErrorCode.timeout, false, nowMs)) endings.fail(slot, ErrorCode.timeout, false)
    } else if (this.leftMs(slot, nowMs) <= 0) endings.fail(slot, ErrorCode.timeout, true)
    else this.resume(slot, nowMs)
    this.pump(nowMs)
  }

  /** Sends a request that it holds, or has it wait, or else ends it. False: it is not sent. */
  private resume(slot: number, nowMs: number): boolean {
    const { inFlight, deadlines, attempts, endings, waiting, whyNobody } = this.parts
    deadlines.remove(slot)
    const edge = this.hasPlace(nowMs) ? attempts.pickNext(slot, nowMs) : null
    if (edge) attempts.send(slot, edge, inFlight.bytes[slot]!, inFlight.start[slot]!, inFlight.end[slot]!, nowMs)
    else if (waiting.hasRoom() && !this.isRefused(inFlight.flags[slot]!)) this.park(slot, nowMs)
    else endings.fail(slot, inFlight.sends[slot] === 0 ? whyNobody() : inFlight.failure[slot]!, true)
    return edge !== null
  }

  /** Sends those that wait, while there is somebody to send to. To be called when that may have changed. */
  pump(nowMs: number): void {
    const { balancer, waiting, release } = this.parts
    // What is sent may change who is eligible, which calls here again.
    if (this.isPumping) return
    if (waiting.length === 0) return release.end()
    this.isPumping = true
    while (this.hasPlace(nowMs) && balancer.hasOther(null)) {
      const slot = waiting.next(nowMs)
      if (slot < 0 || !this.resume(slot, nowMs)) break
    }
    this.isPumping = false
    this.noticeNobody(nowMs)
  }

  private park(slot: number, nowMs: number): void {
    const { inFlight, deadlines, waiting } = this.parts
    deadlines.add(slot, inFlight.deadlineMs[slot]!, nowMs)
    waiting.enter(slot, nowMs)
    this.noticeNobody(nowMs)
  }

  /** While nobody is there, waiting is nobody's fault. */
  private noticeNobody(nowMs: number): void {
    const { balancer, waiting, release, whyNobody } = this.parts
    if (waiting.length === 0 || balancer.hasOther(null) || whyNobody() !== ErrorCode.unavailable) return
    waiting.pause()
    release.begin(nowMs)
  }

  private hasPlace(nowMs: number): boolean {
    const { inFlight, waiting, release } = this.parts
    return inFlight.sent < this.spec.inFlightMax && (waiting.length === 0 || release.hasPlace(nowMs))
  }

  /** Nobody can take it, and it is not to wait for that to change. */
  private isRefused(requestFlags: number): boolean {
    const isUnwilling = (requestFlags & REQUEST_NO_WAIT) !== 0 || this.spec.queueMax === 0
    return isUnwilling && !this.parts.balancer.hasOther(null)
  }

  private leftMs(slot: number, nowMs: number): number {
    return this.parts.inFlight.deadlineMs[slot]! - nowMs
  }
}
