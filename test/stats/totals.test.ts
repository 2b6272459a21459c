import { describe, expect, it } from 'vitest'
import { Histogram } from '../../src/stats/histogram.ts'
import { nodeViolations } from '../../src/stats/laws.ts'
import type { ClientCounters, NodeCounters } from '../../src/stats/reports.ts'
import {
  addClientCounts,
  addNodeCounts,
  addUpstreams,
  buryClient,
  buryNode,
  NO_CLIENT_COUNTS,
  NO_NODE_COUNTS,
} from '../../src/stats/totals.ts'
import { nodeStats, upstreamCounts } from '../support/stats.ts'

function latencyOf(...valuesMs: number[]): number[] {
  const histogram = new Histogram()
  for (const value of valuesMs) histogram.record(value)
  return histogram.sparse()
}

const life: NodeCounters = {
  received: 100,
  fromClients: 6,
  receivedFrom: { lb: 94 },
  answered: 80,
  failed: 9,
  rejected: 4,
  retried: 2,
  inFlight: 7,
  failedBy: { timeout: 5, unavailable: 4 },
  rejectedBy: { overload: 4 },
  late: 1,
  connections: 3,
  protocolErrors: 1,
  stalledConnections: 2,
  droppedConnections: 3,
  queued: 0,
  panic: false,
  upstreams: [
    upstreamCounts('a', { picked: 60, answered: 50, failed: 6, unconfirmed: 2, inFlight: 4 }),
    upstreamCounts('b', { picked: 35, answered: 30, failed: 2, unconfirmed: 1, inFlight: 3 }),
  ],
  latency: latencyOf(1, 2, 3),
}

const next: NodeCounters = {
  ...NO_NODE_COUNTS,
  received: 10,
  receivedFrom: { lb: 7, other: 3 },
  answered: 8,
  failed: 2,
  failedBy: { timeout: 1, application: 1 },
  connections: 2,
  upstreams: [
    upstreamCounts('c', { picked: 4, answered: 4 }),
    upstreamCounts('b', { picked: 6, answered: 4, failed: 2, unconfirmed: 1, health: 'unhealthy' }),
  ],
  latency: latencyOf(2, 9),
}

const lawsOf = (counts: NodeCounters) => {
  const { connections, latency, ...rest } = counts
  return nodeViolations(nodeStats('n', { role: 'proxy', ...rest }))
}

describe("a node's total", () => {
  it('is the sum of two lives; connections are those of the present one', () => {
    expect(addNodeCounts(life, next)).toEqual({
      received: 110,
      fromClients: 6,
      receivedFrom: { lb: 101, other: 3 },
      answered: 88,
      failed: 11,
      rejected: 4,
      retried: 2,
      inFlight: 7,
      failedBy: { timeout: 6, unavailable: 4, application: 1 },
      rejectedBy: { overload: 4 },
      late: 1,
      connections: 2,
      protocolErrors: 1,
      stalledConnections: 2,
      droppedConnections: 3,
      queued: 0,
      panic: false,
      upstreams: [
        upstreamCounts('a', { picked: 60, answered: 50, failed: 6, unconfirmed: 2, inFlight: 4 }),
        upstreamCounts('b', { picked: 41, answered: 34, failed: 4, unconfirmed: 2, inFlight: 3, health: 'unhealthy' }),
        upstreamCounts('c', { picked: 4, answered: 4 }),
      ],
      latency: latencyOf(1, 2, 2, 3, 9),
    })
  })

  it('is the life itself where there was none before, and after one that counted nothing', () => {
    expect(addNodeCounts(NO_NODE_COUNTS, life)).toEqual(life)
    expect(addNodeCounts(life, NO_NODE_COUNTS)).toEqual({ ...life, connections: 0 })
  })

  it('changes none of the two that it adds', () => {
    const [a, b] = [structuredClone(life), structuredClone(next)]

    addNodeCounts(a, b)

    expect([a, b]).toEqual([life, next])
  })

  it('obeys the laws that its lives obey', () => {
    expect([life, next, addNodeCounts(life, next)].flatMap(lawsOf)).toEqual([])
  })
})

describe('a buried node', () => {
  it('has failed what was in flight, for the reason "crashed", on its edges too', () => {
    const buried = buryNode(life)

    expect(buried).toMatchObject({
      received: 100,
      failed: 16,
      failedBy: { timeout: 5, unavailable: 4, crashed: 7 },
      inFlight: 0,
      connections: 0,
      upstreams: [
        { id: 'a', picked: 60, failed: 10, unconfirmed: 6, inFlight: 0, health: 'unknown' },
        { id: 'b', picked: 35, failed: 5, unconfirmed: 4, inFlight: 0, health: 'unknown' },
      ],
    })
    expect(lawsOf(buried)).toEqual([])
    expect(lawsOf(addNodeCounts(buried, next))).toEqual([])
  })

  it('is the same when it is buried twice, and names no crash where nothing was in flight', () => {
    expect(buryNode(buryNode(life))).toEqual(buryNode(life))
    expect(buryNode({ ...life, inFlight: 0 }).failedBy).toEqual(life.failedBy)
  })

  it('counts three crashes as the sum of what each lost', () => {
    const total = [life, life, life].map(buryNode).reduce(addNodeCounts, NO_NODE_COUNTS)

    expect(total).toMatchObject({ received: 300, failed: 48, inFlight: 0, failedBy: { crashed: 21 } })
    expect(lawsOf(total)).toEqual([])
  })
})

describe("the clients' total", () => {
  const counts: ClientCounters = {
    sent: 20,
    answered: 15,
    failed: 2,
    retried: 1,
    pending: 3,
    failedBy: { timeout: 2 },
    late: 1,
    upstreams: [upstreamCounts('lb', { picked: 20, answered: 15, failed: 2, unconfirmed: 2, inFlight: 3 })],
    latency: latencyOf(1),
  }

  it('adds, and buries what was pending', () => {
    expect(addClientCounts(NO_CLIENT_COUNTS, counts)).toEqual(counts)
    expect(addClientCounts(counts, counts)).toMatchObject({
      sent: 40,
      retried: 2,
      pending: 6,
      failedBy: { timeout: 4 },
    })
    expect(addClientCounts(counts, counts).latency).toEqual(latencyOf(1, 1))
    expect(buryClient(counts)).toEqual({
      ...counts,
      failed: 5,
      pending: 0,
      failedBy: { timeout: 2, crashed: 3 },
      upstreams: [upstreamCounts('lb', { picked: 20, answered: 15, failed: 5, unconfirmed: 5, health: 'unknown' })],
    })
    expect(buryClient(NO_CLIENT_COUNTS)).toEqual(NO_CLIENT_COUNTS)
  })
})

describe('addUpstreams', () => {
  it('keeps the order in which upstreams first came', () => {
    const ids = (names: string) => [...names].map(id => upstreamCounts(id, { picked: 1 }))

    expect(addUpstreams(ids('ab'), ids('cbd')).map(({ id, picked }) => `${id}${picked}`)).toEqual([
      'a1',
      'b2',
      'c1',
      'd1',
    ])
    expect(addUpstreams([], [])).toEqual([])
  })
})
