/** A node's running account of its requests: plain numbers to count in, and the same as plain data to send. */
import { Histogram } from './histogram.ts'
import { ReasonCounts } from './reasons.ts'
import type { RequestCounts } from './reports.ts'

/** What a node counts at the links that requests come by, and not here. */
type Senders = 'fromClients' | 'receivedFrom'

export class Tally {
  received = 0
  answered = 0
  late = 0
  readonly failed: ReasonCounts = new ReasonCounts()
  readonly rejected: ReasonCounts = new ReasonCounts()
  /** Of answered requests, in this node. */
  readonly latency: Histogram = new Histogram()

  /** `retried`: attempts but the first of each, which a server makes none of. */
  counts(inFlight: number, retried = 0): Omit<RequestCounts, Senders> {
    return {
      received: this.received,
      answered: this.answered,
      failed: this.failed.total,
      rejected: this.rejected.total,
      retried,
      inFlight,
      failedBy: this.failed.byName(),
      rejectedBy: this.rejected.byName(),
      late: this.late,
    }
  }
}
