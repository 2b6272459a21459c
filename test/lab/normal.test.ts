import { describe, expect, it } from 'vitest'
import { normalTail } from '../../src/lab/normal.ts'

describe('normalTail', () => {
  it.each([
    [0, 0.5],
    [1, 0.158655],
    [1.644854, 0.05],
    [1.959964, 0.025],
    [2.575829, 0.005],
    [3.090232, 0.001],
  ])('above %d is %d of all', (z, share) => {
    expect(normalTail(z)).toBeCloseTo(share, 6)
  })
})
