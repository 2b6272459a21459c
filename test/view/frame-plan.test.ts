import { describe, expect, it } from 'vitest'
import { bannerLinesMax, planFrame } from '../../src/view/frame-plan.ts'

describe('frame plan', () => {
  it.each([
    [
      'all nodes and five events at 30 rows',
      [30, 9, 0, 5],
      { tableRows: 9, crashLines: 0, eventLines: 5, isAiry: true },
    ],
    ['all nodes and what is left at 20', [20, 9, 2, 5], { tableRows: 9, crashLines: 0, eventLines: 2, isAiry: true }],
    [
      'a window and three events for many nodes',
      [30, 100, 0, 50],
      { tableRows: 20, crashLines: 0, eventLines: 3, isAiry: true },
    ],
    [
      'a window alone where nothing happened',
      [30, 100, 0, 0],
      { tableRows: 24, crashLines: 0, eventLines: 0, isAiry: true },
    ],
    ['figures alone on 8 rows', [8, 9, 0, 5], { tableRows: 3, crashLines: 0, eventLines: 0, isAiry: false }],
    [
      'a node and the count of others beside a banner on 8 rows',
      [8, 9, 1, 5],
      { tableRows: 2, crashLines: 0, eventLines: 0, isAiry: false },
    ],
    [
      'events alone before the first figures',
      [20, 0, 0, 3],
      { tableRows: 0, crashLines: 0, eventLines: 3, isAiry: true },
    ],
    [
      'half of what is left to a crash loop',
      [24, 9, 0, 50, 4],
      { tableRows: 9, crashLines: 4, eventLines: 4, isAiry: true },
    ],
    [
      'all that is left to it without events',
      [24, 9, 0, 0, 4],
      { tableRows: 9, crashLines: 4, eventLines: 0, isAiry: true },
    ],
    ['six lines at most to many', [60, 9, 0, 5, 40], { tableRows: 9, crashLines: 6, eventLines: 5, isAiry: true }],
    [
      'one more line beside a window',
      [30, 100, 0, 50, 4],
      { tableRows: 19, crashLines: 2, eventLines: 2, isAiry: true },
    ],
    [
      'nothing to it where nodes fill a low screen',
      [10, 9, 0, 5, 4],
      { tableRows: 5, crashLines: 0, eventLines: 0, isAiry: false },
    ],
    [
      'half to nodes beside a banner, a crash loop and events',
      [15, 9, 3, 9, 4],
      { tableRows: 3, crashLines: 1, eventLines: 1, isAiry: true },
    ],
  ] as const)('gives %s', (_name, [rows, nodes, banner, events, crash = 0], plan) => {
    expect(planFrame(rows, nodes, banner, events, crash)).toEqual(plan)
  })

  it('gives a banner more lines on a higher screen', () => {
    expect([8, 9, 10, 13, 14, 23, 24, 60].map(bannerLinesMax)).toEqual([1, 1, 2, 2, 3, 3, 5, 5])
  })
})
