/** Whole topologies whose clients ask for the way of each request, in virtual time. */
import { describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { Client } from '../../src/roles/client.ts'
import { type EndedRequest, type RequestReport, reportOf } from '../../src/stats/request-report.ts'
import type { Topology } from '../../src/topology/types.ts'
import { ErrorCode } from '../../src/wire/error-code.ts'
import { FrameType, HEADER_BYTES, TRACED } from '../../src/wire/frame.ts'
import { Cluster } from '../support/cluster.ts'
import { frameOf } from '../support/frames.ts'
import { errorFrame, listenStranger, responseFrame, type SeenFrame, type Stranger } from '../support/stranger.ts'
import { nineNodes, topologyOf } from '../support/topology.ts'
import { expectPlausible, tracedFrame } from '../support/traces.ts'

/** What the cluster's requests told, checked on the way. */
function reports({ traced, outcomes }: Cluster): RequestReport[] {
  expect(traced.length).toBe(outcomes.answered + outcomes.failed)
  for (const request of traced) expectPlausible(request)
  return traced.map(reportOf)
}

/** As many requests as these, one after the other, and what they told. */
function told(topology: Topology, count = 1, prepare: (cluster: Cluster) => void = () => {}): RequestReport[] {
  const cluster = new Cluster(topology, { isTraced: true })
  prepare(cluster)
  for (let i = 0; i < count; i++) {
    cluster.send()
    cluster.clock.advance(20)
  }
  cluster.clock.advance(6_000)
  return reports(cluster)
}

const chain = (keys: Record<string, unknown>, load: Record<string, unknown> = {}) =>
  topologyOf({ servers: [{ id: 'server-1', ...keys }], load })

describe('a traced request', () => {
  it('tells every node on its way through three levels of proxies, and where its time went', () => {
    const topology = topologyOf({
      proxies: [
        { id: 'outer', behind: 'lb' },
        { id: 'middle', behind: 'outer' },
        { id: 'inner', behind: 'middle' },
      ],
      servers: [{ id: 'server-1', behind: 'inner', serviceTime: '7ms', concurrency: 1 }],
    })
    const cluster = new Cluster(topology, { isTraced: true })
    cluster.send(2)
    cluster.clock.advance(100)
    const [first, second] = reports(cluster)

    expect([first!.path, second!.path]).toEqual(Array(2).fill('lb > outer > middle > inner > server-1'))
    expect(first!.hops.map(({ ms, waitMs }) => [ms, waitMs])).toEqual(Array(5).fill([7, 0]))
    expect(second!.hops.at(-1)).toEqual({ node: 'server-1', ms: 14, toMs: 0, waitMs: 7, backMs: 0 })
    expect(second).toMatchObject({ id: 2, outcome: 'answered', ms: 14, waitMs: 0, attempts: 1 })
  })

  it('is one in as many as the client is told, and no other', () => {
    const cluster = new Cluster(nineNodes(), { isTraced: true })
    cluster.client.trace(0)
    cluster.send(100)
    cluster.clock.advance(1)
    const none = cluster.traced.length
    cluster.client.trace(10)
    cluster.send(800)
    cluster.client.send(cluster.clock.nowMs() - 60_000, cluster.clock.nowMs())
    cluster.clock.advance(1)
    const { traced } = cluster
    const ids = new Set(traced.map(({ id }) => id))

    expect(none).toBe(0)
    expect(traced.length).toBeGreaterThan(55)
    expect(traced.length).toBeLessThan(105)
    expect(ids.size).toBe(traced.length)
    expect(Math.min(...ids)).toBeGreaterThan(100)
    expect(new Set(traced.map(request => reportOf(request).path)).size).toBe(6)
    for (const request of traced) expectPlausible(request)
  })

  it('goes the ways that the counters of the nodes tell', () => {
    const cluster = new Cluster(nineNodes(), { isTraced: true })
    cluster.send(60)
    cluster.clock.advance(100)
    const paths = reports(cluster).map(({ path }) => path.split(' > '))

    for (const { id } of nineNodes().nodes) {
      expect(paths.filter(path => path.includes(id)).length, id).toBe(cluster.counters(id).answered)
    }
  })

  it('tells what waited for an upstream as waiting in the node that held it', () => {
    const [first, second] = told(
      topologyOf({
        loadBalancers: [{ id: 'lb', maxInFlight: 1 }],
        servers: [{ id: 'server-1', serviceTime: '30ms' }],
      }),
      2,
    )

    expect(first!.hops[0]).toMatchObject({ node: 'lb', ms: 30, waitMs: 0 })
    expect(second!.hops[0]).toMatchObject({ node: 'lb', ms: 40, waitMs: 10 })
  })

  it('tells whom a load balancer tried before, and how that ended', () => {
    const topology = topologyOf({
      loadBalancers: [{ id: 'lb', attempts: 3, attemptTimeout: '50ms', policy: 'first', retryBudget: 1 }],
      servers: [
        { id: 'server-1', serviceTime: '1s' },
        { id: 'server-2', errorRate: 1 },
        { id: 'server-3', serviceTime: '1ms' },
      ],
    })
    const [report] = told(topology)

    expect(report).toMatchObject({ outcome: 'answered', path: 'lb > server-3', ms: 51, attempts: 1 })
    expect(report!.hops[0]).toMatchObject({
      node: 'lb',
      waitMs: 50,
      tried: [
        { node: 'server-1', outcome: 'timeout', ms: 50 },
        { node: 'server-2', outcome: 'application', ms: 0 },
      ],
    })
    expect(report).not.toHaveProperty('tried')
  })

  it('tells whom the clients tried before', () => {
    const topology = topologyOf({
      loadBalancers: [{ id: 'lb-1' }, { id: 'lb-2' }],
      servers: [{ id: 'server-1', serviceTime: '10ms' }],
      load: { attempts: 2, connections: 1 },
    })
    const cluster = new Cluster(topology, { isTraced: true })
    cluster.send(2)
    cluster.clock.advance(4)
    cluster.kill(cluster.life('lb-1'))
    cluster.clock.advance(1_000)
    const lost = reports(cluster).find(({ attempts }) => attempts === 2)

    expect(lost).toMatchObject({ outcome: 'answered', path: 'lb-2 > server-1', waitMs: 4 })
    expect(lost!.tried).toEqual([{ node: 'lb-1', outcome: 'connectionLost', ms: 4 }])
  })
})

describe('the line of a request that failed', () => {
  it.each<[story: string, topology: Topology, outcome: string, path: string]>([
    ['at its server', chain({ errorRate: 1 }), 'application', 'lb > server-1'],
    ['by a time-out of the clients', chain({ serviceTime: '1s' }, { timeout: '50ms' }), 'timeout', 'lb'],
    [
      'by a time-out of the load balancer',
      topologyOf({ loadBalancers: [{ id: 'lb', timeout: '50ms' }], servers: [{ id: 's', serviceTime: '1s' }] }),
      'timeout',
      'lb > s',
    ],
    [
      'by a time-out of a proxy',
      topologyOf({ proxies: [{ id: 'p', timeout: '50ms' }], servers: [{ id: 's', behind: 'p', serviceTime: '1s' }] }),
      'timeout',
      'lb > p > s',
    ],
  ])('%s tells the way as far as it is known', (_, topology, outcome, path) => {
    expect(told(topology)).toMatchObject([{ outcome, path, attempts: 1 }])
  })

  it('for want of a server tells that the load balancer had nobody', () => {
    const topology = topologyOf({ loadBalancers: [{ id: 'lb', queue: 0 }], servers: [{ id: 'server-1' }] })
    const [report] = told(topology, 1, cluster => {
      cluster.kill(cluster.life('server-1'))
      cluster.clock.advance(1_000)
    })

    expect(report).toMatchObject({ outcome: 'unavailable', path: 'lb', attempts: 1 })
    expect(report!.tried).toMatchObject([{ node: 'lb', outcome: 'unavailable' }])
    expect(report!.hops).toMatchObject([{ node: 'lb', ms: 0 }])
  })

  it('for want of room tells who refused', () => {
    const topology = topologyOf({
      loadBalancers: [{ id: 'lb', attempts: 1 }],
      servers: [{ id: 'server-1', serviceTime: '1s', concurrency: 1, queue: 0 }],
    })
    const [first] = told(topology, 2)

    expect(first).toMatchObject({ id: 2, outcome: 'overload', path: 'lb > server-1' })
  })

  it('for want of a load balancer tells that it was never sent', () => {
    const [report] = told(chain({}), 1, cluster => {
      cluster.kill(cluster.life('lb'))
      cluster.clock.advance(1_000)
    })

    expect(report).toMatchObject({ outcome: 'unavailable', path: '', attempts: 0, hops: [] })
  })

  it('with its connection tells where it was sent', () => {
    const cluster = new Cluster(chain({ serviceTime: '1s' }), { isTraced: true })
    cluster.send()
    cluster.clock.advance(5)
    cluster.kill(cluster.life('lb'))
    cluster.clock.advance(100)

    expect(reports(cluster)).toMatchObject([{ outcome: 'connectionLost', path: 'lb', ms: 5, attempts: 1 }])
  })

  it('because it was planned too long ago, or was one too many, is there too', () => {
    const cluster = new Cluster(chain({ serviceTime: '1s' }), { isTraced: true })
    cluster.client.send(cluster.clock.nowMs() - 60_000, cluster.clock.nowMs())

    expect(reports(cluster)).toMatchObject([{ id: 1, outcome: 'timeout', ms: 60_000, waitMs: 60_000, attempts: 0 }])
  })
})

/** A client and a load balancer before a server that is played by hand. */
function strangeServer(reply: (frame: SeenFrame, link: Stranger) => void) {
  const cluster = new Cluster(
    topologyOf({ loadBalancers: [{ id: 'lb', attempts: 1 }], servers: [{ id: 'server-1' }] }),
    {
      only: [],
    },
  )
  const { clock, transport } = cluster
  listenStranger(transport, 'sockets/server-1.sock', link => {
    link.onFrameSeen = frame => {
      if (frame.type === FrameType.request) reply(frame, link)
    }
  })
  const lb = cluster.start('lb')
  clock.settle()
  const traced: EndedRequest[] = []
  const client = new Client(cluster.clientWiring(), cluster.world('clients'), {
    onTraced: request => traced.push(request),
  })
  clock.settle()
  const send = (count: number) => {
    for (let i = 0; i < count; i++) {
      client.send(clock.nowMs(), clock.nowMs())
      clock.advance(100)
    }
    // Who waited for the server to be dialled anew has ended by then.
    clock.advance(6_000)
    return traced
  }
  return { send, client, lb: lb.node }
}

describe('a server that is none of ours', () => {
  it('need not know of traces', () => {
    const { send } = strangeServer((frame, link) => link.send(responseFrame(frame.streamId)))
    const reported = send(3).map(reportOf)

    expect(reported.map(({ outcome, path }) => [outcome, path])).toEqual(Array(3).fill(['answered', 'lb > server-1']))
  })

  it('may say that it is somebody else: the path names both', () => {
    const { send } = strangeServer(({ streamId }, link) =>
      link.send(tracedFrame(errorFrame(streamId, ErrorCode.application), ['behind', 'front'])),
    )

    expect(send(1).map(request => reportOf(request).path)).toEqual(['lb > server-1 > front > behind'])
  })

  it('is given up for trailers that are none, whatever their bytes, and each request still ends once', () => {
    const rng = makeRng('hostile trailers')
    const flipped = (streamId: number) => {
      const frame = tracedFrame(responseFrame(streamId, 'x'), ['server-1'])
      frame[HEADER_BYTES + rng.int(frame.length - HEADER_BYTES)]! ^= 1 << rng.int(8)
      return frame
    }
    const noise = () => Uint8Array.from({ length: rng.int(40) }, () => rng.int(256))
    const { send, client, lb } = strangeServer(({ streamId }, link) =>
      link.send(rng.int(3) > 0 ? flipped(streamId) : frameOf(FrameType.response, streamId, noise(), TRACED)),
    )
    const traced = send(300)
    const { sent, answered, failed, pending } = client.counters()

    expect([sent, pending, answered + failed, traced.length]).toEqual([300, 0, 300, 300])
    expect(answered).toBeGreaterThan(20)
    expect(lb.counters().protocolErrors).toBeGreaterThan(20)
    for (const request of traced) expect(reportOf(request).path).toMatch(/^lb( > [\w-]{1,32})*$/)
  })
})
