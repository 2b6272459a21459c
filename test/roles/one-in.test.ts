import { describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { OneIn } from '../../src/roles/one-in.ts'

/** The numbers that it picks of the next `count`. */
function picks(oneIn: OneIn, count: number, from = 0): number[] {
  return Array.from({ length: count }, (_, i) => from + i + 1).filter(number => oneIn.isNext(number))
}

describe('one in so many', () => {
  it('is each one, or none', () => {
    expect(picks(new OneIn(1, makeRng(1)), 5)).toEqual([1, 2, 3, 4, 5])
    expect(picks(new OneIn(0, makeRng(1)), 1_000)).toEqual([])
  })

  it('is that in the mean, at all distances up to twice as many', () => {
    const picked = picks(new OneIn(10, makeRng(1)), 100_000)
    const gaps = picked.map((number, i) => number - (picked[i - 1] ?? 0))

    expect(picked.length).toBeGreaterThan(9_700)
    expect(picked.length).toBeLessThan(10_300)
    expect(new Set(gaps).size).toBe(19)
    expect([Math.min(...gaps), Math.max(...gaps)]).toEqual([1, 19])
  })

  it('picks each of six that take turns alike', () => {
    const picked = picks(new OneIn(12, makeRng(1)), 120_000)
    const turns = Array.from({ length: 6 }, (_, turn) => picked.filter(number => number % 6 === turn).length)

    for (const count of turns) expect(Math.abs(count / (picked.length / 6) - 1)).toBeLessThan(0.1)
  })

  it('changes from where it stands', () => {
    const oneIn = new OneIn(0, makeRng(1))
    const before = picks(oneIn, 50)
    oneIn.set(1, 50)
    const during = picks(oneIn, 3, 50)
    oneIn.set(0, 53)

    expect([before, during, picks(oneIn, 50, 53)]).toEqual([[], [51, 52, 53], []])
  })
})
