/** A policy among servers that a test makes up, in virtual time: requests come at random, and it sees what it chose. */
import { drawExponential } from '../../src/base/draws.ts'
import { makeRng } from '../../src/base/rng.ts'
import type { Policy, UpstreamView } from '../../src/policy/policy.ts'
import { makeVirtualClock } from './virtual-clock.ts'

/** How an attempt sent now ends; null: never. */
export type Respond = () => { readonly tookMs: number; readonly isAnswered: boolean } | null

export const answersIn =
  (tookMs: number): Respond =>
  () => ({ tookMs, isAnswered: true })
export const failsIn =
  (tookMs: number): Respond =>
  () => ({ tookMs, isAnswered: false })
export const stalls: Respond = () => null

export class PolicyTraffic {
  /** May be changed while it runs. */
  readonly respond: Respond[]
  private readonly clock = makeVirtualClock()
  private readonly rng = makeRng('traffic')
  private readonly policy: Policy
  private readonly ratePerSecond: number
  private readonly sentMs: number[][]
  private readonly views: readonly UpstreamView[]
  private readonly counts: number[]

  constructor(policy: Policy, ratePerSecond: number, respond: Respond[], weights: readonly number[] = []) {
    this.policy = policy
    this.ratePerSecond = ratePerSecond
    this.respond = respond
    this.sentMs = respond.map(() => [])
    this.counts = respond.map(() => 0)
    this.views = this.sentMs.map((sentMs, i) => ({
      id: `server-${i + 1}`,
      weight: weights[i] ?? 1,
      get inFlight() {
        return sentMs.length
      },
      ageMs: nowMs => (sentMs.length === 0 ? 0 : nowMs - sentMs.reduce((sum, at) => sum + at, 0) / sentMs.length),
    }))
    policy.update?.(this.views)
    this.planNext()
  }

  /** The share of the picks that each server got of the next `ms`. */
  sharesOver(ms: number): number[] {
    this.counts.fill(0)
    this.clock.advance(ms)
    const total = this.counts.reduce((sum, count) => sum + count, 0)
    return this.counts.map(count => count / total)
  }

  private planNext(): void {
    this.clock.after((1_000 / this.ratePerSecond) * drawExponential(this.rng), () => {
      this.send(this.clock.nowMs())
      this.planNext()
    })
  }

  private send(nowMs: number): void {
    const index = this.policy.pick(this.views, { nowMs, keyHash: this.rng.int(0x1_0000_0000), attempt: 1 })
    this.counts[index]!++
    this.sentMs[index]!.push(nowMs)
    const end = this.respond[index]!()
    if (end) this.clock.after(end.tookMs, () => this.end(index, nowMs, end.isAnswered))
  }

  private end(index: number, sentMs: number, isAnswered: boolean): void {
    const sent = this.sentMs[index]!
    sent.splice(sent.indexOf(sentMs), 1)
    const nowMs = this.clock.nowMs()
    this.policy.onEnd?.(this.views[index]!, isAnswered, nowMs - sentMs, nowMs)
  }
}
