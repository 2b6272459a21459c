/**
 * The conservation laws: what the counters must satisfy whatever happened, as code over plain data. Each broken one is
 * a sentence. `NodeStats` sums a node's lives; where one ended before it told its last counts (`approximate`), its own
 * laws still hold, since each account is whole, but its parents may have sent more than it knows of.
 */
import type { ClientStats, NodeStats } from './reports.ts'

/** The laws of one node's account, true at any instant. */
export function nodeViolations(node: NodeStats): string[] {
  const { id, received, answered, failed, rejected, inFlight } = node
  const broken: string[] = []
  const ended = answered + failed + rejected + inFlight
  if (received !== ended) {
    broken.push(
      `${id}: received ${received}, but answered ${answered} + failed ${failed} + rejected ${rejected} + in flight ${inFlight} = ${ended}`,
    )
  }
  if (inFlight < 0) broken.push(`${id}: ${inFlight} in flight`)
  if (sumOf(node.failedBy) !== failed)
    broken.push(`${id}: failed ${failed}, but its reasons sum to ${sumOf(node.failedBy)}`)
  if (sumOf(node.rejectedBy) !== rejected) {
    broken.push(`${id}: rejected ${rejected}, but its reasons sum to ${sumOf(node.rejectedBy)}`)
  }
  return [...broken, ...upstreamViolations(node)]
}

function upstreamViolations(node: NodeStats): string[] {
  const broken: string[] = []
  for (const edge of node.upstreams) {
    const ended = edge.answered + edge.failed + edge.inFlight
    if (edge.picked !== ended) {
      broken.push(
        `${node.id} -> ${edge.id}: picked ${edge.picked}, but answered ${edge.answered} + failed ${edge.failed} + in flight ${edge.inFlight} = ${ended}`,
      )
    }
  }
  const picked = node.upstreams.reduce((sum, edge) => sum + edge.picked, 0)
  const attempts = node.received - node.rejected + node.retried
  if (node.role !== 'server' && picked > attempts) {
    broken.push(`${node.id}: ${picked} attempts for ${attempts} accepted and retried`)
  }
  return broken
}

/** `sent = answered + failed + pending`, at any instant. */
export function clientViolations(client: ClientStats): string[] {
  const { sent, answered, failed, pending } = client
  const ended = answered + failed + pending
  const broken: string[] = []
  if (sent !== ended)
    broken.push(`clients: sent ${sent}, but answered ${answered} + failed ${failed} + pending ${pending} = ${ended}`)
  if (sumOf(client.failedBy) !== failed)
    broken.push(`clients: failed ${failed}, but its reasons sum to ${sumOf(client.failedBy)}`)
  return broken
}

/**
 * The laws between nodes, true when nothing is in flight: each edge carried as much as its two ends say, nothing was
 * answered twice on the way. An end that lost counts (`approximate`) may know of less, never of more.
 */
export function quiescenceViolations(nodes: readonly NodeStats[], client: ClientStats): string[] {
  const broken: string[] = []
  for (const node of nodes) {
    if (node.inFlight !== 0) broken.push(`${node.id}: ${node.inFlight} in flight after the end`)
    if (node.role !== 'load-balancer') broken.push(...edgeViolations(node, nodes))
  }
  if (client.pending !== 0) broken.push(`clients: ${client.pending} pending after the end`)
  // Not the load balancers alone: a node may have been one before an edit.
  const entries = nodes.filter(node => node.fromClients > 0)
  const answered = entries.reduce((sum, node) => sum + node.answered, 0)
  if (client.answered > answered && !nodes.some(node => node.approximate)) {
    broken.push(`clients: ${client.answered} answered, but the nodes that they sent to answered ${answered}`)
  }
  return broken
}

function edgeViolations(child: NodeStats, nodes: readonly NodeStats[]): string[] {
  const parents = nodes.filter(node => node.upstreams.some(edge => edge.id === child.id))
  const edges = parents.flatMap(parent => parent.upstreams.filter(edge => edge.id === child.id))
  const picked = edges.reduce((sum, edge) => sum + edge.picked, 0)
  const answered = edges.reduce((sum, edge) => sum + edge.answered, 0)
  const unconfirmed = edges.reduce((sum, edge) => sum + edge.unconfirmed, 0)
  const parentsKnowAll = !parents.some(parent => parent.approximate)
  const received = child.received - child.fromClients
  const broken: string[] = []
  if (received > picked && parentsKnowAll) {
    broken.push(`${child.id}: received ${received} from nodes, but its parents sent ${picked}`)
  }
  if (received + unconfirmed < picked && !child.approximate) {
    broken.push(
      `${child.id}: its parents sent ${picked}, ${unconfirmed} of them without a word back, but it received ${received}`,
    )
  }
  if (answered > child.answered && !child.approximate) {
    broken.push(`${child.id}: its parents saw ${answered} answers, but it gave ${child.answered}`)
  }
  return broken
}

function sumOf(reasons: Readonly<Record<string, number>>): number {
  return Object.values(reasons).reduce((sum, count) => sum + count, 0)
}
