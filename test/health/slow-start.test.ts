import { describe, expect, it } from 'vitest'
import { rampAt } from '../../src/health/slow-start.ts'

describe('slow start', () => {
  it.each([
    [1_000, 0.1],
    [1_200, 0.1],
    [1_500, 0.25],
    [2_000, 0.5],
    [2_999, 0.9995],
    [3_000, 1],
    [9_000, 1],
  ])('of 2 s from 1 000 ms: at %i ms it is %f', (nowMs, ramp) => {
    expect(rampAt(1_000, nowMs, 2_000)).toBeCloseTo(ramp, 9)
  })

  it('of 0 is none', () => {
    expect(rampAt(1_000, 1_000, 0)).toBe(1)
  })
})
