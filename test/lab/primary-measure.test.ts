import { describe, expect, it } from 'vitest'
import { measureOf, primaryOf } from '../../src/lab/primary-measure.ts'
import { figuresWith } from './bench-sample.ts'

describe('primaryOf', () => {
  it.each([
    [{}, 'p50'],
    [{ outstanding: 64 }, 'rate'],
    [{ outstanding: 64, connections: 64 }, 'rate'],
    [{ loop: 'open', outstanding: 0, rate: 200 }, 'p50'],
  ] as const)('of %j is the %s', (scenario, measure) => {
    expect(primaryOf(figuresWith(scenario, { p50Us: [20, 21] })).measure).toBe(measure)
  })

  it('is the rate where no times are known', () => {
    const figures = figuresWith({}, { p50Us: [20, 21], keys: { response: null, perSecond: 7 } })

    expect(primaryOf(figures)).toEqual({ measure: 'rate', rounds: [7, 7] })
    expect(measureOf(figures, 'p50').rounds).toEqual([])
  })
})
