/** The topology that is measured, and where in it each path begins. */
import { parse } from '../topology/parse.ts'
import { socketPathOf } from '../topology/socket-path.ts'
import type { ClientWiring, NodeId, Topology, UpstreamSpec } from '../topology/types.ts'
import type { PathName } from './bench-result.ts'

/** A measured path, and the node that its client connects to. */
export interface HopPathSpec extends PathName {
  readonly entry: NodeId
}

/** All in one topology, so that none is measured with fewer processes around it than another. */
export const HOP_PATHS: readonly HopPathSpec[] = [
  { path: '1 hop: server', hops: 1, entry: 'server-1' },
  { path: '2 hops: proxy, server', hops: 2, entry: 'proxy-1' },
  { path: '3 hops: lb, proxy, server', hops: 3, entry: 'lb' },
]

export const PAYLOAD_BYTES = 64

/**
 * Sockets in the folder that the fleet runs in, which is made for it; built-in clients that send nothing. Its nodes are
 * told to keep their counts to themselves (bench.ts), which are their signs of life too: nobody is given up for silence.
 */
const TOPOLOGY = {
  socketDir: '.',
  loadBalancers: [{ id: 'lb' }],
  proxies: [{ id: 'proxy-1' }, { id: 'proxy-2' }],
  servers: [
    { id: 'server-1', behind: 'proxy-1' },
    { id: 'server-2', behind: 'proxy-1' },
    { id: 'server-3', behind: 'proxy-1' },
    { id: 'server-4', behind: 'proxy-2' },
    { id: 'server-5', behind: 'proxy-2' },
    { id: 'server-6', behind: 'proxy-2' },
  ],
  load: { rate: 0, connections: 1, payloadBytes: PAYLOAD_BYTES },
  restart: { heartbeatTimeout: '24h' },
  shutdown: { drainTimeout: '2s' },
}

/** One load balancer, two proxies, three servers behind each. */
export function benchTopology(): Topology {
  const result = parse(JSON.stringify(TOPOLOGY))
  if (!result.ok) throw new Error(`the topology of the benchmark does not parse: ${result.problems[0].message}`)
  return result.topology
}

/** The wiring of a client with one connection, to the given node and no other. */
export function wiringTo(topology: Topology, entry: NodeId): ClientWiring {
  const socket = socketPathOf(topology.socketDir, entry)
  const upstream: UpstreamSpec = { id: entry, socket, weight: 1, backup: false, admin: 'ready', generation: 1 }
  return { load: topology.load, health: topology.health, upstreams: [upstream] }
}
