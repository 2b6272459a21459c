import { describe, expect, it } from 'vitest'
import { drawExponential, drawNormal } from '../../src/base/draws.ts'
import { makeRng, type Rng } from '../../src/base/rng.ts'
import { makeScriptedRng } from '../support/scripted-rng.ts'

const COUNT = 200_000
const drawn = (draw: (rng: Rng) => number, seed = 'draws') => {
  const rng = makeRng(seed)
  return Array.from({ length: COUNT }, () => draw(rng))
}
const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const shareBelow = (values: readonly number[], limit: number) => values.filter(value => value < limit).length / COUNT

/** The largest and the smallest float that a generator can give. */
const [TOP, BOTTOM] = [(0x1_0000_0000 - 1) / 0x1_0000_0000, 0]

describe('an exponential draw', () => {
  it('has mean 1, deviation 1 and the shares of its law', () => {
    const values = drawn(drawExponential)
    const mean = meanOf(values)

    expect(Math.abs(mean - 1)).toBeLessThan(0.01)
    expect(Math.abs(meanOf(values.map(value => (value - mean) ** 2)) - 1)).toBeLessThan(0.02)
    for (const limit of [0.1, 0.5, 1, 2, 4]) {
      expect(Math.abs(shareBelow(values, limit) - (1 - Math.exp(-limit)))).toBeLessThan(0.004)
    }
  })

  it('is finite at both ends of chance', () => {
    expect(drawExponential(makeScriptedRng([BOTTOM]))).toBe(0)
    expect(drawExponential(makeScriptedRng([TOP]))).toBeCloseTo(22.18, 2)
  })
})

describe('a normal draw', () => {
  it('has the moments and the shares of its law', () => {
    const values = drawn(drawNormal)
    const moments = [1, 2, 3, 4].map(power => meanOf(values.map(value => value ** power)))

    expect(moments.map((moment, i) => Math.abs(moment - [0, 1, 0, 3][i]!) < [0.01, 0.01, 0.03, 0.06][i]!)).toEqual(
      Array(4).fill(true),
    )
    // Of any table of the normal distribution.
    for (const [limit, share] of [
      [-2, 0.02275],
      [-1, 0.15866],
      [0, 0.5],
      [1, 0.84134],
      [2, 0.97725],
    ] as const) {
      expect(Math.abs(shareBelow(values, limit) - share)).toBeLessThan(0.003)
    }
  })

  it('tells nothing of the next one', () => {
    const values = drawn(drawNormal)
    const products = values.slice(1).map((value, i) => value * values[i]!)

    expect(Math.abs(meanOf(products))).toBeLessThan(0.01)
  })

  it('draws again outside the circle and at its centre, and is finite beside it', () => {
    const rng = makeScriptedRng([BOTTOM, BOTTOM, TOP, BOTTOM, 0.5, 0.5, 0.5 + 1 / 0x1_0000_0000, 0.5])

    expect(drawNormal(rng)).toBeCloseTo(9.27, 2)
    expect(rng.left).toBe(0)
  })
})
