/** What holds for every policy; what only some promise stands in their own tests. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import type { UpstreamView } from '../../src/policy/policy.ts'
import { expectedShares, makePolicy } from '../../src/policy/registry.ts'
import { POLICY_NAMES } from '../../src/topology/policy-names.ts'
import { policySpec } from '../../src/topology/read-policy.ts'
import { answersIn, PolicyTraffic } from '../support/policy-traffic.ts'
import { contextOf, countPicks, picksOf, weighing } from '../support/upstreams.ts'

const PICKS = 60_000
/** Enough in flight that a policy that counts them can hold the shares to 2 %. */
const OUTSTANDING = 700

/** These choose by the key or by the order of the file, whatever chance says. */
const WITHOUT_CHANCE = ['consistent-hash', 'first']

/** Far beyond what a topology can bring about. */
const extreme = fc.oneof(
  fc.constantFrom(0, 1e-300, 1e-9, 1e9, 1e15),
  fc.double({ min: 0, max: 1e6, noNaN: true }),
  fc.nat(1_000),
)
const weight = fc.oneof(fc.integer({ min: 1, max: 1_000_000 }), fc.double({ min: 1e-9, max: 1e9, noNaN: true }))
const upstream = fc
  .record({ id: fc.string(), weight, inFlight: fc.nat(100_000), age: extreme })
  .map(({ age, ...each }): UpstreamView => Object.freeze({ ...each, ageMs: () => age }))

describe.each(POLICY_NAMES)('the policy %s', name => {
  const make = (seed: string | number) => makePolicy(policySpec(name), makeRng(seed))

  it('picks a valid index from any list, whatever it was told before, and changes neither list nor context', () => {
    const pool = fc.array(upstream, { minLength: 2, maxLength: 40 })
    const step = fc.record({ nowMs: extreme, latencyMs: extreme, isAnswered: fc.boolean(), except: fc.nat(40) })
    fc.assert(
      fc.property(pool, fc.array(step, { minLength: 1, maxLength: 30 }), fc.string(), (members, steps, seed) => {
        const policy = make(seed)
        if (seed.length % 2 === 0) policy.update?.(members)
        for (const { nowMs, latencyMs, isAnswered, except } of steps) {
          const rest = members.filter((_, i) => i !== except)
          const list = Object.freeze(rest.length < 2 ? members : rest)
          const context = Object.freeze({ nowMs, keyHash: Math.trunc(latencyMs) >>> 0, attempt: 3 })
          const index = policy.pick(list, context)

          expect(Number.isInteger(index) && index >= 0 && index < list.length, `${index}`).toBe(true)
          policy.onEnd?.(list[index]!, isAnswered, latencyMs, nowMs)
          policy.onEnd?.(members[except % members.length]!, isAnswered, latencyMs, nowMs)
        }
      }),
    )
  })

  it('picks the same from the same seed, and begins elsewhere from others', () => {
    const list = weighing([1, 1, 1, 1, 1])
    const from = (seed: number) => picksOf(make(seed), list, 200).join()
    const found = new Set(Array.from({ length: 20 }, (_, seed) => from(seed))).size

    expect(from(1)).toBe(from(1))
    if (WITHOUT_CHANCE.includes(name)) expect(found).toBe(1)
    else expect(found).toBeGreaterThan(3)
  })

  it.each([[[1, 1, 1]], [[5, 1, 1]], [[1, 1, 5]], [[3, 2, 2, 1]], [[0.5, 0.25]], [[1, 1]]])(
    'spreads 60 000 picks over weights %j as expectedShares says, where it says anything, within 2 %',
    weights => {
      const shares = expectedShares(policySpec(name), weights)
      if (!shares) return
      const counts = countPicks(make('share'), weighing(weights), PICKS, OUTSTANDING)

      shares.forEach((share, i) => {
        expect(Math.abs(counts[i]! / PICKS - share), `upstream ${i}`).toBeLessThan(0.02)
      })
    },
  )

  it.each([2, 3, 7])('spreads 60 000 requests over %d servers alike within 2 %, but for first', count => {
    const traffic = new PolicyTraffic(make('alike'), 1_000, Array(count).fill(answersIn(5)))
    const shares = traffic.sharesOver(PICKS)

    if (name === 'first') expect(shares[0]).toBe(1)
    else for (const share of shares) expect(Math.abs(share - 1 / count)).toBeLessThan(0.02)
  })

  it('gives a member that was away its share again, and no more than that', () => {
    const list = weighing([1, 1, 1, 1])
    const policy = make('away')
    policy.update?.(list)
    // Two of the others leave for 1000 picks each, so that the lists are never those of the pick before.
    for (let i = 0; i < 2_000; i++)
      policy.pick(i < 1_000 ? [list[0]!, list[2]!, list[3]!] : list.slice(0, 3), contextOf(i))
    const counts = list.map(() => 0)
    for (let i = 0; i < 400; i++) counts[policy.pick(list, contextOf(2_000 + i))]!++

    // 100 each; what chance and keys spread has a deviation of 9.
    if (name === 'first') expect(counts).toEqual([400, 0, 0, 0])
    else for (const count of counts) expect(Math.abs(count - 100)).toBeLessThan(40)
  })

  it('gives the others alike, all attempts counted, where one hands on every request that it gets', () => {
    const list = weighing([1, 1, 1, 1])
    const others = list.filter((_, i) => i !== 1)
    const policy = make('fail over')
    const counts = [0, 0, 0]
    for (let i = 0; i < 4_000; i++) {
      const first = list[policy.pick(list, contextOf(i))]!
      const last = first === list[1] ? others[policy.pick(others, contextOf(i))]! : first
      counts[others.indexOf(last)]!++
    }

    if (name === 'first') expect(counts).toEqual([4_000, 0, 0])
    else for (const count of counts) expect(Math.abs(count / 4_000 - 1 / 3)).toBeLessThan(0.03)
  })

  it('goes on when members come and leave between picks', () => {
    const policy = make('churn')
    const rng = makeRng('members')
    const pool = weighing(Array.from({ length: 12 }, (_, i) => 1 + (i % 4)))
    for (let i = 0; i < 5_000; i++) {
      if (i % 50 === 0) policy.update?.(pool.slice(rng.int(5), 8 + rng.int(5)))
      const list = pool.filter(() => rng.int(3) > 0)
      if (list.length < 2) continue
      const index = policy.pick(list, contextOf(i))

      expect(list[index]).toBeDefined()
      policy.onEnd?.(list[index]!, rng.int(9) > 0, rng.int(100), i)
    }
  })
})
