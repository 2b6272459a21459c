import { describe, expect, it } from 'vitest'
import { type Anatomy, anatomyOf } from '../../src/lab/anatomy.ts'
import type { Part } from '../../src/lab/request-parts.ts'
import type { EndedRequest } from '../../src/stats/request-report.ts'
import type { Role, Topology } from '../../src/topology/types.ts'
import { ErrorCode } from '../../src/wire/error-code.ts'
import { Cluster } from '../support/cluster.ts'
import { nineNodes, topologyOf } from '../support/topology.ts'

const roleIn =
  ({ nodes }: Topology) =>
  (id: string): Role =>
    nodes.find(node => node.id === id)!.role

/** A client, a load balancer and a server: 1 ms there, 2 ms back, and the rest as given. */
function request(queueMs: number, serviceMs: number, keys: Partial<EndedRequest> = {}): EndedRequest {
  const outMs = 1 + queueMs + serviceMs
  return {
    id: 1,
    code: 0,
    plannedMs: 0,
    sentMs: 0,
    leftMs: 0,
    endedMs: outMs + 2,
    attempts: [{ node: 'server', code: 0, ms: outMs + 2 }],
    trace: [{ node: 'server', inMs: 1, begunMs: 1 + queueMs, leftMs: 1 + queueMs, outMs, attempts: [] }],
    ...keys,
  }
}

const serverOnly = () => 'server' as const

function partOf({ hops }: Anatomy, hop: number, part: Part) {
  return hops[hop]!.parts.find(each => each.part === part)!
}

describe('the anatomy of requests', () => {
  it('tells of each part of each hop what it takes at the middle, at most, and in the mean', () => {
    const requests = Array.from({ length: 100 }, (_, i) => request(i, 2))
    const anatomy = anatomyOf(requests, serverOnly)

    expect(anatomy).toMatchObject({ requests: 100, failed: 0, cut: 0, moved: 0 })
    expect(anatomy.response).toEqual({ p50Us: 54_000, p99Us: 103_000, meanUs: 54_500 })
    expect(anatomy.hops.map(({ hop, role, nodes, requests }) => [hop, role, nodes, requests])).toEqual([
      [0, 'client', [], 100],
      [1, 'server', ['server'], 100],
    ])
    expect(anatomy.hops.map(({ parts }) => parts.map(({ part }) => part))).toEqual([
      ['queue', 'failed', 'nodeTo'],
      ['socketTo', 'queue', 'service', 'socketBack'],
    ])
    expect(partOf(anatomy, 1, 'queue')).toMatchObject({ p50Us: 49_000, p99Us: 98_000, meanUs: 49_500 })
    expect(partOf(anatomy, 1, 'service')).toMatchObject({ p50Us: 2_000, p99Us: 2_000, meanUs: 2_000 })
  })

  it('tells where the slowest spend their time, and beside them the median ones', () => {
    const fast = Array.from({ length: 980 }, () => request(0, 5))
    const slow = Array.from({ length: 20 }, (_, i) => request(92, i < 10 ? 5 : 7))
    const anatomy = anatomyOf([...fast, ...slow], serverOnly)

    expect(anatomy.median).toEqual({ requests: 980, fromUs: 8_000, toUs: 8_000, meanUs: 8_000 })
    expect(anatomy.tail).toEqual({ requests: 20, fromUs: 100_000, toUs: 102_000, meanUs: 101_000 })
    expect(partOf(anatomy, 1, 'queue')).toMatchObject({
      median: { meanUs: 0, share: 0 },
      tail: { meanUs: 92_000, share: 0.910_98 },
    })
    expect(partOf(anatomy, 1, 'service').median).toEqual({ meanUs: 5_000, share: 0.625 })
  })

  it('has shares that make up the whole, in a topology whose ways differ', () => {
    const topology = topologyOf({
      loadBalancers: [{ id: 'lb', policy: 'random' }],
      proxies: [{ id: 'outer' }, { id: 'inner', behind: 'outer' }],
      servers: [
        { id: 'near', behind: 'outer', serviceTime: { exponential: '2ms' }, concurrency: 1 },
        { id: 'far', behind: 'inner', serviceTime: '3ms' },
        { id: 'further', behind: 'inner', serviceTime: '4ms' },
      ],
    })
    const slowness = () => ({ turn: 0.03, there: 0.05, back: 0.07 })
    const cluster = new Cluster(topology, { isTraced: true, slowness })
    cluster.clock.advance(100)
    for (let i = 0; i < 300; i++) {
      cluster.send()
      cluster.clock.advance(1.5)
    }
    cluster.clock.advance(1_000)
    const anatomy = anatomyOf(cluster.traced, roleIn(topology))
    const parts = anatomy.hops.flatMap(hop => hop.parts)

    expect(anatomy.hops.map(({ hop, role, nodes }) => [hop, role, nodes])).toEqual([
      [0, 'client', []],
      [1, 'load-balancer', ['lb']],
      [2, 'proxy', ['outer']],
      [3, 'proxy', ['inner']],
      [3, 'server', ['near']],
      [4, 'server', ['far', 'further']],
    ])
    expect(anatomy.hops.map(hop => hop.requests)).toEqual([
      300,
      300,
      300,
      ...anatomy.hops.slice(3).map(h => h.requests),
    ])
    expect(anatomy.hops[3]!.requests + anatomy.hops[4]!.requests).toBe(300)
    expect(anatomy.hops[5]!.requests).toBe(anatomy.hops[3]!.requests)
    for (const group of ['median', 'tail'] as const) {
      expect(parts.reduce((sum, part) => sum + part[group].share, 0)).toBeCloseTo(1, 4)
      expect(parts.reduce((sum, part) => sum + part[group].meanUs, 0)).toBeCloseTo(anatomy[group]!.meanUs, 1)
    }
  })

  it('counts apart what failed and what did not tell its whole way', () => {
    const topology = nineNodes()
    const cluster = new Cluster(topology, { isTraced: true })
    cluster.send(6)
    cluster.clock.advance(10)
    const [first, second, third, ...rest] = cluster.traced
    const requests = [{ ...first!, code: ErrorCode.timeout }, { ...second!, trace: [] }, third!, ...rest]
    const cut = { ...third!, trace: third!.trace.slice(1) }

    expect(anatomyOf([...requests, cut], roleIn(topology))).toMatchObject({ requests: 4, failed: 1, cut: 2 })
  })

  it('is of nothing where nothing was told', () => {
    const failed = request(0, 1, { code: ErrorCode.timeout })

    expect(anatomyOf([failed], serverOnly)).toEqual({
      requests: 0,
      failed: 1,
      cut: 0,
      moved: 0,
      response: null,
      untracedP50Us: null,
      median: null,
      tail: null,
      hops: [],
    })
  })

  it('is plain data', () => {
    const anatomy = anatomyOf([request(1, 2)], serverOnly, 12.5)

    expect(JSON.parse(JSON.stringify(anatomy))).toEqual(anatomy)
    expect(anatomy.untracedP50Us).toBe(12.5)
  })
})
