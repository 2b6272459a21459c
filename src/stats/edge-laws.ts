/**
 * What holds between the two ends of an edge. Accounts of different processes are not of one moment, so each comes with
 * the times of its knowledge on a clock that all processes share: `latestMs`, what happened later is not in it, and
 * `sureMs`, all that happened until then is. A parent counts an attempt before its child can receive it, and a child
 * counts a request, and its end, before its parent can learn of it. So, of two counters that follow each other on the
 * way, the later must not exceed the earlier where the earlier's account is the later told: no order of reports, and no
 * crash, makes that false. With nothing under way and no crash, both ways together are equality.
 */
import type { RequestCounts, UpstreamCounters } from './reports.ts'
import { SENDERS_MAX } from './senders.ts'
import { CLIENTS, countOf, sum, type Violation, violation } from './violation.ts'

export interface Knowledge {
  /** -Infinity: nothing is told yet. */
  readonly latestMs: number
  /** Infinity: until the end; -Infinity: a life ended before its last word, or has not spoken yet. */
  readonly sureMs: number
}

export interface Parent extends Knowledge {
  /** `CLIENTS` for the built-in clients. */
  readonly id: string
  readonly upstreams: readonly UpstreamCounters[]
}

export interface Child extends RequestCounts, Knowledge {
  readonly id: string
}

/** The laws of one edge. To be checked when either end has spoken. */
export function pairViolations(child: Child, parent: Parent, edge: UpstreamCounters): Violation[] {
  const tooFew = parent.latestMs <= child.sureMs ? receivedTooFew(child, parent, edge) : []
  return [...receivedTooMany(child, parent, edge), ...tooFew]
}

/** The laws of all edges to one node. To be checked when the node has spoken: until then none of them is newly known. `parents`: whoever sends or ever sent to it. */
export function edgeViolations(child: Child, parents: readonly Parent[]): Violation[] {
  const edges = parents.flatMap(parent =>
    parent.upstreams.filter(({ id }) => id === child.id).map(edge => ({ parent, edge })),
  )
  const heard = edges.filter(({ parent }) => parent.latestMs <= child.sureMs)
  return [
    ...edges.flatMap(({ parent, edge }) => pairViolations(child, parent, edge)),
    ...saidTooLittle(
      child,
      heard.map(({ edge }) => edge),
    ),
  ]
}

/** A request that its parent never sent. Whoever gives no name may be anybody, so clients have no such bound. */
function receivedTooMany(child: Child, parent: Parent, edge: UpstreamCounters): Violation[] {
  if (parent.id === CLIENTS || child.latestMs > parent.sureMs) return []
  const received = countOf(child.receivedFrom, parent.id)
  if (received <= edge.picked) return []
  return [broken('edge-sent', parent, child, `sent ${edge.picked}, but ${child.id} received ${received} from it`)]
}

/** A request that ended by the child's word, and that the child does not know of. */
function receivedTooFew(child: Child, parent: Parent, edge: UpstreamCounters): Violation[] {
  // With more names than can be parents, some were counted with the clients.
  if (Object.keys(child.receivedFrom).length >= SENDERS_MAX) return []
  const received = parent.id === CLIENTS ? child.fromClients : countOf(child.receivedFrom, parent.id)
  const ended = edge.answered + edge.failed - edge.unconfirmed
  if (received >= ended) return []
  const sentence = `${ended} ended by the word of ${child.id}, but that received ${received} from it`
  return [broken('edge-received', parent, child, sentence)]
}

/** An answer, or an ERROR, that the child never gave. */
function saidTooLittle(child: Child, edges: readonly UpstreamCounters[]): Violation[] {
  const { id, answered, failed, rejected } = child
  const seen = sum(edges.map(edge => edge.answered))
  const errors = sum(edges.map(edge => edge.failed - edge.unconfirmed))
  const found: Violation[] = []
  if (seen > answered)
    found.push(violation('edge-answered', id, `its parents saw ${seen} answers, but it gave ${answered}`))
  if (errors > failed + rejected) {
    const given = `it failed ${failed} and rejected ${rejected}`
    found.push(violation('edge-failed', id, `its parents saw ${errors} errors, but ${given}`))
  }
  return found
}

function broken(law: string, parent: Parent, child: Child, sentence: string): Violation {
  return violation(law, `${parent.id} -> ${child.id}`, sentence)
}
