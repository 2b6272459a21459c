import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { makePolicy } from '../../src/policy/registry.ts'
import { contextOf, countPicks, type TestUpstream, weighing } from '../support/upstreams.ts'

const make = (seed: string | number = 1) => makePolicy({ name: 'consistent-hash' }, makeRng(seed))

const KEYS = 20_000

/** Who gets each of many keys. */
function ownersAmong(list: readonly TestUpstream[]): string[] {
  const policy = make()
  return Array.from({ length: KEYS }, (_, i) => list[policy.pick(list, contextOf(i))]!.id)
}

const moved = (before: readonly string[], after: readonly string[]) => before.filter((id, i) => id !== after[i]).length

describe('consistent-hash', () => {
  it('keeps each key where it is, in every list, order, seed and process', () => {
    const list = weighing([1, 2, 3, 4])
    const owners = ownersAmong(list)

    expect(ownersAmong(list)).toEqual(owners)
    expect(ownersAmong(list.toReversed())).toEqual(owners)
    // Pinned: another release that moved them would empty every cache behind it.
    expect(owners.slice(0, 8).map(id => Number(id.slice(-1)))).toMatchInlineSnapshot(`
      [
        4,
        4,
        2,
        4,
        4,
        4,
        2,
        3,
      ]
    `)
  })

  it('moves the keys of one that leaves, no other, and spreads them over the rest', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 7 }),
        fc.nat(6),
        (weights, at) => {
          const list = weighing(weights)
          const gone = list[at % list.length]!
          const before = ownersAmong(list)
          const after = ownersAmong(list.filter(each => each !== gone))
          const heirs = new Set(after.filter((_, i) => before[i] === gone.id))

          expect(moved(before, after)).toBe(before.filter(id => id === gone.id).length)
          expect(heirs.size).toBe(list.length - 1)
        },
      ),
      { numRuns: 20 },
    )
  })

  it('moves to one whose weight grows its new share, and nothing between the others', () => {
    const before = ownersAmong(weighing([1, 1, 1, 1]))
    const after = ownersAmong(weighing([1, 1, 1, 2]))

    expect(after.filter((id, i) => id !== before[i] && id !== 'server-4')).toEqual([])
    // From a quarter to two fifths.
    expect(Math.abs(moved(before, after) / KEYS - 0.15)).toBeLessThan(0.01)
  })

  it.each([[[1, 1]], [[1, 1, 1]], [[5, 1, 1]], [[1_000_000, 1]], [new Array<number>(50).fill(1)]])(
    'spreads 60 000 keys over weights %j within half a percentage point, however alike the ids and the keys are',
    weights => {
      const total = weights.reduce((sum, weight) => sum + weight, 0)
      const list = weighing(weights)
      const policy = make()
      const counts = list.map(() => 0)
      for (let keyHash = 0; keyHash < 60_000; keyHash++) counts[policy.pick(list, { ...contextOf(0), keyHash })]!++

      counts.forEach((count, i) => {
        expect(Math.abs(count / 60_000 - weights[i]! / total), `upstream ${i}`).toBeLessThan(0.005)
      })
    },
  )

  it('is not swayed by what is in flight', () => {
    const list = weighing([1, 1])
    const counts = countPicks(make(), list, 1_000)
    list[0]!.inFlight = 9_999

    expect(countPicks(make(), list, 1_000)).toEqual(counts)
  })
})
