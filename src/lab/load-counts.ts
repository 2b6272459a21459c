/** What one round of a load counts, and the figures that this makes. No time passes in here. */
import { Histogram } from '../stats/histogram.ts'
import { ReasonCounts } from '../stats/reasons.ts'
import { formatSpan } from '../view/figures.ts'
import { ErrorCode } from '../wire/error-code.ts'
import type { Lag, RoundOf } from './bench-result.ts'
import type { Conditions } from './conditions.ts'
import { doubtsOf } from './doubts.ts'
import { timesOf } from './times.ts'

/** For want of time or room: such a request was asked for, and not carried. */
const NOT_CARRIED: ReadonlySet<number> = new Set([
  ErrorCode.timeout,
  ErrorCode.expired,
  ErrorCode.overload,
  ErrorCode.shed,
])

export class LoadCounts {
  /** A request counts where it was planned from here… */
  fromMs = Infinity
  /** …to before here. */
  untilMs = Infinity
  private sent = 0
  private answered = 0
  private readonly failed = new ReasonCounts()
  private readonly response = new Histogram()
  private readonly service = new Histogram()
  private readonly lag = new Histogram()
  /** Of all that ended while the round lasted, whenever they were planned. */
  private answeredMeanwhile = 0
  private carriedMeanwhile = 0
  private underWay = 0
  private isMeanwhile = false

  /** The round begins, with so many in flight. */
  begin(underWay: number): void {
    this.underWay = underWay
    this.isMeanwhile = true
  }

  /** What ends from now on comes after the round, and counts for itself alone. */
  end(): void {
    this.isMeanwhile = false
  }

  onSend(plannedMs: number, nowMs: number): void {
    if (!this.counts(plannedMs)) return
    this.sent++
    this.lag.record(nowMs - plannedMs)
  }

  onOutcome(code: number, plannedMs: number, responseMs: number, serviceMs: number): void {
    if (this.isMeanwhile) {
      if (code === 0) this.answeredMeanwhile++
      if (!NOT_CARRIED.has(code)) this.carriedMeanwhile++
    }
    if (!this.counts(plannedMs)) return
    if (code !== 0) return this.failed.count(code)
    this.answered++
    this.response.record(responseMs)
    this.service.record(serviceMs)
  }

  /**
   * `durationMs`: of the plan. Requests without an end by now never have one; but where the round was ended before the
   * time that it was to last, they do not count.
   */
  roundOf(
    loop: 'open' | 'closed',
    durationMs: number,
    conditions: Conditions,
    cutFromMs: number | null = null,
  ): RoundOf {
    const { elapsedMs, stealShare } = conditions
    const sent = cutFromMs === null ? this.sent : this.answered + this.failed.total
    const failed = sent - this.answered
    const response = timesOf(this.response)
    const lagUs = loop === 'open' ? this.lagUs() : null
    const cut = cutFromMs === null ? null : `it was ended after ${formatSpan(elapsedMs)} of ${formatSpan(cutFromMs)}`
    const doubts = doubtsOf({
      ...conditions,
      sent,
      failed,
      failedBy: this.failedBy(failed - this.failed.total),
      p50Us: response?.p50Us ?? null,
      lagUs,
      achieved: loop === 'open' ? this.achieved(durationMs, elapsedMs) : null,
    })
    const round = {
      elapsedMs,
      sent,
      answered: this.answered,
      failed,
      perSecond: perSecond(this.answeredMeanwhile, elapsedMs),
      response,
      service: timesOf(this.service),
      lagUs,
      stealShare,
      doubts: cut === null ? doubts : [cut, ...doubts],
    }
    return { round, response: this.response, service: this.service }
  }

  private counts(plannedMs: number): boolean {
    return plannedMs >= this.fromMs && plannedMs < this.untilMs
  }

  private failedBy(unended: number): Readonly<Record<string, number>> {
    return unended === 0 ? this.failed.byName() : { ...this.failed.byName(), unanswered: unended }
  }

  private achieved(durationMs: number, elapsedMs: number) {
    return {
      askedPerSecond: perSecond(this.sent, durationMs),
      perSecond: perSecond(this.carriedMeanwhile, elapsedMs),
      durationMs,
      underWay: this.underWay,
    }
  }

  private lagUs(): Lag | null {
    const { p50Us, p99Us, maxUs } = this.lag.summary()
    return p50Us === null || p99Us === null || maxUs === null ? null : { p50: p50Us, p99: p99Us, max: maxUs }
  }
}

const perSecond = (count: number, elapsedMs: number): number => (elapsedMs > 0 ? (count * 1_000) / elapsedMs : 0)
