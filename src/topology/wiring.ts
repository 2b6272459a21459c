/** What of a topology the process of one node gets to know: itself, and whom it sends to. */
import { socketPathOf } from './socket-path.ts'
import type { ClientWiring, NodeId, NodeSpec, Topology, UpstreamSpec, Wiring } from './types.ts'

/** Upstreams are the nodes that stand behind this one, proxies before servers, each in the file's order. */
export function wiringOf(topology: Topology, spec: NodeSpec, generationOf: (id: NodeId) => number): Wiring {
  const behind = topology.nodes.filter(node => node.behind.includes(spec.id))
  return {
    spec,
    socket: socketPathOf(topology.socketDir, spec.id),
    generation: generationOf(spec.id),
    upstreams: behind.map(node => upstreamOf(topology, node, generationOf)),
    health: topology.health,
  }
}

/** The same for the built-in clients, which send to every load balancer in turn. */
export function clientWiringOf(topology: Topology, generationOf: (id: NodeId) => number): ClientWiring {
  const loadBalancers = topology.nodes.filter(node => node.role === 'load-balancer')
  return {
    load: topology.load,
    upstreams: loadBalancers.map(node => upstreamOf(topology, node, generationOf)),
    health: topology.health,
  }
}

function upstreamOf(topology: Topology, node: NodeSpec, generationOf: (id: NodeId) => number): UpstreamSpec {
  const { id, weight, admin } = node
  const backup = node.role === 'server' && node.backup
  return { id, socket: socketPathOf(topology.socketDir, id), weight, backup, admin, generation: generationOf(id) }
}
