/** Upstreams for tests of policies, and traffic that keeps them busy. */
import type { PickContext, Policy, UpstreamView } from '../../src/policy/policy.ts'

export interface TestUpstream extends UpstreamView {
  inFlight: number
}

export const CONTEXT: Readonly<PickContext> = { nowMs: 0, keyHash: 0, attempt: 1 }

const noAge = () => 0

/** `upstreams('a:0 b:3 c:1*5')`: a idle, b with three in flight, c with one and of weight 5. */
export function upstreams(text: string): TestUpstream[] {
  return text.split(' ').map(each => {
    const [, id, inFlight, weight] = /^(\w+):(\d+)(?:\*([\d.]+))?$/.exec(each)!
    return { id: id!, inFlight: Number(inFlight), weight: Number(weight ?? 1), ageMs: noAge }
  })
}

/** Idle upstreams of these weights. */
export const weighing = (weights: readonly number[]): TestUpstream[] =>
  weights.map((weight, i) => ({ id: `server-${i + 1}`, inFlight: 0, weight, ageMs: noAge }))

/** Of the i-th request: a millisecond after the one before, with a key of its own. */
export const contextOf = (i: number): PickContext => ({ nowMs: i, keyHash: Math.imul(i, 0x9e3779b1) >>> 0, attempt: 1 })

/** How often each was picked, while the last `outstanding` picks are in flight. */
export function countPicks(policy: Policy, eligible: TestUpstream[], picks: number, outstanding = 0): number[] {
  const counts = eligible.map(() => 0)
  const inFlight: number[] = []
  for (let i = 0; i < picks; i++) {
    const index = policy.pick(eligible, contextOf(i))
    counts[index]!++
    inFlight.push(index)
    eligible[index]!.inFlight++
    if (inFlight.length > outstanding) eligible[inFlight.shift()!]!.inFlight--
  }
  return counts
}

/** The indices of successive picks from upstreams that nothing changes. */
export const picksOf = (policy: Policy, eligible: readonly UpstreamView[], count: number): number[] =>
  Array.from({ length: count }, (_, i) => policy.pick(eligible, contextOf(i)))
