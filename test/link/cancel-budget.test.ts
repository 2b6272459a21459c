import { describe, expect, it } from 'vitest'
import { CancelBudget, isEarly } from '../../src/link/cancel-budget.ts'

/** How many times it says yes before it first says no, at most `limit` times. */
function until(limit: number, allows: (n: number) => boolean): number {
  for (let n = 0; n < limit; n++) if (!allows(n)) return n
  return limit
}

describe('CANCELs', () => {
  it('may be as many as the requests, and 100 strays', () => {
    const budget = new CancelBudget()

    expect(until(2_000, () => budget.allowsCancel(1_000, 0))).toBe(1_100)
  })

  it('may stray 100 times a second for ever', () => {
    const budget = new CancelBudget()

    expect(until(5_000, n => budget.allowsCancel(0, n * 10))).toBe(5_000)
  })
})

describe('requests that are cancelled early', () => {
  it('one by one as they come, are 101 at once', () => {
    const budget = new CancelBudget()

    // The first is what was in flight at once.
    expect(until(1_000, n => budget.allowsReset(n + 1, 1, 0))).toBe(101)
  })

  it('may be all 10 000 that are in flight', () => {
    const budget = new CancelBudget()

    expect(until(10_000, n => budget.allowsReset(10_000, 10_000 - n, 0))).toBe(10_000)
  })

  it('may not be all of the next 10 000 as well, when none was let end', () => {
    const budget = new CancelBudget()
    for (let n = 0; n < 10_000; n++) budget.allowsReset(10_000, 10_000 - n, 0)

    expect(until(10_000, n => budget.allowsReset(20_000, 10_000 - n, 0))).toBe(100)
  })

  it('may be every second request for ever', () => {
    const budget = new CancelBudget()

    expect(until(100_000, n => budget.allowsReset(2 * n + 1, 1, 0))).toBe(100_000)
  })

  it('may be all of them at 100 a second, and no more at 200', () => {
    const [slow, fast] = [new CancelBudget(), new CancelBudget()]

    expect(until(10_000, n => slow.allowsReset(n + 1, 1, n * 10))).toBe(10_000)
    expect(until(10_000, n => fast.allowsReset(n + 1, 1, n * 5))).toBeLessThan(250)
  })
})

describe('early', () => {
  it.each([
    [0, 0, 1_000, true],
    [0, 499, 1_000, true],
    [0, 500, 1_000, false],
    [0, 1_000, 1_000, false],
    [0, 1_001, 1_000, false],
  ])('is with most of the time still to come: from %i, at %i, until %i: %s', (sinceMs, nowMs, dueMs, expected) => {
    expect(isEarly(sinceMs, nowMs, dueMs)).toBe(expected)
  })
})
