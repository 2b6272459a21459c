/** So many a second, and as many at once as one second allows: a bucket of tokens that time refills. */
export class RateBudget {
  private left: number
  private filledMs = Number.NEGATIVE_INFINITY
  private readonly perSecond: number

  constructor(perSecond: number) {
    this.perSecond = perSecond
    this.left = perSecond
  }

  /** Takes one, or says false where none is left. */
  take(nowMs: number): boolean {
    this.left = Math.min(this.perSecond, this.left + ((nowMs - this.filledMs) / 1_000) * this.perSecond)
    this.filledMs = nowMs
    if (this.left < 1) return false
    this.left--
    return true
  }
}
