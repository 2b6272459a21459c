import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RetryBudget } from '../../src/balance/retry-budget.ts'
import { LOAD } from '../support/topology.ts'

const budgetOf = (retryBudget: number, retryReserve: number, nowMs = 0) =>
  new RetryBudget({ ...LOAD, retryBudget, retryReserve }, nowMs)

/** How many of `count` retries are paid for at that time. */
const taken = (budget: RetryBudget, count: number, nowMs: number) =>
  Array.from({ length: count }, () => budget.withdraw(nowMs)).filter(Boolean).length

const deposit = (budget: RetryBudget, count: number, nowMs: number) => {
  for (let i = 0; i < count; i++) budget.deposit(nowMs)
}

describe('the budget of retries', () => {
  it.each([
    ['a tenth of the requests that came', 0.1, 0, 1_000, 0, 100],
    ['ten seconds of its reserve at most, however long nobody asks', 1, 10, 500, 3_600_000, 90],
    ['nothing where both are 0', 0, 0, 1_000, 60_000, 0],
  ])('pays for %s', (_what, ratio, reserve, requests, nowMs, retries) => {
    const budget = budgetOf(ratio, reserve)
    deposit(budget, requests, 0)

    expect(taken(budget, 1_000, nowMs)).toBe(retries)
  })

  it('makes one of ten tenths', () => {
    const budget = budgetOf(0.1, 0)
    deposit(budget, 9, 0)
    const early = budget.withdraw(0)
    deposit(budget, 1, 0)

    expect([early, budget.withdraw(0)]).toEqual([false, true])
  })

  it('says whether it could pay, and spends nothing by that', () => {
    const budget = budgetOf(0.1, 0)
    deposit(budget, 10, 0)
    const could = [budget.canPay(0), budget.canPay(0)]
    budget.withdraw(0)

    expect([...could, budget.canPay(0)]).toEqual([true, true, false])
  })

  it('pays for so many per second besides, from the start as if it had stood for a while', () => {
    const budget = budgetOf(0.1, 10)

    expect([0, 100, 150, 1_050].map(nowMs => taken(budget, 1_000, nowMs))).toEqual([90, 1, 0, 9])
  })

  it('keeps what nobody used for ten seconds, and no longer', () => {
    const budget = budgetOf(1, 0)
    deposit(budget, 7, 500)
    deposit(budget, 3, 1_500)

    expect(taken(budget, 1, 9_999)).toBe(1)
    // The six that were left of the first second have expired.
    expect(taken(budget, 100, 10_000)).toBe(3)
  })

  it('keeps what it holds when it is changed, and goes on as it now is', () => {
    const budget = budgetOf(1, 0)
    deposit(budget, 5, 0)
    budget.apply({ ...LOAD, retryBudget: 0.5, retryReserve: 1 }, 0)
    deposit(budget, 4, 0)

    expect(taken(budget, 100, 0)).toBe(7)
    expect(taken(budget, 100, 1_000)).toBe(1)
  })

  it('is not emptied by a time that goes back', () => {
    const budget = budgetOf(0, 10, 1_000)
    taken(budget, 90, 1_500)
    const paid = taken(budget, 100, 1_400)

    expect(paid + taken(budget, 100, 2_000)).toBe(10)
  })

  it('never pays for more than the requests, the time and what it holds allow, whatever comes when', () => {
    const step = fc.tuple(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 0, max: 60 }), fc.boolean())
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 80 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 50, noNaN: true }),
        fc.integer({ min: 0, max: 1e9 }),
        (steps, ratio, reserve, startMs) => {
          const budget = budgetOf(ratio, reserve, startMs)
          let [nowMs, requests, retries] = [startMs, 0, 0]
          for (const [passMs, count, isAfterwards] of steps) {
            nowMs += passMs
            if (!isAfterwards) deposit(budget, count, nowMs)
            if (!isAfterwards) requests += count
            else retries += taken(budget, count, nowMs)
            const seconds = (nowMs - startMs) / 1_000

            expect(retries).toBeLessThanOrEqual(ratio * requests + reserve * (seconds + 10) + 1e-6)
          }
        },
      ),
    )
  })

  it('pays for all that it was given, where that is asked for in time', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 60 }), gaps => {
        const budget = budgetOf(0.25, 0)
        let [nowMs, paid] = [0, 0]
        for (const gap of gaps) {
          nowMs += gap
          budget.deposit(nowMs)
          paid += taken(budget, 10, nowMs)
        }

        expect(paid).toBe(Math.floor(gaps.length / 4))
      }),
    )
  })
})
