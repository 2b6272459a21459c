/** Counts by error code in a flat array: counting on a request's path allocates nothing. */
import { ERROR_CODES_MAX, errorName } from '../wire/error-code.ts'

export class ReasonCounts {
  total = 0
  private readonly counts = new Float64Array(ERROR_CODES_MAX)

  /** Codes of a later version than ours share the last place. */
  count(code: number): void {
    this.total++
    this.counts[Math.min(code, ERROR_CODES_MAX - 1)]!++
  }

  byName(): Record<string, number> {
    const named: Record<string, number> = {}
    this.counts.forEach((count, code) => {
      if (count > 0) named[errorName(code)] = count
    })
    return named
  }
}
