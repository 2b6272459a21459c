import { describe, expect, it } from 'vitest'
import { clientViolations, nodeViolations, quiescenceViolations } from '../../src/stats/laws.ts'
import type { NodeStats } from '../../src/stats/reports.ts'
import { clientStats, nodeStats, upstreamCounts } from '../support/stats.ts'

/** A forwarder in the middle of its work: 100 received, every way to end among them. */
function busyForwarder(counts: Partial<NodeStats> = {}): NodeStats {
  return nodeStats('lb', {
    role: 'load-balancer',
    received: 100,
    answered: 80,
    failed: 9,
    rejected: 4,
    inFlight: 7,
    retried: 3,
    failedBy: { timeout: 5, unavailable: 4 },
    rejectedBy: { overload: 4 },
    upstreams: [
      upstreamCounts('server-1', { picked: 60, answered: 50, failed: 6, unconfirmed: 2, inFlight: 4 }),
      upstreamCounts('server-2', { picked: 35, answered: 30, failed: 2, unconfirmed: 1, inFlight: 3 }),
    ],
    ...counts,
  })
}

const busyUpstreams = busyForwarder().upstreams

describe("a node's laws", () => {
  it('hold for a consistent account, for an empty one, and for a server', () => {
    expect(nodeViolations(busyForwarder())).toEqual([])
    expect(nodeViolations(nodeStats('server-1'))).toEqual([])
    expect(nodeViolations(nodeStats('server-1', { received: 3, answered: 2, inFlight: 1 }))).toEqual([])
  })

  it.each<[string, Partial<NodeStats>, string[]]>([
    [
      'one received too many',
      { received: 101 },
      ['lb: received 101, but answered 80 + failed 9 + rejected 4 + in flight 7 = 100'],
    ],
    [
      'one answered twice',
      { answered: 81 },
      ['lb: received 100, but answered 81 + failed 9 + rejected 4 + in flight 7 = 101'],
    ],
    ['a negative number in flight', { inFlight: -1, answered: 88 }, ['lb: -1 in flight']],
    [
      'a failure without a reason',
      { failedBy: { timeout: 5, unavailable: 3 } },
      ['lb: failed 9, but its reasons sum to 8'],
    ],
    [
      'a rejection with two reasons',
      { rejectedBy: { overload: 4, draining: 1 } },
      ['lb: rejected 4, but its reasons sum to 5'],
    ],
    [
      'one picked that never ended',
      { upstreams: [{ ...busyUpstreams[0]!, picked: 61 }, busyUpstreams[1]!] },
      ['lb -> server-1: picked 61, but answered 50 + failed 6 + in flight 4 = 60'],
    ],
    [
      'one picked that ended twice',
      { upstreams: [busyUpstreams[0]!, { ...busyUpstreams[1]!, failed: 3 }] },
      ['lb -> server-2: picked 35, but answered 30 + failed 3 + in flight 3 = 36'],
    ],
    [
      'more attempts than were accepted and retried',
      { upstreams: [{ ...busyUpstreams[0]!, picked: 65, answered: 55 }, busyUpstreams[1]!] },
      ['lb: 100 attempts for 99 accepted and retried'],
    ],
  ])('report %s, and only that', (_, counts, sentences) => {
    expect(nodeViolations(busyForwarder(counts))).toEqual(sentences)
  })
})

describe("the clients' laws", () => {
  const consistent = { sent: 50, answered: 40, failed: 6, pending: 4, failedBy: { timeout: 6 } }

  it('hold for a consistent account', () => {
    expect(clientViolations(clientStats(consistent))).toEqual([])
    expect(clientViolations(clientStats())).toEqual([])
  })

  it.each([
    ['one sent too many', { sent: 51 }, 'clients: sent 51, but answered 40 + failed 6 + pending 4 = 50'],
    ['a failure without a reason', { failedBy: { timeout: 5 } }, 'clients: failed 6, but its reasons sum to 5'],
  ])('report %s, and only that', (_, counts, sentence) => {
    expect(clientViolations(clientStats({ ...consistent, ...counts }))).toEqual([sentence])
  })
})

describe('the laws at rest', () => {
  /** lb -> proxy -> server, 100 requests, of which the server failed 3 and one got lost on the way to it. */
  function chain(changes: Partial<Record<'lb' | 'proxy' | 'server', Partial<NodeStats>>> = {}): NodeStats[] {
    const counts = { received: 100, answered: 96, failed: 4 }
    return [
      nodeStats('lb', {
        role: 'load-balancer',
        ...counts,
        failedBy: { application: 4 },
        upstreams: [upstreamCounts('proxy', { picked: 100, answered: 96, failed: 4 })],
        ...changes.lb,
      }),
      nodeStats('proxy', {
        role: 'proxy',
        behind: ['lb'],
        ...counts,
        failedBy: { application: 3, connectionLost: 1 },
        upstreams: [upstreamCounts('server', { picked: 100, answered: 96, failed: 4, unconfirmed: 1 })],
        ...changes.proxy,
      }),
      nodeStats('server', {
        behind: ['proxy'],
        received: 99,
        answered: 96,
        failed: 3,
        failedBy: { application: 3 },
        ...changes.server,
      }),
    ]
  }
  const client = clientStats({ sent: 100, answered: 96, failed: 4, failedBy: { application: 4 } })

  it('hold for a chain in which one request was lost between two ends', () => {
    expect(chain().flatMap(nodeViolations)).toEqual([])
    expect(quiescenceViolations(chain(), client)).toEqual([])
  })

  it('hold where the lost request did arrive', () => {
    const nodes = chain({ server: { received: 100, answered: 97 } })

    expect(quiescenceViolations(nodes, client)).toEqual([])
  })

  it.each<[string, Parameters<typeof chain>[0], Partial<typeof client>, string]>([
    ['something in flight', { server: { inFlight: 1 } }, {}, 'server: 1 in flight after the end'],
    ['something pending', {}, { pending: 2 }, 'clients: 2 pending after the end'],
    [
      'an answer that no load balancer gave',
      {},
      { answered: 97 },
      'clients: 97 answered, but the nodes that they sent to answered 96',
    ],
    [
      'a request out of nowhere',
      { server: { received: 101 } },
      {},
      'server: received 101 from nodes, but its parents sent 100',
    ],
    [
      'a request lost although its parent heard of it',
      { server: { received: 98 } },
      {},
      'server: its parents sent 100, 1 of them without a word back, but it received 98',
    ],
    [
      'an answer that the child never gave',
      { server: { answered: 95 } },
      {},
      'server: its parents saw 96 answers, but it gave 95',
    ],
  ])('report %s, and only that', (_, changes, clientCounts, sentence) => {
    expect(quiescenceViolations(chain(changes), { ...client, ...clientCounts })).toEqual([sentence])
  })

  it('hold where a stranger sends to a server directly, and where a load balancer became a server', () => {
    const nodes = chain({
      lb: { role: 'server', fromClients: 100 },
      server: { received: 104, fromClients: 5, answered: 101 },
    })

    expect(
      quiescenceViolations([...nodes, nodeStats('other', { role: 'load-balancer' })], { ...client, answered: 96 }),
    ).toEqual([])
  })

  it('allow a child that lost counts to know of less, never of more', () => {
    const lost = { received: 60, answered: 50, approximate: true }

    expect(quiescenceViolations(chain({ server: lost }), client)).toEqual([])
    expect(quiescenceViolations(chain({ server: { ...lost, received: 101 } }), client)).toEqual([
      'server: received 101 from nodes, but its parents sent 100',
    ])
  })

  it('allow a parent that lost counts to know of less, never of more', () => {
    const edge = (picked: number) => [upstreamCounts('server', { picked, answered: Math.min(picked, 96) })]
    const withProxy = (picked: number) => chain({ proxy: { approximate: true, upstreams: edge(picked) } })

    expect(quiescenceViolations(withProxy(50), client)).toEqual([])
    expect(quiescenceViolations(withProxy(120), client)).toEqual([
      'server: its parents sent 120, 0 of them without a word back, but it received 99',
    ])
  })

  it('sum over the parents of a child', () => {
    const parents = ['lb-1', 'lb-2'].map(id =>
      nodeStats(id, {
        role: 'load-balancer',
        received: 50,
        answered: 50,
        upstreams: [upstreamCounts('server', { picked: 50, answered: 50 })],
      }),
    )
    const server = (received: number) => nodeStats('server', { received, answered: received })
    const clients = clientStats({ sent: 100, answered: 100 })

    expect(quiescenceViolations([...parents, server(100)], clients)).toEqual([])
    expect(quiescenceViolations([...parents, server(101)], clients).length).toBe(1)
    expect(quiescenceViolations([...parents, server(99)], clients).length).toBe(2)
  })
})
