/**
 * How fast a node lets go those that waited while nobody was there. All at once they are a burst that fills the queue of
 * a server which could serve them in no time, and are refused there. So it begins as TCP does on a way that it does not
 * know (RFC 5681): few at first; more with each answer, until somebody is full; then half, and one more each round. But
 * one of many may always be full, and the pace that suits it would hold up all: after a second everybody may go.
 */
import { ErrorCode } from '../wire/error-code.ts'

const FIRST = 16
/** For each answer: half as many again each round. */
const GROWTH = 0.5
const MS_MAX = 1_000

export class Release {
  /** So many may be under way at a time; any number while nobody is let go. */
  private window = Number.POSITIVE_INFINITY
  private isFullKnown = false
  private underWay = 0
  private sinceMs = Number.NEGATIVE_INFINITY
  /** When the first was let go; null before. */
  private firstMs: number | null = null
  private halvedMs = Number.NEGATIVE_INFINITY

  /** Nobody is there: to be said as often as that is noticed. */
  begin(nowMs: number): void {
    this.window = FIRST
    this.isFullKnown = false
    this.underWay = 0
    this.sinceMs = nowMs
    this.firstMs = null
  }

  /** Nobody waits any more. */
  end(): void {
    this.window = Number.POSITIVE_INFINITY
  }

  hasPlace(nowMs: number): boolean {
    return this.underWay < this.window || (this.firstMs !== null && nowMs - this.firstMs >= MS_MAX)
  }

  onSent(nowMs: number): void {
    if (nowMs < this.sinceMs) return
    this.underWay++
    this.firstMs ??= nowMs
  }

  onAnswered(sentMs: number): void {
    this.leave(sentMs)
    this.window += this.isFullKnown ? 1 / this.window : GROWTH
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
