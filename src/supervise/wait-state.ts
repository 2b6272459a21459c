/** Whether a node is in a state that somebody may wait for. Pure. */
import type { WaitState } from '../control/command-values.ts'
import type { StatsReport, UpstreamCounters } from '../stats/reports.ts'
import type { NodeId } from '../topology/types.ts'

type Seen = Pick<StatsReport, 'nodes' | 'client'>

/** `healthy`: everybody that sends to it uses it; `ejected`: somebody does not, for what he saw of it. */
export function isInState(state: WaitState, id: NodeId, report: Seen): boolean {
  if (state !== 'healthy' && state !== 'ejected') return report.nodes.find(node => node.id === id)?.state === state
  const views = viewsOf(id, report)
  if (state === 'ejected') return views.some(({ health, circuit }) => health === 'unhealthy' || circuit === 'open')
  return views.length > 0 && views.every(({ health, circuit }) => health === 'healthy' && circuit === 'closed')
}

/** Of those that run and still send to it: accounts outlive what they tell of. */
function viewsOf(id: NodeId, { nodes, client }: Seen): UpstreamCounters[] {
  const node = nodes.find(each => each.id === id)
  if (!node) return []
  const parents = nodes.filter(each => node.behind.includes(each.id) && each.state === 'up').map(each => each.upstreams)
  if (node.role === 'load-balancer' && client.pid !== null) parents.push(client.upstreams)
  return parents.flatMap(upstreams => upstreams.filter(upstream => upstream.id === id))
}
