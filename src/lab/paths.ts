/** The ways that are measured: floors by name, this system by the node where each begins. */
import { createHash } from 'node:crypto'
import { parse } from '../topology/parse.ts'
import { socketPathOf } from '../topology/socket-path.ts'
import type { ClientWiring, NodeId, Topology, UpstreamSpec } from '../topology/types.ts'
import { clientWiringOf } from '../topology/wiring.ts'
import type { PathName } from './bench-result.ts'
import { FLOOR } from './hop-costs.ts'

/** A measured path. */
export interface PathSpec extends PathName {
  /** The node that a client connects to; null: bare wires. */
  readonly entry: NodeId | null
}

/** All in one topology, so that none is measured with fewer processes around it than another. */
export const HOP_PATHS: readonly PathSpec[] = [
  { path: '1 hop: server', hops: 1, entry: 'server-1' },
  { path: '2 hops: proxy, server', hops: 2, entry: 'proxy-1' },
  { path: '3 hops: lb, proxy, server', hops: 3, entry: 'lb' },
]
export const WHOLE_WAY: PathSpec = HOP_PATHS.at(-1)!

const floor = (path: string): PathSpec => ({ path, hops: 0, entry: null })
export const UNIX_ECHO: PathSpec = floor(FLOOR)
export const TCP_ECHO: PathSpec = floor('tcp echo')
export const PIPE_ECHO: PathSpec = floor('pipe echo')
export const CHANNEL_ECHO: PathSpec = floor('channel echo')
/** Other ways from one process to another and back. */
export const FLOORS: readonly PathSpec[] = [UNIX_ECHO, TCP_ECHO, PIPE_ECHO, CHANNEL_ECHO]
/** As many processes as three hops have, which hand bytes on without looking at them. */
export const PLAIN_PIPES: PathSpec = floor('3 plain pipes')

/** The same path with a connection for each request. */
export function connecting({ path, hops }: PathSpec): PathSpec {
  return { path: `${path}, connecting`, hops, entry: null }
}

/** Requests per second: well below what three hops carry, so that nothing waits but what comes at once. */
export const OPEN_RATE = 2_000

const TOPOLOGY = {
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
  load: { rate: OPEN_RATE, connections: 1 },
}

/** A topology, and whence it is. */
export interface NamedTopology {
  readonly topology: Topology
  readonly name: string
  /** Of its text. */
  readonly hash: string
}

/** The one that is measured where no file is given: one load balancer, two proxies, three servers behind each. */
export function standardTopology(): NamedTopology {
  const text = JSON.stringify(TOPOLOGY)
  const result = parse(text)
  if (!result.ok) throw new Error(`the topology of the benchmark does not parse: ${result.problems[0].message}`)
  return { topology: result.topology, name: 'standard', hash: createHash('sha256').update(text).digest('hex') }
}

/** Longer than any benchmark. */
const HEARTBEAT_TIMEOUT_MS = 86_400_000

/**
 * A topology made fit to be measured: sockets in the folder that the fleet runs in, which is made for it; built-in clients
 * that send nothing. Nodes that are measured keep their counts to themselves (ground.ts), which are their signs of life
 * too: nobody is given up for silence.
 */
export function asMeasured(topology: Topology): Topology {
  const { load, restart } = topology
  return {
    ...topology,
    socketDir: '.',
    load: { ...load, rate: 0 },
    restart: { ...restart, heartbeatTimeoutMs: HEARTBEAT_TIMEOUT_MS },
  }
}

/** What a client sends, and over how many connections to each node that it dials. */
export interface ClientShape {
  readonly connections: number
  readonly payloadBytes: number
}

/** The wiring of a client to the given node and no other, or (null) to every load balancer, as built-in ones have it. */
export function wiringTo(topology: Topology, entry: NodeId | null, shape: ClientShape): ClientWiring {
  const whole = clientWiringOf(topology, () => 1)
  const load = { ...topology.load, ...shape }
  if (entry === null) return { ...whole, load }
  const socket = socketPathOf(topology.socketDir, entry)
  const upstream: UpstreamSpec = { id: entry, socket, weight: 1, backup: false, admin: 'ready', generation: 1 }
  return { ...whole, load, upstreams: [upstream] }
}

/** Links of the longest way that a request can take, the client's own included. */
export function hopsOf({ nodes }: Topology): number {
  const known = new Map<NodeId, number>()
  const linksTo = (id: NodeId): number => {
    const links = known.get(id) ?? 1 + Math.max(0, ...nodes.find(node => node.id === id)!.behind.map(linksTo))
    known.set(id, links)
    return links
  }
  return Math.max(...nodes.map(({ id }) => linksTo(id)))
}
