/**
 * One round of a load, open or closed loop, from its warm-up until the last of its requests has ended. What counts are
 * the requests planned while the round lasted, whenever they end: who left out the slow ones at its end would tell of
 * the fast ones alone. The rate is that of the answers that came while it lasted: what comes later would make a system
 * that falls behind look as if it kept up.
 */
import type { Timer } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'
import { makeArrivals } from '../load/arrivals.ts'
import { makeClosedLoop } from '../load/closed-loop.ts'
import { makeKeys } from '../load/keys.ts'
import { makePlannedSends } from '../load/planned-sends.ts'
import { afterWarmUp, makeShape } from '../load/shape.ts'
import type { RoundOf } from './bench-result.ts'
import { type Conditions, watchConditions } from './conditions.ts'
import { LoadCounts } from './load-counts.ts'
import type { LoadPlan, LoadTarget, LoadWorld } from './load-plan.ts'

/** After the end of a round, for what is still outstanding. Twice the usual deadline: what takes longer is lost. */
export const DRAIN_MS_MAX = 10_000

/** Sent in one turn of the event loop. It takes a millisecond or two; then answers are read, and signals heard. */
const TURN_MAX = 500

/** A round that is ended sooner tells too little to count. */
const CUT_MS_MIN = 500

/** A round that was ended in its middle, and what it had measured until then: rounds may last an hour. */
export class CutShort extends Error {
  readonly measured: RoundOf

  constructor(reason: unknown, measured: RoundOf) {
    super(messageOf(reason), { cause: reason })
    this.measured = measured
  }
}

/** Resolves when nothing of the round is outstanding. Rejects only on the signal, with its reason or as `CutShort`. */
export function loadBox(target: LoadTarget, plan: LoadPlan, world: LoadWorld): Promise<RoundOf> {
  const { signal } = world
  signal?.throwIfAborted()
  return new Promise((resolve, reject) => {
    const abort = () => {
      const measured = box.soFar()
      box.stop()
      reject(measured === null ? signal!.reason : new CutShort(signal!.reason, measured))
    }
    const box = new LoadBox(target, plan, world, round => {
      signal?.removeEventListener('abort', abort)
      resolve(round)
    })
    signal?.addEventListener('abort', abort, { once: true })
  })
}

/** Whoever says when the next request leaves. */
interface Loop {
  /** All that was planned has been sent. */
  isOver(): boolean
  onOutcome(): void
  stop(): void
}

class LoadBox {
  private readonly target: LoadTarget
  private readonly plan: LoadPlan
  private readonly world: LoadWorld
  private readonly done: (round: RoundOf) => void
  private readonly counts = new LoadCounts()
  private readonly nextKey: (() => number) | null
  private readonly startMs: number
  private readonly loop: Loop
  private timer: Timer
  private underWay = 0
  private readConditions: (() => Conditions) | null = null
  /** Once the round has lasted. */
  private conditions: Conditions | null = null

  constructor(target: LoadTarget, plan: LoadPlan, world: LoadWorld, done: (round: RoundOf) => void) {
    this.target = target
    this.plan = plan
    this.world = world
    this.done = done
    this.nextKey = plan.keys && makeKeys(plan.keys, world.rng.fork('keys'))
    this.startMs = world.clock.nowMs()
    target.onOutcome = (code, plannedMs, responseMs, serviceMs) =>
      this.onOutcome(code, plannedMs, responseMs, serviceMs)
    this.loop = plan.loop === 'open' ? this.openLoop() : this.closedLoop()
    this.timer = world.clock.after(plan.warmUpMs, () => this.begin())
  }

  stop(): void {
    this.timer.cancel()
    this.loop.stop()
    this.target.onOutcome = null
  }

  /** Null where that is next to nothing. */
  soFar(): RoundOf | null {
    const conditions = this.conditions ?? this.readConditions?.()
    if (conditions === undefined || conditions.elapsedMs < CUT_MS_MIN) return null
    return this.counts.roundOf(this.plan.loop, conditions.elapsedMs, conditions, this.plan.durationMs)
  }

  /** Its times are those of the plan, however late a timer is. */
  private openLoop(): Loop {
    const { clock, rng } = this.world
    const { shape, rate, arrivals, warmUpMs, durationMs } = this.plan
    this.counts.fromMs = this.startMs + warmUpMs
    this.counts.untilMs = this.counts.fromMs + durationMs
    const whole = afterWarmUp(makeShape(shape, rate, durationMs), rate, warmUpMs)
    const arrivalMs = makeArrivals(whole, arrivals, rng.fork('arrivals'))
    const next = () => this.startMs + arrivalMs()
    const plan = { next, catchUpMsMax: Infinity, turnMax: TURN_MAX }
    const sends = makePlannedSends(plan, clock, (plannedMs, nowMs) => this.send(plannedMs, nowMs))
    sends.start(next())
    return { isOver: () => sends.isOver(), onOutcome: () => {}, stop: () => sends.stop() }
  }

  private closedLoop(): Loop {
    const loop = makeClosedLoop(this.plan.outstanding, this.world.clock, (plannedMs, nowMs) =>
      this.send(plannedMs, nowMs),
    )
    return { isOver: () => true, onOutcome: () => loop.onOutcome(), stop: () => loop.stop() }
  }

  private send(plannedMs: number, nowMs: number): void {
    this.underWay++
    this.counts.onSend(plannedMs, nowMs)
    this.target.send(plannedMs, nowMs, this.nextKey?.())
  }

  private onOutcome(code: number, plannedMs: number, responseMs: number, serviceMs: number): void {
    if (plannedMs < this.startMs) return // of a round before, which has waited long enough
    this.underWay--
    this.counts.onOutcome(code, plannedMs, responseMs, serviceMs)
    this.loop.onOutcome()
    this.endWhereIdle()
  }

  private begin(): void {
    const { clock } = this.world
    if (this.plan.loop === 'closed') this.counts.fromMs = clock.nowMs()
    this.counts.begin(this.underWay)
    this.readConditions = watchConditions(clock)
    this.timer = clock.after(this.startMs + this.plan.warmUpMs + this.plan.durationMs - clock.nowMs(), () =>
      this.last(),
    )
  }

  /** The round is over; what it sent is not. */
  private last(): void {
    this.conditions = this.readConditions!()
    this.counts.end()
    if (this.plan.loop === 'closed') {
      this.counts.untilMs = this.world.clock.nowMs()
      this.loop.stop()
    }
    this.timer = this.world.clock.after(DRAIN_MS_MAX, () => this.finish())
    this.endWhereIdle()
  }

  private endWhereIdle(): void {
    if (this.conditions && this.underWay === 0 && this.loop.isOver()) this.finish()
  }

  private finish(): void {
    this.stop()
    this.done(this.counts.roundOf(this.plan.loop, this.plan.durationMs, this.conditions!))
  }
}
