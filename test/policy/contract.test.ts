import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { expectedShares, makePolicy } from '../../src/policy/registry.ts'
import { POLICY_NAMES } from '../../src/topology/policy-names.ts'
import { CONTEXT, countPicks, picksOf, weighing } from '../support/upstreams.ts'

/** Enough in flight that a policy that counts them can hold the shares to 2 %. */
const OUTSTANDING = 700

describe.each(POLICY_NAMES)('the policy %s', name => {
  const upstream = fc.record({
    id: fc.string(),
    weight: fc.oneof(fc.integer({ min: 1, max: 100 }), fc.double({ min: 0.001, max: 1_000, noNaN: true })),
    inFlight: fc.nat(10_000),
    ageMs: fc.constant(() => 0),
  })
  const eligible = fc.array(upstream, { minLength: 2, maxLength: 40 })

  it('picks a valid index from any list, and changes neither the list nor the context', () => {
    fc.assert(
      fc.property(fc.array(eligible, { minLength: 1, maxLength: 10 }), fc.string(), (lists, seed) => {
        const policy = makePolicy({ name }, makeRng(seed))
        const context = Object.freeze({ nowMs: 1, keyHash: 2, attempt: 3 })
        for (const list of lists) {
          const frozen = Object.freeze(list.map(each => Object.freeze({ ...each })))
          const index = policy.pick(frozen, context)

          expect(Number.isInteger(index) && index >= 0 && index < list.length).toBe(true)
        }
      }),
    )
  })

  it('picks the same from the same seed, and begins elsewhere from others', () => {
    const list = weighing([1, 1, 1, 1, 1])
    const from = (seed: number) => picksOf(makePolicy({ name }, makeRng(seed)), list, 200).join()

    expect(from(1)).toBe(from(1))
    expect(new Set(Array.from({ length: 20 }, (_, seed) => from(seed))).size).toBeGreaterThan(1)
  })

  it.each([[[1, 1, 1]], [[5, 1, 1]], [[1, 1, 5]], [[3, 2, 2, 1]], [[0.5, 0.25]]])(
    'spreads 60 000 picks over weights %j as expectedShares says, where it says anything, within 2 %',
    weights => {
      const shares = expectedShares({ name }, weights)
      if (!shares) return
      const picks = 60_000
      const counts = countPicks(makePolicy({ name }, makeRng('share')), weighing(weights), picks, OUTSTANDING)

      shares.forEach((share, i) => {
        expect(Math.abs(counts[i]! / picks - share), `upstream ${i}`).toBeLessThan(0.02)
      })
    },
  )

  it('goes on when upstreams come and leave between picks', () => {
    const policy = makePolicy({ name }, makeRng('churn'))
    const rng = makeRng('members')
    for (let i = 0; i < 5_000; i++) {
      const list = weighing(Array.from({ length: 2 + rng.int(9) }, () => 1 + rng.int(4)))
      const index = policy.pick(list, CONTEXT)

      expect(list[index]).toBeDefined()
    }
  })
})
