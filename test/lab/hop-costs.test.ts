import { describe, expect, it } from 'vitest'
import { hopCostsOf } from '../../src/lab/hop-costs.ts'
import { figuresWith } from './bench-sample.ts'

const ECHO = { path: 'unix echo', hops: 0 }
const ONE = { path: '1 hop: server', hops: 1 }
const TWO = { path: '2 hops: proxy, server', hops: 2 }

describe('hopCostsOf', () => {
  it('averages the differences within each round, so that what slows a whole round cancels out', () => {
    const costs = hopCostsOf([
      figuresWith(ECHO, { p50Us: [20, 40, 20, 80, 20] }),
      figuresWith(ONE, { p50Us: [30, 51, 31, 91, 30] }),
    ])

    expect(costs).toEqual([
      { from: 'unix echo', to: '1 hop: server', costUs: 10.6, lowUs: 9.92, highUs: 11.28, confidence: 0.95 },
    ])
  })

  it('goes up hop by hop, whatever the order and whatever else was measured, and ends with the whole way', () => {
    const costs = hopCostsOf([
      figuresWith(TWO, { p50Us: [45, 46, 47] }),
      figuresWith({ path: 'tcp echo', hops: 0 }, { p50Us: [25, 26, 27] }),
      figuresWith({ ...ECHO, section: 'throughput', outstanding: 64 }, { p50Us: [1, 1, 1] }),
      figuresWith(ONE, { p50Us: [30, 31, 32] }),
      figuresWith(ECHO, { p50Us: [20, 21, 22] }),
    ])

    expect(costs.map(({ from, to, costUs }) => [from, to, costUs])).toEqual([
      ['unix echo', '1 hop: server', 10],
      ['1 hop: server', '2 hops: proxy, server', 15],
      ['unix echo', '2 hops: proxy, server', 25],
    ])
  })

  it('is negative where the longer way came out faster, and claims no interval of two rounds', () => {
    const costs = hopCostsOf([figuresWith(ECHO, { p50Us: [20, 22] }), figuresWith(ONE, { p50Us: [19, 20] })])

    expect(costs).toMatchObject([{ costUs: -1.5, lowUs: null, highUs: null }])
  })

  it('pairs what there is of a run that was ended early, and knows nothing without a floor', () => {
    const echo = figuresWith(ECHO, { p50Us: [20, 20, 20] })

    expect(hopCostsOf([echo, figuresWith(ONE, { p50Us: [30, 30] })])).toMatchObject([{ costUs: 10, lowUs: null }])
    expect(hopCostsOf([figuresWith(ONE, { p50Us: [30] }), figuresWith(TWO, { p50Us: [30] })])).toEqual([])
    expect(hopCostsOf([echo])).toEqual([])
  })

  it('takes the floor and the file of a load run', () => {
    const load = { section: 'load' } as const
    const costs = hopCostsOf([
      figuresWith({ ...load, path: 'my.json', hops: 2, loop: 'open', outstanding: 0, rate: 200 }, { p50Us: [99] }),
      figuresWith({ ...load, path: 'my.json', hops: 2, outstanding: 64 }, { p50Us: [999] }),
      figuresWith({ ...load, path: 'my.json', hops: 2 }, { p50Us: [70] }),
      figuresWith({ ...load, ...ECHO }, { p50Us: [20] }),
    ])

    expect(costs).toMatchObject([{ from: 'unix echo', to: 'my.json', costUs: 50 }])
  })
})
