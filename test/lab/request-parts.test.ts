/** What the parts of a request's way are, told by whole topologies in virtual time, where every time is known. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeRng, type Rng } from '../../src/base/rng.ts'
import { partsOf, type RequestParts } from '../../src/lab/request-parts.ts'
import type { EndedRequest } from '../../src/stats/request-report.ts'
import type { Topology } from '../../src/topology/types.ts'
import type { TracedHop } from '../../src/wire/trace.ts'
import { Cluster } from '../support/cluster.ts'
import { sized } from '../support/full-size.ts'
import type { Slowness } from '../support/slow-world.ts'
import { topologyOf } from '../support/topology.ts'

/** Sends as many at once, and gives what the answered ones are made of. */
function partsIn(topology: Topology, slowness: Readonly<Record<string, Slowness>>, count = 1): RequestParts[] {
  const cluster = new Cluster(topology, { isTraced: true, slowness: id => slowness[id] ?? {} })
  cluster.clock.advance(100)
  cluster.send(count)
  cluster.clock.advance(1_000)
  return cluster.traced.filter(({ code }) => code === 0).map(request => partsOf(request)!)
}

const sumOf = ({ hops }: RequestParts): number =>
  hops.flatMap(({ us }) => Object.values(us)).reduce((sum, part) => sum + part, 0)

const partsByNode = ({ hops }: RequestParts) => hops.map(({ node, us }) => [node, us])

describe('the parts of a request', () => {
  it('are its way through the sockets, its service, and what each node does in the turns that read and write', () => {
    const topology = topologyOf({
      proxies: [{ id: 'proxy' }],
      servers: [{ id: 'server', behind: 'proxy', serviceTime: '5ms', concurrency: 1 }],
    })
    const slowness = {
      clients: { turn: 0.1, there: 1, back: 2 },
      lb: { turn: 0.25, there: 3, back: 4 },
      proxy: { turn: 0.5, there: 0.7, back: 0.8 },
      server: { turn: 0.125 },
    }
    const [first, second] = partsIn(topology, slowness, 2)

    const way = (queue: number) => [
      [null, { queue: 0, failed: 0, nodeTo: 100 }],
      ['lb', { socketTo: 1_000, queue: 0, failed: 0, nodeTo: 250, nodeBack: 250, socketBack: 2_000 }],
      ['proxy', { socketTo: 3_000, queue: 0, failed: 0, nodeTo: 500, nodeBack: 500, socketBack: 4_000 }],
      ['server', { socketTo: 700, queue, service: 5_125, socketBack: 800 }],
    ]
    expect(partsByNode(first!)).toEqual(way(0))
    expect(partsByNode(second!)).toEqual(way(5_000))
    expect([first!.responseUs, second!.responseUs]).toEqual([18_225, 23_225])
    expect([first!.isMoved, second!.isMoved]).toEqual([false, false])
  })

  it('are the wait for an upstream and for the planned send as well', () => {
    const topology = topologyOf({
      loadBalancers: [{ id: 'lb', maxInFlight: 1 }],
      servers: [{ id: 'server', serviceTime: '30ms' }],
    })
    const cluster = new Cluster(topology, { isTraced: true })
    cluster.clock.advance(50)
    for (const lateMs of [0, 20]) cluster.client.send(50 - lateMs, 50)
    cluster.clock.advance(100)
    const [, second] = cluster.traced.map(request => partsOf(request)!)

    expect(second!.responseUs).toBe(80_000)
    expect(second!.hops.map(({ us }) => us.queue)).toEqual([20_000, 30_000, 0])
  })

  it('are the attempts that failed, apart from the wait before and between them', () => {
    const topology = topologyOf({
      loadBalancers: [{ id: 'lb', attempts: 3, policy: 'first', retryBudget: 1, maxInFlight: 1 }],
      servers: [
        { id: 'server-1', errorRate: 1, serviceTime: '4ms' },
        { id: 'server-2', errorRate: 1, serviceTime: '3ms' },
        { id: 'server-3', serviceTime: '9ms' },
      ],
    })
    const [first, second] = partsIn(topology, { lb: { there: 1, back: 1 } }, 2)

    expect(first!.hops[1]!.us).toMatchObject({ queue: 0, failed: 11_000, nodeTo: 0 })
    expect(second!.hops[1]!.us).toMatchObject({ queue: 22_000, failed: 11_000, nodeTo: 0 })
    expect(second!.hops[2]).toEqual({
      node: 'server-3',
      us: { socketTo: 1_000, queue: 0, service: 9_000, socketBack: 1_000 },
    })
  })

  it('are not known where somebody on the way told nothing', () => {
    const topology = topologyOf({ proxies: [{ id: 'proxy' }], servers: [{ id: 'server', behind: 'proxy' }] })
    const cluster = new Cluster(topology, { isTraced: true })
    cluster.send()
    cluster.clock.advance(1)
    const [request] = cluster.traced
    const [server, proxy, lb] = request!.trace
    const told = (...trace: TracedHop[]) => partsOf({ ...request!, trace }) !== null

    expect(told(server!, proxy!, lb!)).toBe(true)
    expect([told(), told(proxy!, lb!), told(server!, lb!), told(server!, proxy!)]).toEqual(Array(4).fill(false))
    expect(told({ ...server!, node: 'other' }, proxy!, lb!)).toBe(false)
    expect(told({ ...server!, attempts: proxy!.attempts }, proxy!, lb!)).toBe(false)
  })
})

/** Up to two levels of proxies, and two of everything else; nothing takes less than a whole microsecond or no time. */
function drawTopology(rng: Rng): Topology {
  const some = (max: number) => rng.int(max + 1)
  const us = () => `${some(9_000) + 1}us`
  const ids = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}-${i + 1}`)
  const [balancers, outer, inner] = [ids('lb', 1 + some(1)), ids('outer', some(2)), ids('inner', some(2))]
  const behind = (level: readonly string[], above: readonly string[]) => (level.length === 0 ? above : level)
  const forwarder = () => ({ attempts: 1 + some(2), retryBudget: 1, maxInFlight: 1 + some(20), policy: 'random' })
  const above = behind(outer, balancers)
  const last = behind(inner, above)
  return topologyOf({
    loadBalancers: balancers.map(id => ({ id, ...forwarder() })),
    proxies: [
      ...outer.map(id => ({ id, behind: balancers, ...forwarder() })),
      ...inner.map(id => ({ id, behind: above, ...forwarder() })),
    ],
    servers: ids('server', 1 + some(3)).map(id => ({
      id,
      behind: last,
      concurrency: 1 + some(3),
      serviceTime: rng.int(3) === 0 ? '0ms' : us(),
      errorRate: rng.int(3) === 0 ? 0.3 : 0,
    })),
    load: { attempts: 1 + some(2), timeout: '2s' },
  })
}

describe('the parts of any request', () => {
  it.each(Array.from({ length: sized(6, 60) }, (_, i) => i + 1))(
    'are its response time, in any topology, seed %i',
    seed => {
      const rng = makeRng(`parts-${seed}`)
      const slow = () => (rng.int(2) === 0 ? 0 : rng.int(5_000) / 1_000)
      const bySlow = new Map<string, Slowness>()
      const slowness = (id: string) => {
        if (!bySlow.has(id)) bySlow.set(id, { turn: slow(), there: slow(), back: slow() })
        return bySlow.get(id)!
      }
      const cluster = new Cluster(drawTopology(rng), { seed, isTraced: true, slowness })
      cluster.clock.advance(200)
      for (let i = 0; i < 60; i++) {
        const nowMs = cluster.clock.nowMs()
        cluster.client.send(nowMs - slow(), nowMs)
        cluster.clock.advance(slow())
      }
      cluster.clock.advance(2_000)
      const answered = cluster.traced.filter(({ code }) => code === 0)

      expect(answered.length).toBeGreaterThan(10)
      for (const request of answered) {
        const parts = partsOf(request)!
        const told = JSON.stringify({ request, parts })
        expect(sumOf(parts), told).toBe(parts.responseUs)
        expect(Math.abs(parts.responseUs / 1_000 - (request.endedMs - request.plannedMs)), told).toBeLessThan(0.0011)
        expect(parts.isMoved, told).toBe(false)
        // What is known to pass in sockets is found there; a turn may have begun before.
        const [client, entry] = parts.hops
        expect(client!.us.nodeTo! - slowness('clients').turn! * 1_000, told).toBeLessThanOrEqual(1)
        expect(Math.abs(entry!.us.socketTo! - slowness('clients').there! * 1_000), told).toBeLessThanOrEqual(1)
        expect(Math.abs(entry!.us.socketBack! - slowness('clients').back! * 1_000), told).toBeLessThanOrEqual(1)
      }
    },
  )

  it('are its response time, and none is below zero, whatever the stamps say', () => {
    const ms = fc.double({ min: 0, max: 1_000, noNaN: true })
    const attemptOf = (node: string) => fc.tuple(ms, ms).map(([a, b]) => [tried('gone', 2, a), tried(node, 0, b)])
    const hopOf = (node: string, next: string | null) =>
      fc.record({
        node: fc.constant(node),
        inMs: ms,
        begunMs: ms,
        leftMs: ms,
        outMs: ms,
        attempts: next === null ? fc.constant([]) : attemptOf(next),
      })
    const request = fc.record({
      id: fc.constant(1),
      code: fc.constant(0),
      plannedMs: ms,
      sentMs: ms,
      leftMs: ms,
      endedMs: ms.map(value => value + 1_000),
      attempts: attemptOf('lb'),
      trace: fc.tuple(hopOf('server', null), hopOf('proxy', 'server'), hopOf('lb', 'proxy')),
    })
    fc.assert(
      fc.property(request, (ended: EndedRequest) => {
        const parts = partsOf(ended)!

        expect(sumOf(parts)).toBe(parts.responseUs)
        for (const { us } of parts.hops) for (const part of Object.values(us)) expect(part).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  it('keeps the order of stamps of clocks that differ, and says so', () => {
    const hop = (node: string, inMs: number, outMs: number, next?: string): TracedHop => ({
      node,
      inMs,
      begunMs: inMs,
      leftMs: inMs,
      outMs,
      attempts: next === undefined ? [] : [tried(next, 0, 10)],
    })
    const request = (serverIn: number): EndedRequest => ({
      id: 1,
      code: 0,
      plannedMs: 0,
      sentMs: 0,
      leftMs: 0,
      endedMs: 14,
      attempts: [tried('lb', 0, 14)],
      trace: [hop('server', serverIn, 5), hop('lb', 1, 12, 'server')],
    })
    const parts = partsOf(request(0.9))!

    expect(parts.hops[2]!.us).toEqual({ socketTo: 0, queue: 0, service: 4_000, socketBack: 6_000 })
    expect([parts.isMoved, partsOf(request(0.999))!.isMoved, partsOf(request(2))!.isMoved]).toEqual([
      true,
      false,
      false,
    ])
  })
})

function tried(node: string, code: number, ms: number) {
  return { node, code, ms }
}
