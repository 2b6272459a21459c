/** In which order nodes start and stop: nobody is started before those it sends to listen. */
import { childrenOf, sortByBehind } from './graph.ts'
import type { NodeId, NodeSpec, Role, Topology } from './types.ts'

const RANK: Readonly<Record<Role, number>> = { server: 0, proxy: 1, 'load-balancer': 2 }

/** Leaves first: servers, then proxies from the deepest up, then load balancers; equals in the file's order. */
export function startOrder(topology: Topology): NodeSpec[] {
  const heights = heightsOf(topology.nodes)
  return topology.nodes.toSorted((a, b) => RANK[a.role] - RANK[b.role] || heights.get(a.id)! - heights.get(b.id)!)
}

/** Entry first: the reverse, so that whoever stops has nobody left that sends to it. */
export function stopOrder(topology: Topology): NodeSpec[] {
  return startOrder(topology).reverse()
}

/** The longest way down from each node, in hops. */
function heightsOf(nodes: readonly NodeSpec[]): ReadonlyMap<NodeId, number> {
  const children = childrenOf(nodes)
  const heights = new Map<NodeId, number>()
  for (const { id } of sortByBehind(nodes).sorted.toReversed()) {
    const below = children.get(id)!.map(child => heights.get(child.id)!)
    heights.set(
      id,
      below.reduce((highest, height) => Math.max(highest, height + 1), 0),
    )
  }
  return heights
}
