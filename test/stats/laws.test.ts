import { describe, expect, it } from 'vitest'
import { clientLifeViolations, clientViolations, lifeViolations, nodeViolations } from '../../src/stats/laws.ts'
import type { ClientCounters, ClientStats, NodeCounters, NodeStats } from '../../src/stats/reports.ts'
import { NO_CLIENT_COUNTS, NO_NODE_COUNTS } from '../../src/stats/totals.ts'
import { textOf } from '../../src/stats/violation.ts'
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

  it.each<[string, string, Partial<NodeStats>, string]>([
    [
      'one received too many',
      'received',
      { received: 101, fromClients: 101 },
      'lb: received 101, but answered 80 + failed 9 + rejected 4 + in flight 7 = 100',
    ],
    [
      'one answered twice',
      'received',
      { answered: 81 },
      'lb: received 100, but answered 81 + failed 9 + rejected 4 + in flight 7 = 101',
    ],
    [
      'one that nobody sent',
      'senders',
      { fromClients: 90, receivedFrom: { 'proxy-1': 9 } },
      'lb: received 100, but 90 came from clients and 9 from nodes',
    ],
    ['a count below nothing', 'whole', { late: -1 }, 'lb: late is -1'],
    ['half a request', 'whole', { late: 0.5 }, 'lb: late is 0.5'],
    [
      'a failure without a reason',
      'failed-reasons',
      { failedBy: { timeout: 5, unavailable: 3 } },
      'lb: failed 9, but its reasons sum to 8',
    ],
    [
      'a rejection with two reasons',
      'rejected-reasons',
      { rejectedBy: { overload: 4, draining: 1 } },
      'lb: rejected 4, but its reasons sum to 5',
    ],
    [
      'one picked that never ended',
      'picked',
      { upstreams: [{ ...busyUpstreams[0]!, picked: 61 }, busyUpstreams[1]!] },
      'lb -> server-1: picked 61, but answered 50 + failed 6 + in flight 4 = 60',
    ],
    [
      'one picked that ended twice',
      'picked',
      { upstreams: [busyUpstreams[0]!, { ...busyUpstreams[1]!, failed: 3 }] },
      'lb -> server-2: picked 35, but answered 30 + failed 3 + in flight 3 = 36',
    ],
    [
      'more that ended without a word than ended',
      'unconfirmed',
      { upstreams: [busyUpstreams[0]!, { ...busyUpstreams[1]!, unconfirmed: 3 }] },
      'lb -> server-2: failed 2, but 3 of them unconfirmed',
    ],
    [
      'more attempts than were accepted and retried',
      'attempts',
      { upstreams: [{ ...busyUpstreams[0]!, picked: 65, failed: 11 }, busyUpstreams[1]!] },
      'lb: 100 attempts for 96 accepted + 3 retried',
    ],
    [
      'answers that it did not pass on',
      'answers',
      { upstreams: [{ ...busyUpstreams[0]!, picked: 61, answered: 51 }, busyUpstreams[1]!] },
      'lb: answered 80, but its upstreams answered 81',
    ],
    [
      'attempts under way for requests that have ended',
      'in-flight',
      { upstreams: [{ ...busyUpstreams[0]!, picked: 61, inFlight: 5 }, busyUpstreams[1]!] },
      'lb: 7 in flight, but 8 at its upstreams',
    ],
    ['retries of what never failed', 'retries', { retried: 9 }, 'lb: retried 9, but only 8 attempts failed'],
    ['late answers to nothing', 'late', { late: 4 }, 'lb: 4 late answers, but it gave up only 3 attempts'],
  ])('report %s, and only that', (_, law, counts, text) => {
    const broken = nodeViolations(busyForwarder(counts))

    expect(broken.map(textOf)).toEqual([text])
    expect(broken[0]!.law).toBe(law)
  })

  it('hold for a node that was a load balancer and is a server now, or the other way round', () => {
    const { upstreams: _, ...server } = busyForwarder({ role: 'server', retried: 0 })
    const both = { ...busyForwarder(), received: 200, fromClients: 200, answered: 160, failed: 18, rejected: 8 }
    const reasons = { failedBy: { timeout: 10, unavailable: 8 }, rejectedBy: { overload: 8 } }

    expect(nodeViolations({ ...server, upstreams: [] })).toEqual([])
    expect(nodeViolations({ ...both, ...reasons, inFlight: 14 })).toEqual([])
  })
})

describe("one life's laws", () => {
  const server: NodeCounters = { ...NO_NODE_COUNTS, received: 5, fromClients: 5, answered: 5, latency: [3, 2, 9, 2] }
  const proxy: NodeCounters = {
    ...server,
    latency: [3, 5],
    upstreams: [upstreamCounts('s', { picked: 5, answered: 5 })],
  }
  const clients: ClientCounters = {
    ...NO_CLIENT_COUNTS,
    sent: 5,
    answered: 5,
    latency: [3, 5],
    upstreams: [upstreamCounts('lb', { picked: 5, answered: 5 })],
  }

  it('hold for each role; a server may not have timed its last answers yet', () => {
    expect(lifeViolations('s', 'server', server)).toEqual([])
    expect(lifeViolations('p', 'proxy', proxy)).toEqual([])
    expect(clientLifeViolations(clients)).toEqual([])
  })

  it.each([
    ['a server that timed too many', lifeViolations('s', 'server', { ...server, latency: [3, 6] })],
    ['a proxy that timed too few', lifeViolations('s', 'proxy', { ...proxy, latency: [3, 4] })],
    ['clients that timed too few', clientLifeViolations({ ...clients, latency: [] })],
  ])('report %s, and only that', (_, broken) => {
    expect(broken.map(({ law }) => law)).toEqual(['timed'])
  })

  it.each([
    ['a server that sends on', 'server', lifeViolations('s', 'server', { ...proxy, latency: [] })],
    ['a proxy that answers by itself', 'answers', lifeViolations('s', 'proxy', { ...proxy, upstreams: [] })],
    ['clients that answer themselves', 'answers', clientLifeViolations({ ...clients, upstreams: [] })],
    [
      'a proxy that holds a request nowhere',
      'queued',
      lifeViolations('s', 'proxy', { ...proxy, received: 7, fromClients: 7, inFlight: 2, queued: 1 }),
    ],
    [
      'a server that queues what it does not hold',
      'queued',
      lifeViolations('s', 'server', { ...server, received: 6, fromClients: 6, inFlight: 1, queued: 2 }),
    ],
  ])('report %s, and only that', (_, law, broken) => {
    expect(broken.map(violation => violation.law)).toEqual([law])
  })
})

describe("the clients' laws", () => {
  const edge = { picked: 49, answered: 40, failed: 5, unconfirmed: 2, inFlight: 4 }
  const consistent: Partial<ClientStats> = {
    sent: 50,
    answered: 40,
    failed: 6,
    pending: 4,
    failedBy: { timeout: 6 },
    late: 1,
    upstreams: [upstreamCounts('lb', edge)],
  }

  it('hold for a consistent account', () => {
    expect(clientViolations(clientStats(consistent))).toEqual([])
    expect(clientViolations(clientStats())).toEqual([])
    const again = [upstreamCounts('lb', { ...edge, picked: 51, failed: 7, unconfirmed: 4 })]
    expect(clientViolations(clientStats({ ...consistent, retried: 2, upstreams: again }))).toEqual([])
  })

  it.each<[string, Partial<ClientStats>, string]>([
    ['one sent too many', { sent: 51 }, 'sent 51, but answered 40 + failed 6 + pending 4 = 50'],
    ['a failure without a reason', { failedBy: { timeout: 5 } }, 'failed 6, but its reasons sum to 5'],
    ['a count that is none', { late: Number.NaN }, 'late is NaN'],
    ['retries of what never failed', { retried: 6 }, 'retried 6, but only 5 attempts failed'],
    ['late answers to nothing', { late: 3 }, '3 late answers, but it gave up only 2 attempts'],
    [
      'more attempts than were sent',
      { upstreams: [upstreamCounts('lb', { ...edge, picked: 51, failed: 7 })] },
      '51 attempts for 50 accepted + 0 retried',
    ],
  ])('report %s, and only that', (_, counts, sentence) => {
    const broken = clientViolations(clientStats({ ...consistent, ...counts }))

    expect(broken.map(textOf)).toEqual([`built-in clients: ${sentence}`])
  })
})
