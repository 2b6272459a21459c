/**
 * An edit of the file laid over what runs, where operators may have changed what the file does not know of: the edit is
 * what separates the file's version from the one before it, field by field. All else stays as it runs.
 */
import { deepEqual } from '../base/equal.ts'
import type { NodeId, NodeSpec, Role, Topology } from './types.ts'

const RANK: Readonly<Record<Role, number>> = { 'load-balancer': 0, proxy: 1, server: 2 }

/**
 * What shall run. It may be no sound topology: whoever stood behind a node that the other side removed still does.
 * `merge(a, b, a)` is b and `merge(a, a, running)` is running.
 */
export function merge(before: Topology, after: Topology, running: Topology): Topology {
  return {
    socketDir: pickValue(before.socketDir, after.socketDir, running.socketDir),
    nodes: mergeNodes(before.nodes, after.nodes, running.nodes),
    load: mergeFields(before.load, after.load, running.load),
    health: mergeFields(before.health, after.health, running.health),
    restart: mergeFields(before.restart, after.restart, running.restart),
    shutdown: mergeFields(before.shutdown, after.shutdown, running.shutdown),
  }
}

/** The file's where the file has changed it. */
function pickValue<T>(before: T, after: T, running: T): T {
  return deepEqual(before, after) ? running : after
}

function mergeFields<T extends object>(before: T, after: T, running: T): T {
  const keys = Object.keys(after) as (keyof T)[]
  return Object.fromEntries(keys.map(key => [key, pickValue(before[key], after[key], running[key])])) as T
}

type Nodes = readonly NodeSpec[]

function mergeNodes(before: Nodes, after: Nodes, running: Nodes): NodeSpec[] {
  const [old, now] = [byId(before), byId(running)]
  const ofFile = after.flatMap((spec): NodeSpec[] => {
    const [earlier, current] = [old.get(spec.id), now.get(spec.id)]
    if (!earlier) return [spec]
    return current ? [mergeNode(earlier, spec, current)] : []
  })
  const named = new Set([...before, ...after].map(({ id }) => id))
  const merged = [...ofFile, ...running.filter(({ id }) => !named.has(id))]
  const order = deepEqual(idsOf(before), idsOf(after)) ? idsOf(running) : idsOf(merged)
  return merged.toSorted((a, b) => RANK[a.role] - RANK[b.role] || order.indexOf(a.id) - order.indexOf(b.id))
}

/** Of different roles nothing can be laid over another: then it is one or the other. */
function mergeNode(before: NodeSpec, after: NodeSpec, running: NodeSpec): NodeSpec {
  if (before.role === after.role && after.role === running.role) return mergeFields(before, after, running)
  return pickValue(before, after, running)
}

function byId(nodes: Nodes): ReadonlyMap<NodeId, NodeSpec> {
  return new Map(nodes.map(node => [node.id, node]))
}

function idsOf(nodes: Nodes): NodeId[] {
  return nodes.map(({ id }) => id)
}
