import { describe, expect, it } from 'vitest'
import { mean, sampleStdev, variationOf } from '../../src/lab/variation.ts'

describe('variation', () => {
  it('knows the mean and the deviation of a sample', () => {
    expect(mean([2, 4, 4, 4, 5, 5, 7, 9])).toBe(5)
    expect(sampleStdev([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(Math.sqrt(32 / 7), 12)
  })

  it.each([
    [[10, 10, 10], 0],
    [[9, 10, 11], 0.1],
    [[-9, -10, -11], 0.1],
    [[10], null],
    [[], null],
    [[-1, 1], null],
  ])('of %j is %j of the mean', (values, share) => {
    expect(variationOf(values)).toBe(share)
  })
})
