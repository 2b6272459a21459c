/**
 * How many CANCELs one connection may send. Two rules, neither of which an honest peer can break.
 *
 * A request is cancelled at most once, so CANCELs never outnumber REQUESTs; strays are forgiven, 100 a second. That
 * holds for everybody.
 *
 * A request that is cancelled long before its deadline may leave work behind that nobody counts any more (the rapid
 * reset of HTTP/2, CVE-2023-44487). A client may do that to as many requests as it let end otherwise, plus as many as
 * it ever had in flight at once (it may give all of them up), plus 100 a second. A flat 100 a second would close a
 * client that gives up 10 000 requests at once; cancelling at the deadline, as a client of a slow system does for each
 * of its requests, is no reset at all.
 *
 * A node is not held to the second rule: it cancels what its clients cancelled, each of whom was held to it there, and
 * to close its connection would fail the requests of all its other clients. What it leaves behind is bounded without
 * that: a server forgets what it has not begun, and what runs keeps its place.
 */
import { RateBudget } from './rate-budget.ts'

const SPARE_PER_SECOND = 100

export class CancelBudget {
  private cancels = 0
  private resets = 0
  /** Of the resets: paid by the second, not by what ended otherwise. */
  private paid = 0
  private livePeak = 0
  private readonly strays = new RateBudget(SPARE_PER_SECOND)
  private readonly spare = new RateBudget(SPARE_PER_SECOND)

  /** One more CANCEL came, of whatever stream, after so many REQUESTs. False: it is one too many. */
  allowsCancel(requests: number, nowMs: number): boolean {
    if (this.cancels >= requests) return this.strays.take(nowMs)
    this.cancels++
    return true
  }

  /** One of `live` streams is cancelled early, after so many REQUESTs. False: it is one too many. */
  allowsReset(requests: number, live: number, nowMs: number): boolean {
    this.livePeak = Math.max(this.livePeak, live)
    const endedOtherwise = requests - this.resets - live
    this.resets++
    if (this.resets - this.paid <= endedOtherwise + this.livePeak) return true
    this.paid++
    return this.spare.take(nowMs)
  }
}

/** Whether a request that came at `sinceMs` and ends by `dueMs` had most of its time still before it. */
export const isEarly = (sinceMs: number, nowMs: number, dueMs: number): boolean => dueMs - nowMs > nowMs - sinceMs
