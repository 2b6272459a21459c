import { expect, test } from 'vitest'
import { ReadBudget } from '../../src/transport/read-budget.ts'

const MIB = 1_048_576

test('gives no more than it has, and again what was given back', () => {
  const budget = new ReadBudget()
  const granted = [20, 20, 12, 1].map(size => budget.take(size * MIB))
  budget.give(12 * MIB)

  expect(granted).toEqual([true, false, true, false])
  expect(budget.take(12 * MIB)).toBe(true)
})
