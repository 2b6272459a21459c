import { describe, expect, it } from 'vitest'
import { spreadOf } from '../../src/lab/spread.ts'

describe('spreadOf', () => {
  it.each([
    [[10], { min: 10, max: 10, share: 0 }],
    [[10, 8, 12], { min: 8, max: 12, share: 0.4 }],
    [[0, 0], { min: 0, max: 0, share: 0 }],
  ])('of %j is %j', (values, spread) => {
    expect(spreadOf(values)).toEqual(spread)
  })
})
