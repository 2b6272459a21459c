/**
 * How many retries a node may add to what it was asked: so many for each request that came and so many per second
 * besides, saved up for ten seconds at most. Retries help against failures that are few; where everything fails they
 * are the load that keeps it failing, and this is what bounds them (Finagle's RetryBudget: 20 % and 10 a second, kept
 * for 10 s; Beyer et al., "Site Reliability Engineering", chapter 21: 10 %).
 */
import type { RetrySpec } from '../topology/types.ts'

/** Tokens are kept by the second in which they came, so that the oldest go first and unused ones expire. */
const SECONDS = 10
const SECOND_MS = 1_000
/** Ten tenths are one token, whatever their sum says in its last digit. */
const ONE = 1 - 1e-9

export class RetryBudget {
  private ratio: number
  private reserve: number
  private readonly tokens = new Float64Array(SECONDS)
  /** The second that is now. */
  private at = 0
  private endsMs: number
  /** The reserve is paid in up to then. */
  private paidMs: number

  /** As full of the reserve as if it had stood for a while. */
  constructor({ retryBudget, retryReserve }: RetrySpec, nowMs: number) {
    this.ratio = retryBudget
    this.reserve = retryReserve
    this.paidMs = nowMs
    this.endsMs = nowMs + SECOND_MS
    this.fill()
  }

  /** What is saved stays. */
  apply({ retryBudget, retryReserve }: RetrySpec, nowMs: number): void {
    this.advance(nowMs)
    this.ratio = retryBudget
    this.reserve = retryReserve
  }

  /** A request came. */
  deposit(nowMs: number): void {
    if (nowMs >= this.endsMs) this.advance(nowMs)
    this.tokens[this.at]! += this.ratio
  }

  /** Whether a retry could be paid for now. */
  canPay(nowMs: number): boolean {
    // Asked for every request; mostly what came within this second is enough.
    if (nowMs < this.endsMs && this.tokens[this.at]! >= ONE) return true
    this.advance(nowMs)
    let sum = 0
    for (let second = 0; second < SECONDS; second++) sum += this.tokens[second]!
    return sum >= ONE
  }

  /** Pays for one retry, or says false where that is not left. */
  withdraw(nowMs: number): boolean {
    if (!this.canPay(nowMs)) return false
    let due = 1
    for (let age = SECONDS - 1; age >= 0 && due > 0; age--) {
      const second = (this.at + SECONDS - age) % SECONDS
      const taken = Math.min(due, this.tokens[second]!)
      this.tokens[second]! -= taken
      due -= taken
    }
    return true
  }

  /** Times that go back by a little count as no time. */
  private advance(nowMs: number): void {
    if (nowMs >= this.endsMs + SECONDS * SECOND_MS) {
      this.paidMs = nowMs
      this.endsMs = nowMs + SECOND_MS
      return this.fill()
    }
    while (nowMs >= this.endsMs) {
      this.pay(this.endsMs)
      this.at = (this.at + 1) % SECONDS
      this.tokens[this.at] = 0
      this.endsMs += SECOND_MS
    }
    if (nowMs > this.paidMs) this.pay(nowMs)
  }

  private pay(untilMs: number): void {
    this.tokens[this.at]! += ((untilMs - this.paidMs) / SECOND_MS) * this.reserve
    this.paidMs = untilMs
  }

  private fill(): void {
    this.tokens.fill(this.reserve)
    this.tokens[this.at] = 0
  }
}
