/** The laws of a whole system at rest: nothing is in flight, and every account that could be told is told. */
import { type Child, edgeViolations, type Parent } from './edge-laws.ts'
import type { ClientAccount, NodeAccount } from './laws.ts'
import { CLIENTS, countOf, sum, type Violation, violation } from './violation.ts'

/** A node's account over all its lives. `approximate`: one of them ended before its last word was told. */
export type RestingNode = NodeAccount & { readonly approximate: boolean; readonly role: string }
export type RestingClients = ClientAccount & { readonly approximate: boolean }

export function restViolations(nodes: readonly RestingNode[], client: RestingClients): Violation[] {
  const parents: Parent[] = [
    { id: CLIENTS, upstreams: client.upstreams, ...knowledgeOf(client) },
    ...nodes.map(node => ({ ...node, ...knowledgeOf(node) })),
  ]
  return [
    ...nodes.flatMap(({ id, inFlight }) =>
      inFlight === 0 ? [] : violation('rest', id, `${inFlight} in flight after the end`),
    ),
    ...(client.pending === 0 ? [] : [violation('rest', CLIENTS, `${client.pending} pending after the end`)]),
    ...nodes.flatMap(node => edgeViolations({ ...node, ...knowledgeOf(node) }, parents)),
    ...nodes.flatMap(node => unheard({ ...node, ...knowledgeOf(node) }, parents)),
    ...amplification(nodes),
  ]
}

/** No time matters any more but whether everything is known. */
function knowledgeOf({ approximate }: { readonly approximate: boolean }) {
  return { latestMs: 0, sureMs: approximate ? -Infinity : Infinity }
}

/**
 * What a child said, its parents heard, but for what they had given up by then and what strangers asked for. What
 * strangers sent is what is left of the received without those that parents know to have arrived.
 */
function unheard(child: Child, parents: readonly Parent[]): Violation[] {
  const { id, received } = child
  if (child.sureMs === -Infinity || parents.some(parent => parent.sureMs === -Infinity)) return []
  const edges = parents.flatMap(parent => parent.upstreams.filter(edge => edge.id === id))
  const over = (key: 'picked' | 'answered' | 'failed' | 'unconfirmed') => sum(edges.map(edge => edge[key]))
  const unconfirmed = over('unconfirmed')
  const mayBeUnheard = unconfirmed + received - (over('picked') - unconfirmed)
  const found: Violation[] = []
  const atMost = (law: string, said: number, heard: number, what: string) => {
    if (said > heard + mayBeUnheard) {
      const sentence = `it gave ${said} ${what}, but its parents saw ${heard} and may have missed ${mayBeUnheard}`
      found.push(violation(law, id, sentence))
    }
  }
  atMost('heard-answers', child.answered, over('answered'), 'answers')
  atMost('heard-errors', child.failed + child.rejected, over('failed') - unconfirmed, 'errors')
  return found
}

/** What reaches servers came in from outside, or was sent again: nothing multiplies on its way. */
function amplification(nodes: readonly RestingNode[]): Violation[] {
  // Of a node that changed its role it is not known what it received as what.
  const isMixed = nodes.some(({ role, upstreams }) => role === 'server' && upstreams.length > 0)
  if (isMixed || nodes.some(({ approximate }) => approximate)) return []
  const served = sum(nodes.filter(({ role }) => role === 'server').map(({ received }) => received))
  const retried = sum(nodes.map(node => node.retried))
  const entered = sum(nodes.map(node => node.received - sum(nodes.map(({ id }) => countOf(node.receivedFrom, id)))))
  if (served <= entered + retried) return []
  const sentence = `servers received ${served}, but ${entered} came in and ${retried} were sent again`
  return [violation('amplification', 'all nodes', sentence)]
}
