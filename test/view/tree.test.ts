import { describe, expect, it } from 'vitest'
import type { NodeStats } from '../../src/stats/reports.ts'
import { nodeStats, rowsOf, SAMPLE_NODES } from './samples.ts'

const draw = (nodes: readonly NodeStats[]) =>
  rowsOf(nodes).map(({ node, branch, moreParents }) => `${branch}${node.id}${moreParents ? ` +${moreParents}` : ''}`)

describe('tree', () => {
  it('draws nine nodes under what they stand behind', () => {
    expect(draw(SAMPLE_NODES)).toEqual([
      'lb',
      '├ proxy-1',
      '│ ├ server-1',
      '│ ├ server-2',
      '│ └ server-3',
      '└ proxy-2',
      '  ├ server-4',
      '  ├ server-5',
      '  └ server-6',
    ])
  })

  it('draws a node behind several once, under the first, and counts the others', () => {
    const nodes = [nodeStats('lb-1'), nodeStats('lb-2'), nodeStats('server', { behind: ['lb-1', 'lb-2'] })]
    expect(draw(nodes)).toEqual(['lb-1', '└ server +1', 'lb-2'])
  })

  it('passes over parents that are not in the list', () => {
    const nodes = [nodeStats('lb'), nodeStats('a', { behind: ['gone', 'lb'] }), nodeStats('b', { behind: ['gone'] })]
    expect(draw(nodes)).toEqual(['lb', '└ a', 'b'])
  })

  it('draws each of two removed nodes that point at each other once', () => {
    const nodes = [nodeStats('lb'), nodeStats('a', { behind: ['b'] }), nodeStats('b', { behind: ['a'] })]
    expect(draw(nodes)).toEqual(['lb', 'a', '└ b'])
  })

  it('walks a chain of 12 000 without running out of stack', () => {
    const chain = Array.from({ length: 12_000 }, (_, i) => nodeStats(`n${i}`, { behind: i === 0 ? [] : [`n${i - 1}`] }))
    expect(rowsOf(chain)).toHaveLength(12_000)
  })
})
