/** From entries to nodes: replicas expanded, defaults cascaded (the node wins, then `defaults`, then the table). */

import { nodeIdsOf } from './read-entry.ts'
import type { FileValues } from './read-file.ts'
import type { Placement } from './resolve-behind.ts'
import type { ForwarderParameters, ServerParameters } from './shapes.ts'
import { LOAD_BALANCER_DEFAULTS, PROXY_DEFAULTS, SERVER_DEFAULTS } from './shapes.ts'
import type { ForwarderSpec, NodeId, NodeSpec, ServerSpec } from './types.ts'

/** The nodes in the topology's order: load balancers, proxies, servers, each in the file's. */
export function makeNodes({ entries, nodeDefaults }: FileValues, placement: Placement): NodeSpec[] {
  const { loadBalancers, proxies, servers } = entries
  return [
    ...(loadBalancers?.items ?? []).flatMap(entry => {
      const parameters = { ...LOAD_BALANCER_DEFAULTS, ...nodeDefaults.loadBalancer, ...entry.parameters }
      return nodeIdsOf(entry).map(id => forwarder('load-balancer', id, [], 1, parameters))
    }),
    ...(proxies?.items ?? []).flatMap(entry => {
      const parameters = { ...PROXY_DEFAULTS, ...nodeDefaults.proxy, ...entry.parameters }
      const behind = placement.behind.get(entry)!
      return nodeIdsOf(entry).map(id => forwarder('proxy', id, behind, parameters.weight, parameters))
    }),
    ...(servers?.items ?? []).flatMap(entry => {
      const parameters = { ...SERVER_DEFAULTS, ...nodeDefaults.server, ...entry.parameters }
      const behind = placement.behind.get(entry)!
      return nodeIdsOf(entry).map(id => server(id, behind, parameters))
    }),
  ]
}

function forwarder(
  role: ForwarderSpec['role'],
  id: NodeId,
  behind: readonly NodeId[],
  weight: number,
  { policy, timeout, maxInFlight }: ForwarderParameters,
): ForwarderSpec {
  return { id, role, behind, weight, policy, timeoutMs: timeout, inFlightMax: maxInFlight }
}

function server(id: NodeId, behind: readonly NodeId[], parameters: ServerParameters): ServerSpec {
  const { serviceTime, concurrency, queue, errorRate, weight } = parameters
  return { id, role: 'server', behind, weight, serviceTime, concurrency, queueMax: queue, errorRate }
}
