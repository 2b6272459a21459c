/** What a parent has learned of one upstream by the requests that it sent there: its circuit, and its return. */
import { isProbeDue, makeCircuit, stepAnswered, stepFailed, stepSent, stepUndecided } from '../health/circuit.ts'
import { isFailure } from '../health/failure.ts'
import { rampAt } from '../health/slow-start.ts'
import { TICK_MS_MAX } from '../link/ticks.ts'
import type { Circuit, UpstreamEvent } from '../stats/reports.ts'
import type { HealthSpec } from '../topology/types.ts'
import type { World } from '../transport/world.ts'
import { ErrorCode } from '../wire/error-code.ts'
import { Ejection } from './ejection.ts'

/** Ticks are never planned further apart than half of this. */
const STOOD_STILL_MS = 2 * TICK_MS_MAX

export interface StandingOwner {
  isReachable(): boolean
  mayEject(): boolean
  isLastFit(): boolean
  tell(event: UpstreamEvent['event'], reason: string, forMs?: number): void
  /** Whether it may be used, or tried, or how much of its share it takes has changed. */
  onStandingChange(): void
}

export class Standing {
  /** When it returned; null once it takes its whole share. */
  private returnedMs: number | null = null
  /** Since when it stays though it should be ejected; null: it should not, or is. */
  private sparedMs: number | null = null
  /** Requests lost on one connection all end in one moment, as do those whose time is over: they are one failure. */
  private failedMs = -Infinity
  /** When this node looked at its links last: a few times a second, unless it stands still. */
  private tickedMs: number
  private readonly state = makeCircuit()
  private readonly ejection: Ejection
  private readonly limits: HealthSpec
  private readonly world: World
  private readonly owner: StandingOwner

  constructor(limits: HealthSpec, world: World, owner: StandingOwner) {
    this.limits = limits
    this.world = world
    this.owner = owner
    this.tickedMs = world.clock.nowMs()
    this.ejection = new Ejection(this.state, limits, world, {
      isReachable: () => owner.isReachable(),
      onHalfOpen: () => this.onHalfOpen(),
    })
  }

  get circuit(): Circuit {
    return this.state.circuit
  }

  get isSpared(): boolean {
    return this.sparedMs !== null
  }

  /** It was ejected, and one request may try it. */
  isProbeDue(): boolean {
    return isProbeDue(this.state)
  }

  isRamping(): boolean {
    return this.returnedMs !== null
  }

  rampAt(nowMs: number): number {
    return this.returnedMs === null ? 1 : rampAt(this.returnedMs, nowMs, this.limits.slowStartMs)
  }

  onSent(nowMs: number): void {
    stepSent(this.state, nowMs)
  }

  onAnswered(sentMs: number, nowMs: number): void {
    if (this.sparedMs !== null) this.endSparing(nowMs)
    if (!stepAnswered(this.state, this.limits, sentMs, nowMs)) return
    this.beginRamp(nowMs)
    this.owner.tell('restored', 'probe answered')
    this.changeSoon()
  }

  onFailed(sentMs: number, isConfirmed: boolean, code: number, nowMs: number): void {
    if (this.isEvidence(isConfirmed, code, nowMs)) this.holdAgainst(sentMs, nowMs)
    else if (stepUndecided(this.state, sentMs)) this.changeSoon()
  }

  private isEvidence(isConfirmed: boolean, code: number, nowMs: number): boolean {
    // Of one that is silent or lost it is known already; once it is back it may be well.
    if (!isFailure(code) || !this.owner.isReachable()) return false
    // This node itself stood still, and has not read yet what came meanwhile.
    if (!isConfirmed && nowMs - this.tickedMs > STOOD_STILL_MS) return false
    if (code !== ErrorCode.connectionLost && (isConfirmed || code !== ErrorCode.timeout)) return true
    const isAnother = nowMs !== this.failedMs
    this.failedMs = nowMs
    return isAnother
  }

  private holdAgainst(sentMs: number, nowMs: number): void {
    const reason = stepFailed(this.state, this.limits, sentMs, nowMs)
    if (reason === null) return
    if (this.circuit === 'closed' && !this.owner.mayEject()) return this.spare(nowMs)
    this.sparedMs = null
    this.owner.tell('ejected', reason, this.ejection.begin(nowMs))
    this.changeSoon()
  }

  private spare(nowMs: number): void {
    if (this.sparedMs !== null || !this.owner.isLastFit()) return
    this.sparedMs = nowMs
    this.changeSoon()
  }

  /** Not before an ejection would have ended, or one that answers now and then would change everything each time. */
  private endSparing(nowMs: number): void {
    if (nowMs - this.sparedMs! < this.limits.ejectionTimeMs) return
    this.sparedMs = null
    this.changeSoon()
  }

  private onHalfOpen(): void {
    this.owner.tell('half-open', 'its next request is a probe')
    this.owner.onStandingChange()
  }

  /** Not in the middle of a request's end: whom others may be sent to is decided when the turn is over. */
  private changeSoon(): void {
    this.world.clock.afterTurn(() => this.owner.onStandingChange())
  }

  tick(nowMs: number): void {
    this.tickedMs = nowMs
    if (this.returnedMs === null || this.rampAt(nowMs) < 1) return
    this.returnedMs = null
    this.owner.onStandingChange()
  }

  /** It is back, and takes little at first. */
  beginRamp(nowMs: number): void {
    if (this.limits.slowStartMs > 0) this.returnedMs = nowMs
  }

  /** It can be reached again. */
  onReachable(nowMs: number): void {
    this.ejection.resume(nowMs)
  }

  /** Nothing is held against it any more. */
  forget(nowMs: number): void {
    this.returnedMs = null
    this.sparedMs = null
    this.ejection.reset(nowMs)
  }

  stop(): void {
    this.ejection.stop()
  }
}
