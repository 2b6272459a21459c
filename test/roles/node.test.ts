/** Whole topologies in one process and in virtual time: shares, laws, and changes that nobody notices. */
import { describe, expect, it } from 'vitest'
import { makeOpenLoop } from '../../src/load/open-loop.ts'
import { FrameType } from '../../src/wire/frame.ts'
import { Cluster } from '../support/cluster.ts'
import { dialStranger, requestFrame } from '../support/stranger.ts'
import { nineNodes, topologyOf } from '../support/topology.ts'

const SERVERS = [1, 2, 3, 4, 5, 6].map(number => `server-${number}`)

/** Requests at an even rate for a while, the laws checked every 10 ms; `act` in the middle. */
function runUnderLoad(cluster: Cluster, forMs: number, act: () => void = () => {}): void {
  const { clock, client } = cluster
  const load = makeOpenLoop(cluster.topology.load, clock, cluster.rng.fork('load'), (plannedMs, nowMs) =>
    client.send(plannedMs, nowMs),
  )
  for (let passed = 0; passed < forMs; passed += 10) {
    if (passed === forMs / 2) act()
    clock.advance(10)
    expect(cluster.violations()).toEqual([])
  }
  load.stop()
  clock.advance(6_000)
  expect(cluster.finalViolations()).toEqual([])
}

const spread = (counts: readonly number[]) => Math.max(...counts) - Math.min(...counts)

const busyNine = (keys: Record<string, unknown> = {}) => {
  const base = nineNodes()
  const servers = base.nodes
    .filter(node => node.role === 'server')
    .map(({ id, behind }) => ({ id, behind, serviceTime: '4ms', ...keys }))
  return topologyOf({
    proxies: [{ id: 'proxy-1' }, { id: 'proxy-2' }],
    servers,
    load: { rate: 1_000, arrivals: 'uniform' },
  })
}

describe('nine nodes', () => {
  it('are all ready, and connected to each other', () => {
    const cluster = new Cluster(nineNodes())

    for (const { id } of cluster.topology.nodes) expect(cluster.life(id).ready).toEqual([null])
    expect(cluster.counters('lb').connections).toBe(4)
    expect(cluster.counters('proxy-1').connections).toBe(1)
    expect(cluster.counters('server-6').connections).toBe(1)
    expect(cluster.counters('lb').upstreams.map(({ id, health }) => `${id} ${health}`)).toEqual([
      'proxy-1 healthy',
      'proxy-2 healthy',
    ])
  })

  it('are ready only when their upstreams have been connected to', () => {
    const cluster = new Cluster(nineNodes(), { only: [] })
    for (const id of [...SERVERS, 'proxy-1', 'proxy-2']) cluster.start(id)
    const lb = cluster.start('lb')
    const early = [...lb.ready]
    cluster.clock.settle()

    expect(early).toEqual([])
    expect(lb.ready).toEqual([null])
  })

  it.each([1, 2, 7, 601])('answer each of %i requests once, shared evenly at each level', count => {
    const cluster = new Cluster(nineNodes())
    for (let i = 0; i < count; i++) {
      cluster.send()
      cluster.clock.settle()
      expect(cluster.violations()).toEqual([])
    }

    expect(cluster.client.counters()).toMatchObject({ sent: count, answered: count, failed: 0, pending: 0 })
    expect(cluster.received('lb')).toEqual([count])
    expect(spread(cluster.received('proxy-1', 'proxy-2'))).toBeLessThanOrEqual(1)
    expect(spread(cluster.received(...SERVERS.slice(0, 3)))).toBeLessThanOrEqual(1)
    expect(spread(cluster.received(...SERVERS.slice(3)))).toBeLessThanOrEqual(1)
    expect(cluster.finalViolations()).toEqual([])
  })

  it('answer 5 000 requests of one moment', () => {
    const cluster = new Cluster(
      topologyOf({
        loadBalancers: [{ id: 'lb', maxInFlight: 65_535 }],
        servers: [{ id: 'server-1' }, { id: 'server-2' }],
      }),
    )
    cluster.send(5_000)
    cluster.clock.settle()

    expect(cluster.client.counters()).toMatchObject({ answered: 5_000, failed: 0, pending: 0 })
    expect(cluster.finalViolations()).toEqual([])
  })

  it('carry a megabyte down three hops and back', () => {
    const cluster = new Cluster(
      topologyOf({
        proxies: [{ id: 'proxy-1' }],
        servers: [{ id: 'server-1', behind: 'proxy-1' }],
        load: { payloadBytes: 1_048_576, connections: 1 },
      }),
    )
    for (let i = 0; i < 3; i++) {
      cluster.send()
      cluster.clock.advance(1)
    }

    expect(cluster.client.counters()).toMatchObject({ sent: 3, answered: 3 })
    expect(cluster.finalViolations()).toEqual([])
  })

  it('carry 64 MiB each way over one connection, both directions full at once', { timeout: 60_000 }, () => {
    const cluster = new Cluster(nineNodes())
    const client = dialStranger(cluster.transport, 'sockets/lb.sock', '')
    const answered = new Set<number>()
    client.onFrameSeen = ({ type, streamId }) => {
      if (type === FrameType.response) answered.add(streamId)
      client.forget()
    }
    cluster.clock.settle()
    client.sayHello()
    cluster.clock.settle()
    const payload = 'x'.repeat(1_048_576)
    for (let i = 1; i <= 64; i++) client.send(requestFrame(i, { payload }))
    cluster.clock.advance(1_000)

    expect(answered.size).toBe(64)
    expect(cluster.counters('lb')).toMatchObject({ received: 64, answered: 64, failed: 0, rejected: 0 })
  })

  it('keep the laws under load at every step', () => {
    const cluster = new Cluster(busyNine())
    runUnderLoad(cluster, 2_000)

    expect(cluster.client.counters()).toMatchObject({ failed: 0, failedBy: {} })
    expect(cluster.client.counters().sent).toBeGreaterThan(1_900)
  })

  it('lose only what the killed server held', () => {
    const cluster = new Cluster(busyNine())
    let held = 0
    runUnderLoad(cluster, 1_000, () => {
      held = cluster.counters('server-3').inFlight
      cluster.kill(cluster.life('server-3'))
    })

    expect(cluster.client.counters().failed).toBeLessThanOrEqual(held + 1)
    expect(cluster.health).toContain('proxy-1 -> server-3 ejected: ended')
  })

  it('give a killed server its share again once it is back', () => {
    const cluster = new Cluster(busyNine())
    cluster.kill(cluster.life('server-3'))
    cluster.clock.advance(2_000)
    const before = cluster.received('server-3')[0]!
    cluster.restart('server-3')
    cluster.clock.settle()
    // It takes its whole share only after 2 s.
    cluster.clock.advance(2_500)
    runUnderLoad(cluster, 1_000)

    expect(cluster.received('server-3')[0]! - before).toBeGreaterThan(150)
    expect(cluster.client.counters().failed).toBe(0)
    expect(cluster.health.filter(each => each.includes('server-3'))).toEqual([
      'proxy-1 -> server-3 ejected: ended',
      'proxy-1 -> server-3 restored: connected',
    ])
  })

  it.each(['server-3', 'proxy-1', 'lb'])('change over to a new process of %s without one failed request', id => {
    const cluster = new Cluster(busyNine())
    const old = cluster.life(id)
    runUnderLoad(cluster, 1_000, () => cluster.replace(id))

    expect(old.isDrained).toBe(true)
    expect(cluster.life(id).node.counters().received).toBeGreaterThan(50)
    expect(cluster.client.counters().failedBy).toEqual({})
  })

  it('change over all of them, one after the other, without one failed request', () => {
    const cluster = new Cluster(busyNine())
    let next = 0
    const ids = cluster.topology.nodes.map(({ id }) => id)
    const load = makeOpenLoop(cluster.topology.load, cluster.clock, cluster.rng.fork('load'), (plannedMs, nowMs) =>
      cluster.client.send(plannedMs, nowMs),
    )
    while (next < ids.length) {
      cluster.replace(ids[next++]!)
      cluster.clock.advance(37)
      expect(cluster.violations()).toEqual([])
    }
    load.stop()
    cluster.clock.advance(6_000)

    expect(cluster.client.counters().failedBy).toEqual({})
    expect(cluster.finalViolations()).toEqual([])
  })

  it('take a removed server and proxy out of the traffic without one failed request', () => {
    const cluster = new Cluster(busyNine())
    runUnderLoad(cluster, 1_000, () => {
      cluster.edit(
        topologyOf({
          proxies: [{ id: 'proxy-1' }],
          servers: [
            { id: 'server-1', behind: 'proxy-1', serviceTime: '4ms' },
            { id: 'server-7', behind: 'proxy-1', serviceTime: '4ms' },
          ],
          load: { rate: 1_000, arrivals: 'uniform' },
        }),
      )
    })

    expect(cluster.client.counters().failedBy).toEqual({})
    expect(cluster.received('server-7')[0]).toBeGreaterThan(200)
    expect(() => cluster.life('proxy-2')).toThrow()
    expect(() => cluster.life('server-6')).toThrow()
  })

  it('stop entry first, drained, with every request answered and no timer left', () => {
    const cluster = new Cluster(busyNine())
    cluster.send(50)
    cluster.clock.advance(1)
    let clientDone = 0
    cluster.client.drain(() => clientDone++)
    cluster.clock.advance(500)
    for (const { id } of cluster.topology.nodes) {
      const life = cluster.life(id)
      cluster.drain(life)
      cluster.clock.advance(1_000)
      expect(life.isDrained, id).toBe(true)
    }

    expect(clientDone).toBe(1)
    expect(cluster.client.counters()).toMatchObject({ sent: 50, answered: 50 })
    expect(cluster.finalViolations()).toEqual([])
    expect(cluster.clock.armed).toBe(0)
  })

  it('hand an overload back to the client, not executed anywhere', () => {
    const cluster = new Cluster(busyNine({ concurrency: 1, queue: 0, serviceTime: '500ms' }))
    cluster.send(20)
    cluster.clock.advance(2_000)

    expect(cluster.client.counters()).toMatchObject({ sent: 20, answered: 6, failed: 14, failedBy: { overload: 14 } })
    expect(cluster.finalViolations()).toEqual([])
  })

  it('cancel all the way down when the client gives up', () => {
    const cluster = new Cluster(
      topologyOf({
        proxies: [{ id: 'proxy-1' }],
        servers: [{ id: 'server-1', behind: 'proxy-1', serviceTime: '1s', concurrency: 1 }],
        load: { timeout: '100ms' },
      }),
    )
    cluster.send(3)
    cluster.clock.advance(100)

    expect(cluster.client.counters()).toMatchObject({ failed: 3, failedBy: { timeout: 3 } })
    for (const id of ['lb', 'proxy-1', 'server-1']) expect(cluster.counters(id).inFlight).toBe(0)
    expect(cluster.finalViolations()).toEqual([])
  })

  it('replay to the last count from one seed', () => {
    const run = (seed: number) => {
      const cluster = new Cluster(busyNine({ errorRate: 0.1 }), { seed })
      runUnderLoad(cluster, 300, () => cluster.kill(cluster.life('server-2')))
      return JSON.stringify([cluster.client.counters(), cluster.stats(), cluster.health])
    }

    expect(run(7)).toBe(run(7))
    expect(run(7)).not.toBe(run(8))
  })
})
