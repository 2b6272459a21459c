import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ejectionMs } from '../../src/health/ejection-time.ts'

const LIMITS = { ejectionTimeMs: 2_000, ejectionTimeMaxMs: 30_000 }

describe('the time of an ejection', () => {
  it.each([
    [1, 0, 2_000],
    [1, 1, 2_200],
    [2, 0.5, 4_200],
    [14, 0, 28_000],
    [15, 1, 30_000],
    [1_000, 0.3, 30_000],
  ])('of number %i with chance %f is %i ms', (ejections, chance, ms) => {
    expect(ejectionMs(ejections, LIMITS, chance)).toBeCloseTo(ms, 6)
  })

  it('grows with each, but for the chance, and is never above the longest', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (ejections, chance) => {
          expect(ejectionMs(ejections + 1, LIMITS, chance)).toBeGreaterThanOrEqual(
            ejectionMs(ejections, LIMITS, chance),
          )
          expect(ejectionMs(ejections, LIMITS, chance)).toBeLessThanOrEqual(LIMITS.ejectionTimeMaxMs)
        },
      ),
    )
  })
})
