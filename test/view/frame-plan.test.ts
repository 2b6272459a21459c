import { describe, expect, it } from 'vitest'
import { planFrame } from '../../src/view/frame-plan.ts'

describe('frame plan', () => {
  it.each([
    ['all nodes and five events at 30 rows', [30, 9, 0, 5], { tableRows: 9, eventLines: 5, isAiry: true }],
    ['all nodes and what is left at 20', [20, 9, 2, 5], { tableRows: 9, eventLines: 2, isAiry: true }],
    ['a window and three events for many nodes', [30, 100, 0, 50], { tableRows: 20, eventLines: 3, isAiry: true }],
    ['a window alone where nothing happened', [30, 100, 0, 0], { tableRows: 24, eventLines: 0, isAiry: true }],
    ['figures alone on 8 rows', [8, 9, 0, 5], { tableRows: 3, eventLines: 0, isAiry: false }],
    [
      'a node and the count of others beside a banner on 8 rows',
      [8, 9, 1, 5],
      { tableRows: 2, eventLines: 0, isAiry: false },
    ],
    ['events alone before the first figures', [20, 0, 0, 3], { tableRows: 0, eventLines: 3, isAiry: true }],
  ] as const)('gives %s', (_name, [rows, nodes, banner, events], plan) => {
    expect(planFrame(rows, nodes, banner, events)).toEqual(plan)
  })
})
