import { describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { makePolicy } from '../../src/policy/registry.ts'
import { makeScriptedRng } from '../support/scripted-rng.ts'
import { countPicks, picksOf, upstreams, weighing } from '../support/upstreams.ts'

describe('random', () => {
  it('holds the shares of weights 5, 1, 1 within four sigma over 70 000 picks, whatever is in flight', () => {
    const policy = makePolicy({ name: 'random' }, makeRng('random'))
    const counts = countPicks(policy, upstreams('a:0*5 b:90 c:0'), 70_000)

    // Sigma of a count: sqrt(70 000 x 1/7 x 6/7) = 93, sqrt(70 000 x 5/7 x 2/7) = 120.
    expect(Math.abs(counts[0]! - 50_000)).toBeLessThan(4 * 120)
    expect(Math.abs(counts[1]! - 10_000)).toBeLessThan(4 * 93)
    expect(Math.abs(counts[2]! - 10_000)).toBeLessThan(4 * 93)
  })

  it('draws once a pick', () => {
    const rng = makeScriptedRng([0.1, 0.2, 0.3])

    picksOf(makePolicy({ name: 'random' }, rng), weighing([1, 1]), 3)

    expect(rng.left).toBe(0)
  })
})
