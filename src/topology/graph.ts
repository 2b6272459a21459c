/** Who sends to whom, read from the nodes' own `behind`. */
import type { NodeId, NodeSpec } from './types.ts'

/** The nodes directly behind each node, in the file's order; an entry for every node, empty for servers. */
export function childrenOf(nodes: readonly NodeSpec[]): ReadonlyMap<NodeId, readonly NodeSpec[]> {
  const children = new Map<NodeId, NodeSpec[]>(nodes.map(node => [node.id, []]))
  for (const node of nodes) {
    for (const parent of node.behind) children.get(parent)?.push(node)
  }
  return children
}

/**
 * The nodes so that each comes after all that it stands behind, and those that no such order has a place for: the
 * ones on circles, and what stands behind them. (Kahn's algorithm: a chain as long as the file costs no stack.)
 */
export function sortByBehind(nodes: readonly NodeSpec[]): { sorted: readonly NodeSpec[]; left: readonly NodeSpec[] } {
  const children = childrenOf(nodes)
  const waitingFor = new Map(nodes.map(node => [node.id, node.behind.filter(id => children.has(id)).length]))
  const sorted = nodes.filter(node => waitingFor.get(node.id) === 0)
  // The list grows while it is walked.
  for (const node of sorted) {
    for (const child of children.get(node.id)!) {
      const rest = waitingFor.get(child.id)! - 1
      waitingFor.set(child.id, rest)
      if (rest === 0) sorted.push(child)
    }
  }
  return { sorted, left: nodes.filter(node => waitingFor.get(node.id)! > 0) }
}
