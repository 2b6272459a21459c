/**
 * The conservation laws of one account: what its counters satisfy at every instant, whatever happened. They hold for
 * one life, since a life counts synchronously and tells all of its counters at once; and for the sum over all lives of
 * a node, in whatever roles, since each law is a sum itself and burying a life (`totals.ts`) keeps it. What holds
 * between the two ends of an edge is in `edge-laws.ts`.
 */
import type { Role } from '../topology/types.ts'
import type { ClientCounters, NodeCounters, RequestCounts, UpstreamCounters } from './reports.ts'
import { CLIENTS, sum, type Violation, violation } from './violation.ts'

const NODE_COUNTS = [
  'received',
  'fromClients',
  'answered',
  'failed',
  'rejected',
  'retried',
  'inFlight',
  'late',
] as const
const CLIENT_COUNTS = ['sent', 'answered', 'failed', 'retried', 'pending', 'late'] as const
const EDGE_COUNTS = ['picked', 'answered', 'failed', 'unconfirmed', 'inFlight'] as const

/** The parts of an account that laws speak of; life's and sum's alike. */
export interface NodeAccount extends RequestCounts {
  readonly id: string
  readonly upstreams: readonly UpstreamCounters[]
}
export type ClientAccount = Omit<ClientCounters, 'latency'>

/** The laws of a node's account. */
export function nodeViolations(node: NodeAccount): Violation[] {
  const { id, received, answered, failed, rejected, inFlight, fromClients } = node
  const broken = wholeNumbers(id, node, NODE_COUNTS)
  const ended = answered + failed + rejected + inFlight
  if (received !== ended) {
    const parts = `answered ${answered} + failed ${failed} + rejected ${rejected} + in flight ${inFlight}`
    broken.push(violation('received', id, `received ${received}, but ${parts} = ${ended}`))
  }
  const fromNodes = sum(Object.values(node.receivedFrom))
  if (received !== fromClients + fromNodes) {
    const parts = `${fromClients} came from clients and ${fromNodes} from nodes`
    broken.push(violation('senders', id, `received ${received}, but ${parts}`))
  }
  broken.push(...reasons('failed', id, failed, node.failedBy), ...reasons('rejected', id, rejected, node.rejectedBy))
  return [...broken, ...routingViolations(node)]
}

/** The laws of the clients' account: `sent = answered + failed + pending`. */
export function clientViolations(client: ClientAccount): Violation[] {
  const { sent, answered, failed, pending } = client
  const broken = wholeNumbers(CLIENTS, client, CLIENT_COUNTS)
  const ended = answered + failed + pending
  if (sent !== ended) {
    const parts = `answered ${answered} + failed ${failed} + pending ${pending}`
    broken.push(violation('sent', CLIENTS, `sent ${sent}, but ${parts} = ${ended}`))
  }
  broken.push(...reasons('failed', CLIENTS, failed, client.failedBy))
  const asNode = { ...client, id: CLIENTS, received: sent, rejected: 0, inFlight: pending }
  return [...broken, ...routingViolations(asNode)]
}

/** What one life satisfies besides; its role is that of the life. */
export function lifeViolations(id: string, role: Role, life: NodeCounters): Violation[] {
  const broken = nodeViolations({ ...life, id })
  const timed = timesIn(life.latency)
  if (role === 'server') {
    // A server learns the times of what it answered at once when the turn ends.
    if (timed > life.answered) broken.push(violation('timed', id, `answered ${life.answered}, but timed ${timed}`))
    const attempts = sum(life.upstreams.map(edge => edge.picked)) + life.retried
    if (attempts > 0) broken.push(violation('server', id, `a server, but it sent ${attempts} on`))
    const { queued, inFlight } = life
    if (queued > inFlight) broken.push(violation('queued', id, `${queued} queued, but only ${inFlight} in flight`))
    return broken
  }
  if (timed !== life.answered) broken.push(violation('timed', id, `answered ${life.answered}, but timed ${timed}`))
  return [...broken, ...passedOn(id, life), ...whereabouts(id, life)]
}

export function clientLifeViolations(life: ClientCounters): Violation[] {
  const timed = timesIn(life.latency)
  const broken = clientViolations(life)
  if (timed !== life.answered) broken.push(violation('timed', CLIENTS, `answered ${life.answered}, but timed ${timed}`))
  return [...broken, ...passedOn(CLIENTS, life)]
}

/** Whoever only passes on has no answers of its own. */
function passedOn(id: string, { answered, upstreams }: NodeCounters | ClientCounters): Violation[] {
  const got = sum(upstreams.map(edge => edge.answered))
  return got === answered ? [] : [violation('answers', id, `answered ${answered}, but its upstreams answered ${got}`)]
}

/** What a forwarder holds either waits with it or is sent on. */
function whereabouts(id: string, { inFlight, queued, upstreams }: NodeCounters): Violation[] {
  const sent = sum(upstreams.map(edge => edge.inFlight))
  if (inFlight === queued + sent) return []
  return [violation('queued', id, `${inFlight} in flight, but ${queued} queued + ${sent} at its upstreams`)]
}

type Routing = Pick<
  NodeAccount,
  'id' | 'received' | 'rejected' | 'retried' | 'answered' | 'late' | 'inFlight' | 'upstreams'
>

/** Of requests and the attempts that were made for them. A server makes none: all of these are then 0 <= something. */
function routingViolations(node: Routing): Violation[] {
  const { id, upstreams, answered, inFlight, retried, late } = node
  const over = (key: 'picked' | 'answered' | 'failed' | 'unconfirmed' | 'inFlight') =>
    sum(upstreams.map(edge => edge[key]))
  const accepted = node.received - node.rejected
  const broken = upstreams.flatMap(edge => attemptViolations(id, edge))
  const atMost = (law: string, few: number, many: number, sentence: string) => {
    if (few > many) broken.push(violation(law, id, sentence))
  }
  const picked = over('picked')
  atMost('attempts', picked, accepted + retried, `${picked} attempts for ${accepted} accepted + ${retried} retried`)
  atMost('answers', over('answered'), answered, `answered ${answered}, but its upstreams answered ${over('answered')}`)
  atMost('in-flight', over('inFlight'), inFlight, `${inFlight} in flight, but ${over('inFlight')} at its upstreams`)
  atMost('retries', retried, over('failed'), `retried ${retried}, but only ${over('failed')} attempts failed`)
  atMost('late', late, over('unconfirmed'), `${late} late answers, but it gave up only ${over('unconfirmed')} attempts`)
  return broken
}

/** Each attempt ends once. */
function attemptViolations(id: string, edge: UpstreamCounters): Violation[] {
  const { picked, answered, failed, unconfirmed, inFlight } = edge
  const subject = `${id} -> ${edge.id}`
  const broken = wholeNumbers(subject, edge, EDGE_COUNTS)
  const ended = answered + failed + inFlight
  if (picked !== ended) {
    const parts = `answered ${answered} + failed ${failed} + in flight ${inFlight}`
    broken.push(violation('picked', subject, `picked ${picked}, but ${parts} = ${ended}`))
  }
  if (unconfirmed > failed) {
    broken.push(violation('unconfirmed', subject, `failed ${failed}, but ${unconfirmed} of them unconfirmed`))
  }
  return broken
}

/** No count is negative, broken or beyond what a number can count. */
function wholeNumbers<Name extends string>(
  subject: string,
  account: Readonly<Record<Name, number>>,
  names: readonly Name[],
): Violation[] {
  const wrong = names.filter(name => !(Number.isSafeInteger(account[name]) && account[name] >= 0))
  if (wrong.length === 0) return []
  return [violation('whole', subject, wrong.map(name => `${name} is ${account[name]}`).join(', '))]
}

function reasons(what: string, id: string, total: number, by: Readonly<Record<string, number>>): Violation[] {
  const named = sum(Object.values(by))
  return named === total ? [] : [violation(`${what}-reasons`, id, `${what} ${total}, but its reasons sum to ${named}`)]
}

function timesIn(latency: readonly number[]): number {
  let times = 0
  for (let i = 1; i < latency.length; i += 2) times += latency[i]!
  return times
}
