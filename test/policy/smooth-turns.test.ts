import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { makeSmoothTurns } from '../../src/policy/smooth-turns.ts'
import { contextOf, picksOf, weighing } from '../support/upstreams.ts'

const make = (seed: string | number) => makeSmoothTurns(makeRng(seed), ({ weight }) => weight)

describe('smooth turns', () => {
  it('stay within two picks of what is due, at every pick and whatever the weights', () => {
    const weights = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 6 })
    fc.assert(
      fc.property(weights, fc.nat(), (each, seed) => {
        const total = each.reduce((sum, weight) => sum + weight, 0)
        const counts = each.map(() => 0)
        const off = picksOf(make(seed), weighing(each), 300).flatMap((index, i) => {
          counts[index]!++
          return each.map((weight, at) => Math.abs(counts[at]! - ((i + 1) * weight) / total))
        })

        // A pick early or late at the start, and one now.
        expect(Math.max(...off)).toBeLessThanOrEqual(2)
      }),
    )
  })

  it('owe a member its share of each pick that it could have had, however lists vary', () => {
    const list = weighing([1, 2, 3, 4])
    const policy = make('varying')
    const rng = makeRng('lists')
    const due = list.map(() => 0)
    const counts = list.map(() => 0)
    for (let i = 0; i < 5_000; i++) {
      const eligible = list.filter(() => rng.int(2) > 0)
      if (eligible.length < 2) continue
      const total = eligible.reduce((sum, { weight }) => sum + weight, 0)
      for (const each of eligible) due[list.indexOf(each)]! += each.weight / total
      counts[list.indexOf(eligible[policy.pick(eligible, contextOf(i))]!)]!++
    }

    counts.forEach((count, i) => {
      expect(Math.abs(count - due[i]!), `member ${i}`).toBeLessThan(5)
    })
  })

  it('leave nobody with the debts of those who went, however often that happens', () => {
    const stay = weighing([1, 1])
    const policy = make('leaving')
    policy.update!(stay)
    for (let i = 0; i < 1_000; i++) {
      const guest = { ...weighing([100])[0]!, id: `guest-${i}` }
      policy.update!([...stay, guest])
      // It goes as soon as it has been picked, and has paid for that.
      const list = [...stay, guest]
      while (list[policy.pick(list, contextOf(i))] !== guest);
      policy.update!(stay)
    }
    const [a] = weighing([1])
    policy.update!([...stay, a!])
    const picks = picksOf(policy, [...stay, a!], 30)

    for (const index of [0, 1, 2]) expect(picks.filter(each => each === index).length).toBeGreaterThanOrEqual(9)
  })
})
