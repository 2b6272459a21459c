/** Whether a node is in a state that somebody may wait for. Pure. */
import type { WaitState } from '../control/command-values.ts'
import type { NodeStats, StatsReport, UpstreamCounters } from '../stats/reports.ts'
import type { NodeId } from '../topology/types.ts'

type Seen = Pick<StatsReport, 'nodes' | 'client'>
type View = UpstreamCounters & { readonly parent: NodeId }

/** `healthy`: everybody that sends to it uses it; `ejected`: somebody does not, for what he saw of it. */
export function isInState(state: WaitState, id: NodeId, report: Seen): boolean {
  const node = report.nodes.find(each => each.id === id)
  if (state === 'hung') return node?.hung === true
  if (state !== 'healthy' && state !== 'ejected') return node?.state === state
  const views = viewsOf(id, report)
  if (state === 'ejected') return views.some(({ health, circuit }) => health === 'unhealthy' || circuit === 'open')
  return views.length > 0 && views.every(view => whyUnused(view) === null)
}

/** For whoever has waited in vain: `up, and proxy-1 has it in drain`. */
export function stateText(id: NodeId, report: Seen): string {
  const node = report.nodes.find(each => each.id === id)
  const process = node?.hung ? 'hung' : (node?.state ?? 'gone')
  const unused = viewsOf(id, report).find(view => whyUnused(view) !== null)
  return unused ? `${process}, and ${unused.parent} ${whyUnused(unused)}` : process
}

/** Of those that run and still send to it: accounts outlive what they tell of. */
function viewsOf(id: NodeId, { nodes, client }: Seen): View[] {
  const node = nodes.find(each => each.id === id)
  if (!node) return []
  const parents: Pick<NodeStats, 'id' | 'upstreams'>[] = nodes.filter(
    each => node.behind.includes(each.id) && each.state === 'up',
  )
  if (node.role === 'load-balancer' && client.pid !== null) parents.push({ ...client, id: 'clients' })
  return parents.flatMap(({ id: parent, upstreams }) =>
    upstreams.filter(upstream => upstream.id === id).map(upstream => ({ ...upstream, parent })),
  )
}

function whyUnused({ health, circuit, admin }: View): string | null {
  if (admin !== 'ready') return `has it in ${admin}`
  if (health !== 'healthy') return health === 'unknown' ? 'has not connected to it yet' : 'hears nothing of it'
  if (circuit === 'closed') return null
  return circuit === 'open' ? 'has ejected it' : 'tries it'
}
