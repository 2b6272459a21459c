/**
 * A node's counts over all its lives. A life that ends without its last word leaves requests that were in flight when
 * it last spoke: for them the process is the failure (`crashed`), so that the laws hold for the sum as for each life.
 */
import { Histogram } from './histogram.ts'
import type { ClientCounters, NodeCounters, UpstreamCounters } from './reports.ts'

type ByName = Readonly<Record<string, number>>

export const NO_NODE_COUNTS: NodeCounters = {
  received: 0,
  fromClients: 0,
  receivedFrom: {},
  answered: 0,
  failed: 0,
  rejected: 0,
  retried: 0,
  inFlight: 0,
  failedBy: {},
  rejectedBy: {},
  late: 0,
  connections: 0,
  protocolErrors: 0,
  stalledConnections: 0,
  droppedConnections: 0,
  queued: 0,
  panic: false,
  upstreams: [],
  latency: [],
}

export const NO_CLIENT_COUNTS: ClientCounters = {
  sent: 0,
  answered: 0,
  failed: 0,
  retried: 0,
  pending: 0,
  failedBy: {},
  late: 0,
  upstreams: [],
  latency: [],
}

/** The earlier lives' counts and the present one's. */
export function addNodeCounts(a: NodeCounters, b: NodeCounters): NodeCounters {
  return {
    received: a.received + b.received,
    fromClients: a.fromClients + b.fromClients,
    receivedFrom: addByName(a.receivedFrom, b.receivedFrom),
    answered: a.answered + b.answered,
    failed: a.failed + b.failed,
    rejected: a.rejected + b.rejected,
    retried: a.retried + b.retried,
    inFlight: a.inFlight + b.inFlight,
    failedBy: addByName(a.failedBy, b.failedBy),
    rejectedBy: addByName(a.rejectedBy, b.rejectedBy),
    late: a.late + b.late,
    connections: b.connections,
    protocolErrors: a.protocolErrors + b.protocolErrors,
    stalledConnections: a.stalledConnections + b.stalledConnections,
    droppedConnections: a.droppedConnections + b.droppedConnections,
    queued: b.queued,
    panic: b.panic,
    upstreams: addUpstreams(a.upstreams, b.upstreams),
    latency: addSparse(a.latency, b.latency),
  }
}

export function addClientCounts(a: ClientCounters, b: ClientCounters): ClientCounters {
  return {
    sent: a.sent + b.sent,
    answered: a.answered + b.answered,
    failed: a.failed + b.failed,
    retried: a.retried + b.retried,
    pending: a.pending + b.pending,
    failedBy: addByName(a.failedBy, b.failedBy),
    late: a.late + b.late,
    upstreams: addUpstreams(a.upstreams, b.upstreams),
    latency: addSparse(a.latency, b.latency),
  }
}

/** What is left of a node's last account once its process is dead. */
export function buryNode(last: NodeCounters): NodeCounters {
  return {
    ...last,
    failed: last.failed + last.inFlight,
    failedBy: crashed(last.failedBy, last.inFlight),
    inFlight: 0,
    queued: 0,
    panic: false,
    connections: 0,
    upstreams: last.upstreams.map(buryEdge),
  }
}

function buryEdge(edge: UpstreamCounters): UpstreamCounters {
  return {
    ...edge,
    failed: edge.failed + edge.inFlight,
    unconfirmed: edge.unconfirmed + edge.inFlight,
    inFlight: 0,
    health: 'unknown',
    circuit: 'closed',
    ramp: 1,
  }
}

export function buryClient(last: ClientCounters): ClientCounters {
  const { failed, pending } = last
  return {
    ...last,
    failed: failed + pending,
    failedBy: crashed(last.failedBy, pending),
    pending: 0,
    upstreams: last.upstreams.map(buryEdge),
  }
}

function crashed(reasons: ByName, count: number): ByName {
  return count === 0 ? reasons : addByName(reasons, { crashed: count })
}

/** By way of a map: a stranger may call itself `constructor`. */
function addByName(a: ByName, b: ByName): ByName {
  const sum = new Map(Object.entries(a))
  for (const [name, count] of Object.entries(b)) sum.set(name, (sum.get(name) ?? 0) + count)
  return Object.fromEntries(sum)
}

/** One account for each upstream, in the order in which they first came. */
export function addUpstreams(a: readonly UpstreamCounters[], b: readonly UpstreamCounters[]): UpstreamCounters[] {
  const accounts = new Map(a.map(edge => [edge.id, edge]))
  for (const edge of b) {
    const earlier = accounts.get(edge.id)
    accounts.set(edge.id, earlier ? addUpstream(earlier, edge) : edge)
  }
  return [...accounts.values()]
}

/** The later account knows what is now. */
function addUpstream(a: UpstreamCounters, b: UpstreamCounters): UpstreamCounters {
  return {
    id: b.id,
    picked: a.picked + b.picked,
    answered: a.answered + b.answered,
    failed: a.failed + b.failed,
    unconfirmed: a.unconfirmed + b.unconfirmed,
    inFlight: a.inFlight + b.inFlight,
    health: b.health,
    circuit: b.circuit,
    ramp: b.ramp,
    admin: b.admin,
  }
}

function addSparse(a: readonly number[], b: readonly number[]): number[] {
  if (a.length === 0) return [...b]
  const sum = new Histogram()
  sum.add(a)
  sum.add(b)
  return sum.sparse()
}
