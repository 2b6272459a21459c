/** What share of its tier's requests each node should see, if every policy does just what it promises. */
import { stopOrder } from '../topology/order.ts'
import type { ForwarderSpec, NodeId, NodeSpec, Role, Topology } from '../topology/types.ts'
import { expectedShares } from './registry.ts'

/** From 0 to 1 among the nodes of the same role, summing to 1 over each role; null where a policy promises nothing. */
export function expectedShareByNode(topology: Topology): ReadonlyMap<NodeId, number | null> {
  /** Of all requests; NaN where it cannot be known, which makes all that follows from it NaN too. */
  const flow = new Map<NodeId, number>()
  const balancers = topology.nodes.filter(node => node.role === 'load-balancer')
  // The clients take turns over the load balancers.
  for (const node of balancers) flow.set(node.id, 1 / balancers.length)
  // Entry first, since a node can be divided only when all of its flow has come.
  for (const node of stopOrder(topology)) if (node.role !== 'server') divide(node, topology, flow)
  const totals = totalByRole(topology, flow)
  return new Map(topology.nodes.map(({ id, role }) => [id, shareOf(flow.get(id) ?? 0, totals.get(role)!)]))
}

function shareOf(part: number, total: number): number | null {
  // Of nothing nobody has more, whatever the policies above do.
  if (part === 0) return 0
  return Number.isNaN(total) ? null : part / total
}

function divide(forwarder: ForwarderSpec, topology: Topology, flow: Map<NodeId, number>): void {
  const behind = topology.nodes.filter(node => node.behind.includes(forwarder.id))
  const weights = weightsInUse(behind)
  const shares = expectedShares(forwarder.policy, weights)
  behind.forEach((node, i) => {
    const part = weights[i] === 0 ? 0 : (flow.get(forwarder.id) ?? 0) * (shares?.[i] ?? Number.NaN)
    flow.set(node.id, (flow.get(node.id) ?? 0) + part)
  })
}

/** While all is well: 0 for whom the operator has taken out, and for backups beside others that may be used. */
function weightsInUse(behind: readonly NodeSpec[]): number[] {
  const isUsable = (node: NodeSpec) => node.weight > 0 && node.admin === 'ready'
  const isBackup = (node: NodeSpec) => node.role === 'server' && node.backup
  const areBackupsIdle = behind.some(node => isUsable(node) && !isBackup(node))
  return behind.map(node => (isUsable(node) && !(areBackupsIdle && isBackup(node)) ? node.weight : 0))
}

function totalByRole(topology: Topology, flow: ReadonlyMap<NodeId, number>): Map<Role, number> {
  const totals = new Map<Role, number>()
  for (const { id, role } of topology.nodes) totals.set(role, (totals.get(role) ?? 0) + (flow.get(id) ?? 0))
  return totals
}
