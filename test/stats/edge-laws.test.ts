import { describe, expect, it } from 'vitest'
import { type Child, edgeViolations, type Parent } from '../../src/stats/edge-laws.ts'
import type { NodeStats, UpstreamCounters } from '../../src/stats/reports.ts'
import { SENDERS_MAX } from '../../src/stats/senders.ts'
import { CLIENTS, textOf } from '../../src/stats/violation.ts'
import { nodeStats, upstreamCounts } from '../support/stats.ts'

/** Told at this time, and sure of everything until then. */
const toldAt = (ms: number) => ({ latestMs: ms, sureMs: ms })
const LOST = -Infinity

function parent(id: string, edge: Partial<UpstreamCounters>, knowledge = toldAt(10)): Parent {
  return { id, upstreams: [upstreamCounts('server', edge)], ...knowledge }
}

function server(counts: Partial<NodeStats>, knowledge = toldAt(10)): Child {
  return { ...nodeStats('server', counts), ...knowledge }
}

/** 20 sent: 12 answered, 3 failed by the server's word, 2 given up, 3 under way, of which the server has 2. */
const EDGE = { picked: 20, answered: 12, failed: 5, unconfirmed: 2, inFlight: 3 }
const SERVER = { received: 18, receivedFrom: { lb: 18 }, answered: 13, failed: 2, rejected: 1, inFlight: 2 }

describe('the laws of an edge', () => {
  it('hold while requests are under way on it', () => {
    expect(edgeViolations(server(SERVER), [parent('lb', EDGE)])).toEqual([])
  })

  it.each<[string, string, Partial<NodeStats>, Partial<UpstreamCounters>, string]>([
    [
      'a request that was never sent',
      'edge-sent',
      { received: 21, receivedFrom: { lb: 21 } },
      {},
      'lb -> server: sent 20, but server received 21 from it',
    ],
    [
      'a request that ended by the word of a child that does not know it',
      'edge-received',
      { receivedFrom: { lb: 14 } },
      {},
      'lb -> server: 15 ended by the word of server, but that received 14 from it',
    ],
    [
      'an answer that was never given',
      'edge-answered',
      { answered: 11 },
      {},
      'server: its parents saw 12 answers, but it gave 11',
    ],
    [
      'an error that was never given',
      'edge-failed',
      { failed: 1 },
      {},
      'server: its parents saw 3 errors, but it failed 1 and rejected 1',
    ],
  ])('report %s, and only that', (_, law, child, edge, text) => {
    const broken = edgeViolations(server({ ...SERVER, ...child }), [parent('lb', { ...EDGE, ...edge })])

    expect(broken.map(textOf)).toEqual([text])
    expect(broken[0]!.law).toBe(law)
  })

  it('compare only what the one end told before the other', () => {
    const early = server({ receivedFrom: {} }, toldAt(9))
    const ahead = server({ ...SERVER, received: 21, receivedFrom: { lb: 21 } }, toldAt(11))

    // The parent knows more than a child that spoke before it, and less than one that spoke after it.
    expect(edgeViolations(early, [parent('lb', EDGE)])).toEqual([])
    expect(edgeViolations(ahead, [parent('lb', EDGE)])).toEqual([])
    expect(edgeViolations({ ...early, ...toldAt(10) }, [parent('lb', EDGE)]).length).toBe(3)
    expect(edgeViolations({ ...ahead, ...toldAt(10) }, [parent('lb', EDGE)]).length).toBe(1)
  })

  it('allow an end that lost counts to know of less, never of more', () => {
    const shortChild = server({ received: 3, receivedFrom: { lb: 3 } }, { latestMs: 10, sureMs: LOST })
    const shortParent = parent('lb', { picked: 3, answered: 3 }, { latestMs: 10, sureMs: LOST })

    expect(edgeViolations(shortChild, [parent('lb', EDGE)])).toEqual([])
    expect(edgeViolations(server(SERVER), [shortParent])).toEqual([])
    expect(
      edgeViolations({ ...shortChild, received: 21, receivedFrom: { lb: 21 } }, [parent('lb', EDGE)]).map(textOf),
    ).toEqual(['lb -> server: sent 20, but server received 21 from it'])
    expect(
      edgeViolations(server(SERVER), [{ ...shortParent, upstreams: [upstreamCounts('server', { answered: 19 })] }]),
    ).toMatchObject([{ law: 'edge-received' }, { law: 'edge-answered' }])
  })

  it('sum what several parents heard, and take each by itself where it tells what it sent', () => {
    const child = server({ received: 20, receivedFrom: { 'lb-1': 10, 'lb-2': 10 }, answered: 20 })
    const parents = (first: number, second: number) => [
      parent('lb-1', { picked: first, answered: first }),
      parent('lb-2', { picked: second, answered: second }),
    ]

    expect(edgeViolations(child, parents(10, 10))).toEqual([])
    // The same sum, and yet both ends of each edge differ.
    expect(edgeViolations(child, parents(9, 11)).map(({ law, subject }) => `${law} ${subject}`)).toEqual([
      'edge-sent lb-1 -> server',
      'edge-received lb-2 -> server',
    ])
    expect(edgeViolations({ ...child, answered: 19 }, parents(10, 10)).map(({ law }) => law)).toEqual(['edge-answered'])
  })

  it('let strangers send what they like, under whatever name', () => {
    const asked = { received: 40, answered: 37, fromClients: 12, receivedFrom: { lb: 18, stranger: 4, constructor: 6 } }

    expect(edgeViolations(server({ ...SERVER, ...asked }), [parent('lb', EDGE)])).toEqual([])
    expect(edgeViolations(server({ ...SERVER, fromClients: 500 }), [parent(CLIENTS, EDGE)])).toEqual([])
    // A node that has no edge to this one: whoever bears its name is somebody else.
    expect(
      edgeViolations(server({ receivedFrom: { proxy: 3 } }), [{ id: 'proxy', upstreams: [], ...toldAt(10) }]),
    ).toEqual([])
  })

  it('do not blame a parent whose name came after those of too many strangers', () => {
    const names = Array.from({ length: SENDERS_MAX }, (_, i) => [`stranger-${i}`, 1])
    const child = server({ ...SERVER, received: 400, fromClients: 144, receivedFrom: Object.fromEntries(names) })

    expect(edgeViolations(child, [parent('lb', EDGE)])).toEqual([])
  })

  it("hold the clients' account too: a load balancer knows what ended by its word", () => {
    const lb = server({ ...SERVER, receivedFrom: {}, fromClients: 14 })

    expect(edgeViolations(lb, [parent(CLIENTS, EDGE)]).map(textOf)).toEqual([
      'built-in clients -> server: 15 ended by the word of server, but that received 14 from it',
    ])
  })
})
