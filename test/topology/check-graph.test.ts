import { describe, expect, it } from 'vitest'
import { checkCircles, checkForwarders } from '../../src/topology/check-graph.ts'
import { NOWHERE } from '../../src/topology/json-tree.ts'
import type { NodeSpec, Problem } from '../../src/topology/types.ts'

const node = (role: string, id: string, behind: string[], weight = 1) =>
  ({ role, id, behind, weight }) as unknown as NodeSpec
const proxy = (id: string, ...behind: string[]) => node('proxy', id, behind)
const locate = {
  id: (id: string) => ({ ...NOWHERE, path: id }),
  behind: (id: string, parent: string) => ({ ...NOWHERE, path: `${id} behind ${parent}` }),
}

function reported(check: typeof checkCircles, nodes: NodeSpec[]): string[] {
  const problems: Problem[] = []
  check(nodes, locate, problem => problems.push(problem))
  return problems.map(({ code, path, message }) => `${code} at ${path}: ${message}`)
}

describe('checkCircles', () => {
  it('names the way that requests would go, from the first proxy on it', () => {
    expect(
      reported(checkCircles, [proxy('tail', 'c'), proxy('a', 'c'), proxy('b', 'a', 'lb'), proxy('c', 'b')]),
    ).toEqual(['CYCLE at a behind c: requests would go in a circle: a -> b -> c -> a'])
  })

  it('has nothing against two ways to the same node', () => {
    expect(reported(checkCircles, [proxy('a'), proxy('b', 'a'), proxy('c', 'a'), proxy('d', 'b', 'c')])).toEqual([])
  })
})

describe('checkForwarders', () => {
  it('reports who has nobody to send to, and who may send to nobody', () => {
    const nodes = [
      node('load-balancer', 'lb', []),
      proxy('empty', 'lb'),
      proxy('idle', 'lb'),
      node('server', 'a', ['idle'], 0),
    ]

    expect(reported(checkForwarders, nodes)).toEqual([
      'NOTHING_BEHIND at empty: nothing stands behind "empty"',
      'ALL_WEIGHTS_ZERO at idle: all that stands behind "idle" has weight 0',
    ])
  })

  it('lets some weights be 0', () => {
    const nodes = [node('load-balancer', 'lb', []), node('server', 'a', ['lb'], 0), node('server', 'b', ['lb'])]

    expect(reported(checkForwarders, nodes)).toEqual([])
  })
})
