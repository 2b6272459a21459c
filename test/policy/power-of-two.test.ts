import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { makePolicy } from '../../src/policy/registry.ts'
import { makeScriptedRng } from '../support/scripted-rng.ts'
import { countPicks, picksOf, upstreams, weighing } from '../support/upstreams.ts'

const make = (seed: string | number) => makePolicy({ name: 'power-of-two' }, makeRng(seed))

describe('power-of-two', () => {
  it('draws two different ones, and takes the less busy', () => {
    const policy = makePolicy({ name: 'power-of-two' }, makeScriptedRng([0.5, 0.4, 0.5, 0.6]))

    // Of a, b, c first b; then of a and c first a, then c.
    expect(picksOf(policy, upstreams('a:3 b:2 c:1'), 2)).toEqual([1, 2])
  })

  it('never chooses the worse of two whose loads differ', () => {
    const policy = make('two')
    fc.assert(
      fc.property(fc.nat(1_000), fc.nat(1_000), (a, b) => {
        fc.pre(a !== b)

        expect(picksOf(policy, upstreams(`a:${a} b:${b}`), 1)).toEqual([a < b ? 0 : 1])
      }),
    )
  })

  it('never chooses the worst of three, and either of the others', () => {
    const counts = countPicks(make('three'), upstreams('a:1000 b:90000 c:9'), 300)

    expect(counts[1]).toBe(0)
    expect(counts[0]).toBeGreaterThan(50)
    expect(counts[2]).toBeGreaterThan(150)
  })

  it.each([[[5, 1, 1]], [[1, 9]], [[50, ...new Array<number>(50).fill(1)]]])(
    'loads %j by weight once they are busy, within 2 % of 60 000 picks',
    weights => {
      const total = weights.reduce((sum, weight) => sum + weight, 0)
      const counts = countPicks(make('busy'), weighing(weights), 60_000, 2_000)

      counts.forEach((count, i) => {
        expect(Math.abs(count / 60_000 - weights[i]! / total), `upstream ${i}`).toBeLessThan(0.02)
      })
    },
  )
})
