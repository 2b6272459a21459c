/** What separates two topologies, node by node, whatever fields nodes have. */
import { deepEqual } from '../base/equal.ts'
import type { NodeId, NodeSpec, Topology, TopologyChange } from './types.ts'

/** Added and changed nodes in the order of `after`, then removed ones in that of `before`. */
export function diff(before: Topology, after: Topology): TopologyChange[] {
  const old = byId(before)
  const changes = after.nodes.flatMap(spec => compare(old.get(spec.id), spec))
  const kept = byId(after)
  const removed = before.nodes.filter(({ id }) => !kept.has(id))
  return [...changes, ...removed.map(({ id }): TopologyChange => ({ kind: 'removed', id }))]
}

function compare(before: NodeSpec | undefined, after: NodeSpec): TopologyChange[] {
  if (!before) return [{ kind: 'added', spec: after }]
  return deepEqual(before, after) ? [] : [{ kind: 'changed', before, after }]
}

function byId({ nodes }: Topology): ReadonlyMap<NodeId, NodeSpec> {
  return new Map(nodes.map(node => [node.id, node]))
}
