/** From entries to nodes: replicas expanded, defaults cascaded (the node wins, then `defaults`, then the table). */

import { nodeIdsOf } from './read-entry.ts'
import type { FileValues } from './read-file.ts'
import type { Placement } from './resolve-behind.ts'
import type { ForwarderParameters, ServerParameters } from './shapes.ts'
import { LOAD_BALANCER_DEFAULTS, PROXY_DEFAULTS, queueOf, retryOf, SERVER_DEFAULTS } from './shapes.ts'
import type { ForwarderSpec, NodeId, NodeSpec, ServerSpec } from './types.ts'

/** The nodes in the topology's order: load balancers, proxies, servers, each in the file's. */
export function makeNodes({ entries, nodeDefaults }: FileValues, placement: Placement): NodeSpec[] {
  const { loadBalancers, proxies, servers } = entries
  return [
    ...(loadBalancers?.items ?? []).flatMap(entry => {
      const parameters = { ...LOAD_BALANCER_DEFAULTS, ...nodeDefaults.loadBalancer, ...entry.parameters }
      return nodeIdsOf(entry).map(id =>
        forwarder({ id, role: 'load-balancer', behind: [], weight: 1, admin: 'ready' }, parameters),
      )
    }),
    ...(proxies?.items ?? []).flatMap(entry => {
      const parameters = { ...PROXY_DEFAULTS, ...nodeDefaults.proxy, ...entry.parameters }
      const { weight, admin } = parameters
      const behind = placement.behind.get(entry)!
      return nodeIdsOf(entry).map(id => forwarder({ id, role: 'proxy', behind, weight, admin }, parameters))
    }),
    ...(servers?.items ?? []).flatMap(entry => {
      const parameters = { ...SERVER_DEFAULTS, ...nodeDefaults.server, ...entry.parameters }
      const behind = placement.behind.get(entry)!
      return nodeIdsOf(entry).map(id => server(id, behind, parameters))
    }),
  ]
}

type Own = Pick<ForwarderSpec, 'id' | 'role' | 'behind' | 'weight' | 'admin'>

function forwarder(own: Own, parameters: ForwarderParameters): ForwarderSpec {
  const { policy, timeout, maxInFlight } = parameters
  const limits = { timeoutMs: timeout, inFlightMax: maxInFlight }
  return { ...own, policy, ...limits, ...retryOf(parameters), ...queueOf(parameters) }
}

function server(id: NodeId, behind: readonly NodeId[], parameters: ServerParameters): ServerSpec {
  const { serviceTime, concurrency, errorRate, weight, backup, admin } = parameters
  const queue = queueOf(parameters)
  return { id, role: 'server', behind, weight, serviceTime, concurrency, ...queue, errorRate, backup, admin }
}
