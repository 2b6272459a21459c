import { describe, expect, it } from 'vitest'
import type { NodeStats, UpstreamCounters } from '../../src/stats/reports.ts'
import { restViolations } from '../../src/stats/rest-laws.ts'
import { CLIENTS, textOf } from '../../src/stats/violation.ts'
import { clientStats, nodeStats, upstreamCounts } from '../support/stats.ts'

type Changes = Partial<Record<'lb' | 'proxy' | 'server', Partial<NodeStats>>>

/** clients -> lb -> proxy -> server, 100 requests: the server failed 3, and one got lost on the way to it. */
function chain(changes: Changes = {}): NodeStats[] {
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
      ...counts,
      receivedFrom: { lb: 100 },
      failedBy: { application: 3, connectionLost: 1 },
      upstreams: [serverEdge()],
      ...changes.proxy,
    }),
    nodeStats('server', {
      received: 99,
      receivedFrom: { proxy: 99 },
      answered: 96,
      failed: 3,
      failedBy: { application: 3 },
      ...changes.server,
    }),
  ]
}

function serverEdge(counts: Partial<UpstreamCounters> = {}): UpstreamCounters {
  return upstreamCounts('server', { picked: 100, answered: 96, failed: 4, unconfirmed: 1, ...counts })
}

const client = clientStats({
  sent: 100,
  answered: 96,
  failed: 4,
  upstreams: [upstreamCounts('lb', { picked: 100, answered: 96, failed: 4 })],
})

const told = (nodes: readonly NodeStats[], clients = client) => restViolations(nodes, clients).map(textOf)

describe('the laws at rest', () => {
  it('hold for a chain in which one request was lost between two ends', () => {
    expect(told(chain())).toEqual([])
  })

  it('hold where the lost request did arrive, and was answered to nobody', () => {
    expect(told(chain({ server: { received: 100, receivedFrom: { proxy: 100 }, answered: 97 } }))).toEqual([])
  })

  it.each<[string, Changes, Partial<typeof client>, string]>([
    ['something in flight', { server: { inFlight: 1 } }, {}, 'server: 1 in flight after the end'],
    ['something pending', {}, { pending: 2 }, `${CLIENTS}: 2 pending after the end`],
    [
      'a request out of nowhere',
      { proxy: { receivedFrom: { lb: 101 } } },
      {},
      'lb -> proxy: sent 100, but proxy received 101 from it',
    ],
    [
      'a request lost although its parent heard of it',
      { server: { receivedFrom: { proxy: 98 } } },
      {},
      'proxy -> server: 99 ended by the word of server, but that received 98 from it',
    ],
    [
      'an answer that the child never gave',
      { server: { answered: 95 } },
      {},
      'server: its parents saw 96 answers, but it gave 95',
    ],
    [
      'an answer that nobody gave the clients',
      {},
      { upstreams: [upstreamCounts('lb', { picked: 101, answered: 97, failed: 4, unconfirmed: 1 })] },
      'lb: its parents saw 97 answers, but it gave 96',
    ],
    [
      'an answer that reached nobody',
      { proxy: { answered: 97 } },
      {},
      'proxy: it gave 97 answers, but its parents saw 96 and may have missed 0',
    ],
    [
      'an error that reached nobody',
      { proxy: { failed: 3, rejected: 2 } },
      {},
      'proxy: it gave 5 errors, but its parents saw 4 and may have missed 0',
    ],
  ])('report %s, and only that', (_, changes, clients, text) => {
    expect(told(chain(changes), { ...client, ...clients })).toEqual([text])
  })

  it('report servers that received more than came in', () => {
    const [lb, proxy, server] = chain() as [NodeStats, NodeStats, NodeStats]
    const twice = { ...server, id: 'server-2', receivedFrom: { proxy: 99 } }
    const doubled = { ...proxy, upstreams: [...proxy.upstreams, { ...serverEdge(), id: 'server-2' }] }

    expect(told([lb, doubled, server, twice])).toEqual([
      'all nodes: servers received 198, but 100 came in and 0 were sent again',
    ])
    expect(told([lb, { ...doubled, retried: 98 }, server, twice])).toEqual([])
  })

  it('hold where a stranger sends to a server directly, by no name or one of its own', () => {
    const strangers = { received: 104, fromClients: 2, receivedFrom: { proxy: 99, stranger: 3 }, answered: 101 }

    expect(told(chain({ server: strangers }))).toEqual([])
    expect(told(chain({ server: { ...strangers, answered: 103 } }))).toEqual([
      'server: it gave 103 answers, but its parents saw 96 and may have missed 6',
    ])
  })

  it('hold where a load balancer became a server, with all that it had passed on', () => {
    expect(told(chain({ lb: { role: 'server' } }))).toEqual([])
  })

  it('allow a child that lost counts to know of less, never of more', () => {
    const lost = { received: 60, receivedFrom: { proxy: 60 }, answered: 50, approximate: true }

    expect(told(chain({ server: lost }))).toEqual([])
    expect(told(chain({ server: { ...lost, received: 101, receivedFrom: { proxy: 101 } } }))).toEqual([
      'proxy -> server: sent 100, but server received 101 from it',
    ])
  })

  it('allow a parent that lost counts to know of less, never of more', () => {
    const withProxy = (edge: Partial<UpstreamCounters>) =>
      chain({ proxy: { approximate: true, upstreams: [serverEdge(edge)] } })

    expect(told(withProxy({ picked: 50, answered: 48, failed: 2 }))).toEqual([])
    expect(told(withProxy({ picked: 120, answered: 96, failed: 24, unconfirmed: 20 }))).toEqual([
      'proxy -> server: 100 ended by the word of server, but that received 99 from it',
      'server: its parents saw 4 errors, but it failed 3 and rejected 0',
    ])
  })
})
