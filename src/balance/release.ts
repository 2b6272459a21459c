/**
 * How fast a node lets go those that waited while nobody was there. All at once they are a burst that fills the queue of
 * a server which could serve them in no time, and are refused there. So it begins as TCP does on a way that it does not
 * know (RFC 5681): few at first; with each answer one more, until somebody is full; then half, and one more each round.
 */
import { ErrorCode } from '../wire/error-code.ts'

const FIRST = 16

export class Release {
  /** So many may be under way at a time; any number while nobody is let go. */
  private window = Number.POSITIVE_INFINITY
  private isFullKnown = false
  private underWay = 0
  private sinceMs = Number.NEGATIVE_INFINITY
  private halvedMs = Number.NEGATIVE_INFINITY

  /** Nobody is there: to be said as often as that is noticed. */
  begin(nowMs: number): void {
    this.window = FIRST
    this.isFullKnown = false
    this.underWay = 0
    this.sinceMs = nowMs
  }

  /** Nobody waits any more. */
  end(): void {
    this.window = Number.POSITIVE_INFINITY
  }

  hasPlace(): boolean {
    return this.underWay < this.window
  }

  onSent(nowMs: number): void {
    if (nowMs >= this.sinceMs) this.underWay++
  }

  onAnswered(sentMs: number): void {
    this.leave(sentMs)
    this.window += this.isFullKnown ? 1 / this.window : 1
  }

  /** What was sent before the last change of the window says nothing of it. */
  onFailed(sentMs: number, code: number, nowMs: number): void {
    this.leave(sentMs)
    if (code !== ErrorCode.overload || sentMs < Math.max(this.sinceMs, this.halvedMs)) return
    this.window = Math.max(1, this.window / 2)
    this.isFullKnown = true
    this.halvedMs = nowMs
  }

  private leave(sentMs: number): void {
    if (sentMs >= this.sinceMs && this.underWay > 0) this.underWay--
  }
}
