import { describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { makeRandom } from '../../src/policy/random.ts'
import { makeScriptedRng } from '../support/scripted-rng.ts'
import { countPicks, picksOf, upstreams, weighing } from '../support/upstreams.ts'

describe('random', () => {
  it.each([
    [0, 0],
    [0.49, 0],
    [0.5, 1],
    [0.74, 1],
    [0.75, 2],
    [0.999_999, 2],
  ])('picks by weights 2, 1, 1: a draw of %d takes upstream %d', (float, index) => {
    expect(picksOf(makeRandom(makeScriptedRng([float])), weighing([2, 1, 1]), 1)).toEqual([index])
  })

  it('stays within the list where rounding leaves a last grain', () => {
    const almostOne = 1 - 1 / 0x1_0000_0000
    for (const weights of [new Array<number>(10).fill(0.1), [1e-9, 1e9], [0.3, 0.6, 0.1]]) {
      const [index] = picksOf(makeRandom(makeScriptedRng([almostOne])), weighing(weights), 1)

      expect(index).toBeLessThan(weights.length)
      expect(index).toBeGreaterThanOrEqual(0)
    }
  })

  it('holds the shares of weights 5, 1, 1 within four sigma over 70 000 picks, whatever is in flight', () => {
    const counts = countPicks(makeRandom(makeRng('random')), upstreams('a:0*5 b:90 c:0'), 70_000)

    // Sigma of a count: sqrt(70 000 x 1/7 x 6/7) = 93, sqrt(70 000 x 5/7 x 2/7) = 120.
    expect(Math.abs(counts[0]! - 50_000)).toBeLessThan(4 * 120)
    expect(Math.abs(counts[1]! - 10_000)).toBeLessThan(4 * 93)
    expect(Math.abs(counts[2]! - 10_000)).toBeLessThan(4 * 93)
  })

  it('draws once a pick', () => {
    const rng = makeScriptedRng([0.1, 0.2, 0.3])

    picksOf(makeRandom(rng), weighing([1, 1]), 3)

    expect(rng.left).toBe(0)
  })
})
