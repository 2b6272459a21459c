/** The traced requests of a benchmark, and the times of those beside them: how much the tracing costs shows in both. */
import { Histogram } from '../stats/histogram.ts'
import type { EndedRequest } from '../stats/request-report.ts'

/** Each takes about a kilobyte. Beyond it a request is traced for nothing. */
const REQUESTS_MAX = 20_000

export class Tracer {
  readonly requests: EndedRequest[] = []
  readonly untraced = new Histogram()
  private fromMs = Infinity
  private isTraced = false

  /** A round begins: what was planned before it does not count. */
  begin(fromMs: number): void {
    this.fromMs = fromMs
  }

  /** Of a request that was traced, before `onOutcome`. */
  onTraced(request: EndedRequest): void {
    this.isTraced = true
    if (request.plannedMs >= this.fromMs && this.requests.length < REQUESTS_MAX) this.requests.push(request)
  }

  /** Of every request. */
  onOutcome(code: number, plannedMs: number, responseMs: number): void {
    if (code === 0 && !this.isTraced && plannedMs >= this.fromMs) this.untraced.record(responseMs)
    this.isTraced = false
  }
}
