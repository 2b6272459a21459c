import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { makePolicy } from '../../src/policy/registry.ts'
import { countPicks, picksOf, upstreams } from '../support/upstreams.ts'

const policyOf = (seed: string | number) => makePolicy({ name: 'least-connections' }, makeRng(seed))

describe('least-connections', () => {
  it.each([
    ['a:0 b:1', 0],
    ['a:1 b:0', 1],
    ['a:7 b:6 c:9', 1],
    ['a:0 b:0*0.5', 0],
    ['a:2 b:0*0.5', 1],
    ['a:3*4 b:1*1', 0],
    ['a:3*2 b:0*1', 1],
    ['a:0*1 b:0*5', 1],
    ['a:9*10 b:4*4 c:3*2', 0],
  ])('of %s picks upstream %d, from whichever turn', (text, index) => {
    for (let seed = 0; seed < 20; seed++) expect(picksOf(policyOf(seed), upstreams(text), 1)).toEqual([index])
  })

  it('never picks the busier of two equals', () => {
    const policy = policyOf('two')
    fc.assert(
      fc.property(fc.nat(1_000), fc.nat(1_000), (a, b) => {
        fc.pre(a !== b)

        expect(picksOf(policy, upstreams(`a:${a} b:${b}`), 1)).toEqual([a < b ? 0 : 1])
      }),
    )
  })

  it('picks one that no other beats in (in flight + 1) / weight', () => {
    const upstream = fc.record({
      id: fc.constant('x'),
      inFlight: fc.nat(50),
      weight: fc.integer({ min: 1, max: 9 }),
      ageMs: fc.constant(() => 0),
    })
    const policy = policyOf('any')
    fc.assert(
      fc.property(fc.array(upstream, { minLength: 2, maxLength: 12 }), list => {
        const cost = (i: number) => (list[i]!.inFlight + 1) / list[i]!.weight
        const least = Math.min(...list.map((_, i) => cost(i)))

        expect(cost(picksOf(policy, list, 1)[0]!)).toBeCloseTo(least, 9)
      }),
    )
  })

  it.each([
    ['a:0 b:0 c:0', [300, 300, 300]],
    ['a:2 b:2 c:9', [450, 450, 0]],
    ['a:2 b:9 c:2', [450, 0, 450]],
    ['a:9 b:0 c:0', [0, 450, 450]],
    ['a:0 b:0 c:5 d:5 e:0', [300, 300, 0, 0, 300]],
  ])('of %s takes those that tie in turn, evenly over 900 picks', (text, counts) => {
    const list = upstreams(text)
    const policy = policyOf('ties')
    const picked = list.map(() => 0)
    for (const index of picksOf(policy, list, 900)) picked[index]!++

    expect(picked).toEqual(counts)
  })

  it('sends a third upstream nothing while it is stuck with 50 in flight', () => {
    expect(countPicks(policyOf(1), upstreams('a:0 b:0 stuck:50'), 1_000, 20)[2]).toBe(0)
  })
})
