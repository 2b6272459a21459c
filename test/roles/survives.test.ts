/**
 * What retries and waiting are for: whole topologies that lose their nodes under load, in virtual time. Played servers
 * know each request by its payload, so that they can tell which of them came twice.
 */
import { describe, expect, it } from 'vitest'
import { makeRng, type Rng } from '../../src/base/rng.ts'
import { makeClosedLoop } from '../../src/load/closed-loop.ts'
import { makeOpenLoop } from '../../src/load/open-loop.ts'
import type { NodeId, Topology } from '../../src/topology/types.ts'
import { FrameType, REQUEST_IDEMPOTENT } from '../../src/wire/frame.ts'
import { Cluster } from '../support/cluster.ts'
import { sized } from '../support/full-size.ts'
import {
  bodyOf,
  dialStranger,
  listenStranger,
  payloadOf,
  requestFrame,
  responseFrame,
  type StrangeUpstream,
} from '../support/stranger.ts'
import { nineNodes, topologyOf } from '../support/topology.ts'

const behind = (parent: string, ...ids: string[]) => ids.map(id => ({ id, behind: parent, serviceTime: '4ms' }))

function nine(load: Record<string, unknown>, lb: Record<string, unknown> = {}): Topology {
  return topologyOf({
    loadBalancers: [{ id: 'lb', ...lb }],
    proxies: [{ id: 'proxy-1' }, { id: 'proxy-2' }],
    servers: [
      ...behind('proxy-1', 'server-1', 'server-2', 'server-3'),
      ...behind('proxy-2', 'server-4', 'server-5', 'server-6'),
    ],
    load: { rate: 1_000, arrivals: 'uniform', ...load },
  })
}

interface Story {
  readonly cluster: Cluster
  /** Times of answers, from the planned send. */
  readonly latencies: number[]
  pass(ms: number): void
  killAndRestart(id: NodeId, downMs: number): void
  end(): void
}

/** A cluster under its load, until `end`. */
function underLoad(topology: Topology): Story {
  const cluster = new Cluster(topology)
  const { clock, client } = cluster
  const latencies: number[] = []
  cluster.onOutcome = (isAnswered, latencyMs) => isAnswered && latencies.push(latencyMs)
  const load = makeOpenLoop(topology.load, clock, cluster.rng.fork('load'), (plannedMs, nowMs) =>
    client.send(plannedMs, nowMs),
  )
  const pass = (ms: number) => {
    clock.advance(ms)
    expect(cluster.violations()).toEqual([])
  }
  return {
    cluster,
    latencies,
    pass,
    killAndRestart: (id, downMs) => {
      cluster.kill(cluster.life(id))
      pass(downMs)
      cluster.restart(id)
    },
    end: () => {
      load.stop()
      clock.advance(6_000)
      expect(cluster.finalViolations()).toEqual([])
    },
  }
}

describe('nine nodes under a thousand idempotent requests a second', () => {
  it('answer every one, whichever server or proxy dies how often', () => {
    const story = underLoad(nine({}))
    const { cluster, pass, killAndRestart, end } = story
    const victims = nineNodes()
      .nodes.map(({ id }) => id)
      .filter(id => id !== 'lb')
    const rng = makeRng('victims')
    for (let kill = 0; kill < sized(16, 100); kill++) {
      pass(20 + rng.int(30))
      killAndRestart(victims[kill % victims.length]!, 50 + rng.int(100))
    }
    end()

    const { sent, answered, failed } = cluster.client.counters()
    expect([answered, failed]).toEqual([sent, 0])
    expect(cluster.counters('lb').retried).toBeGreaterThan(10)
  })

  it('answer every one when the load balancer dies, where the clients try again', () => {
    const story = underLoad(nine({ attempts: 3 }))
    for (let kill = 0; kill < sized(3, 20); kill++) {
      story.pass(200)
      story.killAndRestart('lb', 120)
    }
    story.pass(200)
    story.end()

    const { sent, answered, failed, retried } = story.cluster.client.counters()
    expect([answered, failed]).toEqual([sent, 0])
    expect(retried).toBeGreaterThan(0)
    expect(Math.max(...story.latencies)).toBeLessThan(1_000)
  })

  it('answer all but a few when more of them waited for the load balancer than its server has room for', () => {
    const story = underLoad(topologyOf({ servers: behind('lb', 'server-1'), load: { rate: 1_000, attempts: 3 } }))
    for (const downMs of [200, 400, 800]) {
      story.pass(100)
      story.killAndRestart('lb', downMs)
      story.pass(400)
    }
    story.end()

    const { sent, answered, failed } = story.cluster.client.counters()
    expect(answered + failed).toBe(sent)
    // The clients see late that the server is full: the load balancer tries again before it says so.
    expect(failed).toBeLessThan(sent / 100)
  })

  it('answer every one when the only server of each proxy is started anew', () => {
    const story = underLoad(
      topologyOf({
        proxies: [{ id: 'proxy-1' }],
        servers: behind('proxy-1', 'server-1'),
        load: { rate: 500, arrivals: 'uniform' },
      }),
    )
    for (const id of ['server-1', 'proxy-1', 'server-1']) {
      story.pass(100)
      story.killAndRestart(id, 150)
    }
    story.pass(500)
    story.end()

    const { sent, answered, failed } = story.cluster.client.counters()
    expect([answered, failed]).toEqual([sent, 0])
    // Those that were there at the moment of the kill had to be sent again; the others only waited.
    expect(story.cluster.counters('lb').retried).toBeLessThan(20)
  })

  it('answer every one when more of them waited for the only server than it has room for', () => {
    const story = underLoad(topologyOf({ servers: behind('lb', 'server-1'), load: { rate: 1_000 } }))
    for (const downMs of [200, 400, 800]) {
      story.pass(100)
      story.killAndRestart('server-1', downMs)
      story.pass(400)
    }
    story.end()

    const { sent, answered, failed } = story.cluster.client.counters()
    expect([answered, failed]).toEqual([sent, 0])
  })
})

describe('a machine so busy that processes stand still', () => {
  const standStill = (cluster: Cluster, ids: readonly NodeId[], forMs: number) => {
    for (const id of ids) cluster.life(id).world.freeze()
    cluster.clock.advance(forMs)
    for (const id of ids) cluster.life(id).world.thaw()
  }

  it('loses no request of 500 a second, when the load balancer has no processor for 1.5 s and the clients have', () => {
    const story = underLoad(nine({ rate: 500 }))
    story.pass(800)
    standStill(story.cluster, ['lb'], 1_500)
    story.pass(1_000)
    story.end()

    const { sent, answered, failedBy } = story.cluster.client.counters()
    expect(story.cluster.health[0]).toBe('built-in clients -> lb ejected: silent for 1s')
    expect([answered, failedBy]).toEqual([sent, {}])
  })

  it('loses none of 256 that are always under way, whose answers all come in one gasp', () => {
    const cluster = new Cluster(nine({}), { slowness: id => (id === 'clients' ? { there: 1, back: 1 } : {}) })
    const { clock, client } = cluster
    clock.advance(10) // until the clients are connected
    const loop = makeClosedLoop(256, clock, (plannedMs, nowMs) => client.send(plannedMs, nowMs))
    cluster.onOutcome = () => loop.onOutcome()
    clock.advance(50)
    standStill(cluster, ['lb'], 1_300)
    clock.advance(50)
    loop.stop()
    clock.advance(6_000)

    const { sent, answered, failedBy } = client.counters()
    expect([answered, failedBy]).toEqual([sent, {}])
  })
})

describe('a load balancer whose servers are back after an outage', () => {
  it('has soon nobody waiting, though one of them refuses more than one at a time', () => {
    const servers = [
      { id: 'server-1', serviceTime: '40ms' },
      { id: 'server-2', serviceTime: '40ms', concurrency: 1, queue: 0 },
    ]
    const story = underLoad(topologyOf({ servers, load: { rate: 800, arrivals: 'uniform' } }))
    const { cluster, pass } = story
    pass(200)
    for (const { id } of servers) cluster.kill(cluster.life(id))
    pass(300)
    for (const { id } of servers) cluster.restart(id)
    pass(2_000)
    const waiting = cluster.counters('lb').queued
    story.end()

    expect(waiting).toBe(0)
  })
})

describe('a branch that has lost its servers', () => {
  const twoBranches = topologyOf({
    proxies: [{ id: 'proxy-1' }, { id: 'proxy-2' }],
    servers: [...behind('proxy-1', 'server-1'), ...behind('proxy-2', 'server-2')],
    load: { rate: 200, arrivals: 'uniform' },
  })

  it('is left at once while another is there: nobody waits for it', () => {
    const story = underLoad(twoBranches)
    story.pass(200)
    story.cluster.kill(story.cluster.life('server-1'))
    story.pass(1_000)
    story.end()

    const { sent, answered, failed } = story.cluster.client.counters()
    expect([answered, failed]).toEqual([sent, 0])
    // Of service 4 ms; those of the moment of the kill took part of it twice.
    expect(Math.max(...story.latencies)).toBeLessThan(9)
    expect(story.cluster.counters('proxy-1').failedBy.unavailable).toBeGreaterThan(0)
  })

  it('keeps its requests until they return where it is the only one left', () => {
    const story = underLoad(twoBranches)
    story.pass(200)
    story.cluster.kill(story.cluster.life('proxy-2'))
    story.pass(50)
    story.cluster.kill(story.cluster.life('server-1'))
    story.pass(200)
    const waiting = ['lb', 'proxy-1'].map(id => story.cluster.counters(id).queued)
    story.cluster.restart('server-1')
    story.pass(500)
    story.end()

    const { sent, answered, failed } = story.cluster.client.counters()
    expect(Math.max(...waiting)).toBeGreaterThan(30)
    expect([answered, failed]).toEqual([sent, 0])
    expect(Math.max(...story.latencies)).toBeGreaterThan(200)
  })
})

describe('a system in which everything fails', () => {
  it('is asked no more than a tenth more often than it was before, and the reserve', () => {
    const seconds = sized(5, 60)
    const topology = topologyOf({
      servers: [1, 2, 3].map(number => ({ id: `server-${number}`, errorRate: 1 })),
      load: { rate: 1_000, arrivals: 'uniform' },
    })
    const story = underLoad(topology)
    for (let second = 0; second < seconds; second++) story.pass(1_000)
    story.end()

    const { received, retried, upstreams } = story.cluster.counters('lb')
    const attempts = upstreams.reduce((sum, { picked }) => sum + picked, 0)
    expect(attempts).toBe(received + retried)
    expect(retried).toBeLessThanOrEqual(0.1 * received + 10 * (seconds + 10))
    expect(retried).toBeGreaterThan(0.1 * received)
    expect(story.cluster.client.counters().answered).toBe(0)
  })
})

/** Servers that a test plays: they answer after a while, die, and come back, and know what came to whom. */
class PlayedServers {
  /** How often each payload came to any of them. */
  readonly came = new Map<string, number>()
  private readonly up = new Map<string, StrangeUpstream>()
  private readonly cluster: Cluster
  private readonly rng: Rng

  constructor(cluster: Cluster, rng: Rng, ids: readonly string[]) {
    this.cluster = cluster
    this.rng = rng
    for (const id of ids) this.start(id)
  }

  start(id: string): void {
    const server: StrangeUpstream = listenStranger(this.cluster.transport, `sockets/${id}.sock`, link => {
      link.onFrameSeen = frame => {
        if (frame.type !== FrameType.request) return
        const payload = payloadOf(frame)
        this.came.set(payload, (this.came.get(payload) ?? 0) + 1)
        this.cluster.clock.after(this.rng.float() * 8, () => {
          if (this.up.get(id) === server) link.send(responseFrame(frame.streamId, payload))
        })
      }
    })
    this.up.set(id, server)
  }

  kill(id: string): void {
    const server = this.up.get(id)!
    this.up.delete(id)
    server.close()
    for (const link of server.links) link.connection!.destroy()
  }
}

/** Kills played servers and real proxies while numbered requests go through; tells how each ended, and what came where. */
function playKills(flags: number, kills: number, seed: string) {
  const topology = nine({ rate: 0 })
  const cluster = new Cluster(topology, { only: [] })
  const rng = makeRng(seed)
  const servers = topology.nodes.filter(({ role }) => role === 'server').map(({ id }) => id)
  const played = new PlayedServers(cluster, rng.fork('servers'), servers)
  for (const id of ['proxy-1', 'proxy-2', 'lb']) cluster.start(id)
  cluster.clock.settle()
  const client = dialStranger(cluster.transport, 'sockets/lb.sock', '')
  cluster.clock.settle()
  client.sayHello()
  cluster.clock.settle()
  client.forget()
  let sent = 0
  const pass = (ms: number) => {
    for (let i = 0; i < ms; i++) {
      client.send(requestFrame(++sent, { flags, payload: `request ${sent}` }))
      cluster.clock.advance(1)
    }
  }
  for (let kill = 0; kill < kills; kill++) {
    pass(10 + rng.int(20))
    const isServer = rng.int(4) > 0
    const id = isServer ? servers[rng.int(servers.length)]! : `proxy-${1 + rng.int(2)}`
    if (isServer) played.kill(id)
    else cluster.kill(cluster.life(id))
    pass(20 + rng.int(60))
    if (isServer) played.start(id)
    else cluster.restart(id)
  }
  pass(100)
  cluster.clock.advance(6_000)
  const answered = client.seen(FrameType.response)
  return { cluster, sent, played, answered, failed: client.seen(FrameType.error) }
}

describe('requests with names of their own, under kills', () => {
  it('that may be executed once only come to one server only, and end once', () => {
    const { cluster, sent, played, answered, failed } = playKills(0, sized(25, 500), 'once')
    const twice = [...played.came].filter(([, count]) => count > 1)

    expect(twice).toEqual([])
    expect(new Set([...answered, ...failed].map(({ streamId }) => streamId)).size).toBe(sent)
    expect(answered.length + failed.length).toBe(sent)
    // Lost on the way, and nobody knows whether they ran: the only ones that may fail.
    expect(new Set(failed.map(({ flags }) => flags))).toEqual(new Set([0]))
    expect(failed.length).toBeGreaterThan(0)
    expect(failed.length).toBeLessThan(sent / 20)
    expect(cluster.violations()).toEqual([])
  })

  it('that may be executed twice are all answered, each once and with its own answer', () => {
    const { sent, played, answered, failed } = playKills(REQUEST_IDEMPOTENT, sized(25, 500), 'twice')

    expect(failed).toEqual([])
    expect(answered).toHaveLength(sent)
    expect(answered.filter(frame => bodyOf(frame) !== `request ${frame.streamId}`)).toEqual([])
    expect([...played.came.values()].some(count => count > 1)).toBe(true)
  })
})
