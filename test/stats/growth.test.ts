import { describe, expect, it } from 'vitest'
import { growthViolations } from '../../src/stats/growth.ts'
import type { NodeCounters } from '../../src/stats/reports.ts'
import { addNodeCounts, buryNode, NO_CLIENT_COUNTS, NO_NODE_COUNTS } from '../../src/stats/totals.ts'
import { textOf } from '../../src/stats/violation.ts'
import { upstreamCounts } from '../support/stats.ts'

const before: NodeCounters = {
  ...NO_NODE_COUNTS,
  received: 9,
  fromClients: 2,
  receivedFrom: { lb: 7 },
  answered: 5,
  failed: 1,
  inFlight: 3,
  failedBy: { timeout: 1 },
  connections: 4,
  upstreams: [upstreamCounts('a', { picked: 9, answered: 5, failed: 1, inFlight: 3 })],
  latency: [10, 2, 40, 3],
}
const told = (after: NodeCounters) => growthViolations('proxy-1', before, after).map(textOf)

describe('the law of growth', () => {
  it('holds for equal accounts, larger ones, and gauges that fall', () => {
    expect(told(before)).toEqual([])
    expect(told({ ...before, inFlight: 0, connections: 1, answered: 8, latency: [10, 2, 40, 5, 41, 1] })).toEqual([])
  })

  it('holds over the death of a life and the next one', () => {
    expect(told(buryNode(before))).toEqual([])
    expect(told(addNodeCounts(buryNode(before), { ...before, received: 10 }))).toEqual([])
  })

  it.each<[string, Partial<NodeCounters>, string]>([
    ['a count', { received: 8 }, 'received from 9 to 8'],
    ['a reason', { failedBy: { unavailable: 1 } }, 'failedBy timeout from 1 to 0'],
    ['a sender', { receivedFrom: { lb: 6 } }, 'receivedFrom lb from 7 to 6'],
    ['an edge', { upstreams: [upstreamCounts('a', { picked: 9, answered: 4, failed: 2 })] }, 'a answered from 5 to 4'],
    ['an account of an edge', { upstreams: [] }, 'the account of a is gone'],
    ['a bucket of times', { latency: [10, 2, 40, 2] }, 'times in bucket 40 from 3 to 2'],
  ])('reports %s that fell', (_, change, fall) => {
    expect(told({ ...before, ...change })).toEqual([`proxy-1: counts fell: ${fall}`])
  })

  it('reports all that fell as one, and clients as well', () => {
    const clients = { ...NO_CLIENT_COUNTS, sent: 5, answered: 4 }

    expect(growthViolations('built-in clients', clients, NO_CLIENT_COUNTS).map(textOf)).toEqual([
      'built-in clients: counts fell: sent from 5 to 0, answered from 4 to 0',
    ])
    expect(told(NO_NODE_COUNTS).length).toBe(1)
  })
})
