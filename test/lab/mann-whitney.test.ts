import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EXACT_VALUES_MAX, mannWhitney } from '../../src/lab/mann-whitney.ts'

/** Two samples without ties of the given sizes, of which `u` pairs have the greater value in the first. */
function samplesWithU(m: number, n: number, u: number): [number[], number[]] {
  const b = Array.from({ length: n }, (_, i) => i + 1)
  const steps = Array.from({ length: m }, (_, i) => Math.min(n, Math.max(0, u - (m - 1 - i) * n)))
  const a = steps.map((above, i) => above + (i + 1) / (m + 2))
  return [a, b]
}

/** Pairs, counted one by one. */
function countU(a: readonly number[], b: readonly number[]): number {
  return a.flatMap(x => b.map(y => (x > y ? 1 : x === y ? 0.5 : 0))).reduce((sum: number, each) => sum + each, 0)
}

/** All ways to deal the values to the two sides, tried one by one. */
function bruteForceP(a: readonly number[], b: readonly number[]): number {
  const all = [...a, ...b]
  const seen = countU(a, b)
  let [below, above, ways] = [0, 0, 0]
  for (let mask = 0; mask < 1 << all.length; mask++) {
    const [left, right]: [number[], number[]] = [[], []]
    for (const [i, value] of all.entries()) (mask & (1 << i) ? left : right).push(value)
    if (left.length !== a.length) continue
    const u = countU(left, right)
    ways++
    if (u <= seen) below++
    if (u >= seen) above++
  }
  return Math.min(1, (2 * Math.min(below, above)) / ways)
}

describe('mannWhitney', () => {
  /** The greatest u that is significant at 0.05, two-sided, as tables of critical values print it, and the next one. */
  it.each([
    [4, 4, 0],
    [5, 3, 0],
    [5, 4, 1],
    [5, 5, 2],
    [6, 6, 5],
    [7, 5, 5],
    [8, 8, 13],
    [10, 10, 23],
    [12, 7, 18],
    [15, 15, 64],
    [20, 8, 41],
    [20, 20, 127],
  ])('of %d and %d is significant up to u = %d, as published', (m, n, critical) => {
    const [at, next] = [critical, critical + 1].map(u => mannWhitney(...samplesWithU(m, n, u)))

    expect([at!.u, next!.u]).toEqual([critical, critical + 1])
    expect(at!.p).toBeLessThanOrEqual(0.05)
    expect(next!.p).toBeGreaterThan(0.05)
  })

  it.each([
    [5, 5, 0, 2 / 252],
    [5, 5, 1, 4 / 252],
    [5, 5, 2, 8 / 252],
    [3, 3, 0, 2 / 20],
    [4, 4, 0, 2 / 70],
    [1, 1, 0, 1],
  ])('of %d and %d at u = %d has p = %d', (m, n, u, p) => {
    expect(mannWhitney(...samplesWithU(m, n, u)).p).toBeCloseTo(p, 12)
  })

  it('agrees with dealing the values in all ways, ties or none', () => {
    const few = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(few, few, (a, b) => {
        const { u, p, isExact } = mannWhitney(a, b)

        expect(isExact).toBe(true)
        expect(u).toBe(countU(a, b))
        expect(p).toBeCloseTo(bruteForceP(a, b), 12)
      }),
      { numRuns: 150 },
    )
  })

  it('does not care which side is named first', () => {
    const some = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(some, some, (a, b) => {
        const [forth, back] = [mannWhitney(a, b), mannWhitney(b, a)]

        expect(forth.p).toBeCloseTo(back.p, 9)
        expect(forth.u + back.u).toBe(a.length * b.length)
      }),
    )
  })

  it('finds nothing between equal values', () => {
    expect(mannWhitney([3, 3, 3, 3, 3], [3, 3, 3, 3, 3])).toEqual({ u: 12.5, p: 1, isExact: true })
    const many = new Array<number>(EXACT_VALUES_MAX).fill(3)
    expect(mannWhitney(many, many)).toMatchObject({ p: 1, isExact: false })
  })

  it('goes over from counting to the normal distribution without a step', () => {
    const half = EXACT_VALUES_MAX / 2
    for (const u of [240, 300]) {
      const exact = mannWhitney(...samplesWithU(half, half, u))
      const normal = mannWhitney(...samplesWithU(half, half + 1, Math.round((u * (half + 1)) / half)))

      expect([exact.isExact, normal.isExact]).toEqual([true, false])
      expect(normal.p).toBeCloseTo(exact.p, 1)
    }
  })

  /** Without it z is 2.69 and p 0.0071. */
  it('corrects the normal distribution for ties', () => {
    const a = Array.from({ length: 40 }, (_, i) => (i < 30 ? 1 : 2))
    const b = Array.from({ length: 40 }, (_, i) => (i < 16 ? 1 : 2))
    const { u, p } = mannWhitney(a, b)
    const variance = (1_600 / 12) * (81 - (46 ** 3 - 46 + 34 ** 3 - 34) / (80 * 79))

    expect(u).toBe(520)
    expect((800 - u - 0.5) / Math.sqrt(variance)).toBeCloseTo(3.1408, 4)
    expect(p).toBeCloseTo(0.001685, 5)
  })
})
