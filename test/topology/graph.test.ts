import { describe, expect, it } from 'vitest'
import { childrenOf, sortByBehind } from '../../src/topology/graph.ts'
import type { NodeSpec } from '../../src/topology/types.ts'
import { nineNodes, topologyOf } from '../support/topology.ts'

const idsOf = (nodes: readonly NodeSpec[]) => nodes.map(node => node.id).join(' ')

describe('childrenOf', () => {
  it('lists who stands directly behind each node, in the order of the file', () => {
    const children = childrenOf(nineNodes().nodes)

    expect(idsOf(children.get('lb')!)).toBe('proxy-1 proxy-2')
    expect(idsOf(children.get('proxy-2')!)).toBe('server-4 server-5 server-6')
    expect(children.get('server-1')).toEqual([])
  })
})

describe('sortByBehind', () => {
  it('puts every node after all that it stands behind', () => {
    const { nodes } = topologyOf({
      proxies: [{ id: 'inner', behind: ['outer', 'lb'] }, { id: 'outer' }],
      servers: [{ id: 'a', behind: ['inner', 'lb'] }],
    })

    expect(idsOf(sortByBehind(nodes).sorted)).toBe('lb outer inner a')
  })

  it('leaves out what stands on a circle or behind one', () => {
    const node = (id: string, ...behind: string[]) => ({ id, behind, role: 'proxy' }) as unknown as NodeSpec
    const { sorted, left } = sortByBehind([
      node('lb'),
      node('p', 'q'),
      node('q', 'p', 'lb'),
      node('a', 'q'),
      node('b', 'lb'),
    ])

    expect(idsOf(sorted)).toBe('lb b')
    expect(idsOf(left)).toBe('p q a')
  })

  it('takes a chain of 50 000 without running out of stack', () => {
    const chain = Array.from({ length: 50_000 }, (_, index) => ({ id: `p${index}`, behind: [`p${index - 1}`] }))

    expect(sortByBehind(chain as unknown as NodeSpec[]).sorted.length).toBe(50_000)
  })
})
