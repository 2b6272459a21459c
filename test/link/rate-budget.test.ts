import { describe, expect, it } from 'vitest'
import { RateBudget } from '../../src/link/rate-budget.ts'

/** How many of `count` tries at that time succeed. */
const taken = (budget: RateBudget, count: number, nowMs: number) =>
  Array.from({ length: count }, () => budget.take(nowMs)).filter(Boolean).length

describe('a budget of 100 a second', () => {
  it('gives 100 at once, then one for each 10 ms', () => {
    const budget = new RateBudget(100)

    expect([0, 10, 15, 20, 520].map(nowMs => taken(budget, 1_000, nowMs))).toEqual([100, 1, 0, 1, 50])
  })

  it('saves up no more than 100, however long nobody asks', () => {
    const budget = new RateBudget(100)
    taken(budget, 100, 0)

    expect(taken(budget, 1_000, 3_600_000)).toBe(100)
  })

  it('gives all that is asked for at its own rate, for ever', () => {
    const budget = new RateBudget(100)
    const results = Array.from({ length: 10_000 }, (_, i) => budget.take(i * 10))

    expect(results).not.toContain(false)
  })
})
