/** A way from the bench to whoever answers, driven in a closed loop: so many requests outstanding, for so long. */
import type { Histogram } from '../stats/histogram.ts'
import type { PathName } from './bench-result.ts'

export interface MeasuredPath extends PathName {
  /** Times of what is answered from now on go here: one histogram a round costs nothing per request. */
  histogram: Histogram
  /** Answers so far. */
  readonly answered: number
  /** Keeps this many requests outstanding from now on. */
  begin(outstanding: number): void
  /** Sends nothing more; resolves when nothing is outstanding. Rejects where a request failed since `begin`. */
  finish(): Promise<void>
  /** Closes the connection at once. */
  close(): void
}
