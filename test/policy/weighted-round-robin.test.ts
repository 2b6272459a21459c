import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { makePolicy } from '../../src/policy/registry.ts'
import { makeScriptedRng } from '../support/scripted-rng.ts'
import { countPicks, picksOf, weighing } from '../support/upstreams.ts'

const make = (seed: string | number) => makePolicy({ name: 'weighted-round-robin' }, makeRng(seed))
const makeFromStart = () => makePolicy({ name: 'weighted-round-robin' }, makeScriptedRng([0]))

const letters = (picks: readonly number[]) => picks.map(index => 'abcdef'[index]).join(' ')

describe('weighted-round-robin', () => {
  it('spreads 5, 1, 1 as a a b a c a a, cycle for cycle, where chance draws the start of the cycle', () => {
    const picks = picksOf(makeFromStart(), weighing([5, 1, 1]), 21)

    expect(letters(picks)).toBe(Array(3).fill('a a b a c a a').join(' '))
  })

  it('begins elsewhere in that same cycle otherwise, at each of its seven points', () => {
    const cycle = 'a a b a c a a'.split(' ')
    const rotations = cycle.map((_, i) => [...cycle.slice(i), ...cycle.slice(0, i)].join(' '))
    const seen = Array.from({ length: 100 }, (_, seed) => letters(picksOf(make(seed), weighing([5, 1, 1]), 7)))

    expect([...new Set(seen)].sort()).toEqual([...new Set(rotations)].sort())
  })

  it.each([
    [[1, 1, 1], 'a b c'],
    [[4, 2, 1], 'a b a c a b a'],
    [[10, 1], 'a a a a a b a a a a a'],
    [[3, 3], 'a b a b a b'],
  ])('spreads %j as %s', (weights, cycle) => {
    expect(letters(picksOf(makeFromStart(), weighing(weights), cycle.split(' ').length))).toBe(cycle)
  })

  it('picks everyone, as often as its weight says, in any cycle from the first pick on', () => {
    const each = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 2, maxLength: 8 })
    fc.assert(
      fc.property(each, fc.nat(), (weights, seed) => {
        const total = weights.reduce((sum, weight) => sum + weight, 0)

        expect(countPicks(make(seed), weighing(weights), total)).toEqual(weights)
      }),
    )
  })

  it('gives a newcomer its share at once, and no more', () => {
    const list = weighing([2, 1, 3])
    const policy = make('newcomer')
    policy.update!(list.slice(0, 2))
    countPicks(policy, list.slice(0, 2), 1_001)
    policy.update!(list)
    const counts = countPicks(policy, list, 60)

    counts.forEach((count, i) => {
      expect(Math.abs(count - [20, 10, 30][i]!)).toBeLessThanOrEqual(2)
    })
  })
})
