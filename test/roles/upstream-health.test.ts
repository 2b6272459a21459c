/** Stories of upstreams that fail, fall silent, are taken out and come back; the laws are checked by the cluster. */
import { describe, expect, it } from 'vitest'
import type { UpstreamCounters } from '../../src/stats/reports.ts'
import { FrameType } from '../../src/wire/frame.ts'
import { Cluster } from '../support/cluster.ts'
import { bareFrame, dialStranger, requestFrame } from '../support/stranger.ts'
import { topologyOf } from '../support/topology.ts'

type Keys = Readonly<Record<string, unknown>>

/** One load balancer that tries once, and these servers. */
const topology = (servers: readonly Keys[], keys: Keys = {}) =>
  topologyOf({
    loadBalancers: [{ id: 'lb', attempts: 1 }],
    servers: servers.map((each, i) => ({ id: `server-${i + 1}`, ...each })),
    ...keys,
  })

const FAILING = { errorRate: 1 }
const WELL = {}

function upstream(cluster: Cluster, id: string, of = 'lb'): UpstreamCounters {
  return cluster.counters(of).upstreams.find(each => each.id === id)!
}

/** One request each `everyMs` for a while; `look` after each. */
function load(cluster: Cluster, forMs: number, everyMs = 1, look: (passedMs: number) => void = () => {}): void {
  for (let passedMs = 0; passedMs < forMs; passedMs += everyMs) {
    cluster.send()
    cluster.clock.advance(everyMs)
    look(passedMs + everyMs)
  }
}

/** What was told while `act` ran, with the time since then. */
function told(cluster: Cluster, act: (note: () => void) => void): string[] {
  const startMs = cluster.clock.nowMs()
  let seen = cluster.health.length
  const lines: string[] = []
  act(() => {
    for (const line of cluster.health.slice(seen)) lines.push(`${cluster.clock.nowMs() - startMs} ${line}`)
    seen = cluster.health.length
  })
  return lines
}

/** How many each of these was sent while `act` ran. */
function picked(cluster: Cluster, ids: readonly string[], act: () => void): number[] {
  const before = ids.map(id => upstream(cluster, id).picked)
  act()
  return ids.map((id, i) => upstream(cluster, id).picked - before[i]!)
}

describe('a server that fails everything', () => {
  it('is ejected after 5 failures in a row, and its siblings take over', () => {
    const cluster = new Cluster(topology([FAILING, WELL, WELL]))
    load(cluster, 60)

    expect(cluster.received('server-1')).toEqual([5])
    expect(cluster.client.counters()).toMatchObject({ answered: 55, failedBy: { application: 5 } })
    expect(cluster.health).toEqual(['lb -> server-1 ejected: 5 failures in a row'])
    expect(upstream(cluster, 'server-1')).toMatchObject({ circuit: 'open', health: 'healthy' })
  })

  it('is tried once after 2 s, then after 4 s, 6 s … while it goes on failing', () => {
    const cluster = new Cluster(topology([FAILING, WELL]))
    const lines = told(cluster, note => load(cluster, 14_000, 10, note))
    const times = lines.flatMap(line => (line.includes('ejected') ? Number.parseInt(line, 10) : []))
    const gaps = times.slice(1).map((time, i) => time - times[i]!)

    expect(lines.map(line => line.replace(/^\d+ lb -> server-1 /, ''))).toEqual([
      'ejected: 5 failures in a row',
      ...[1, 2, 3].flatMap(() => ['half-open: its next request is a probe', 'ejected: probe failed']),
    ])
    gaps.forEach((gap, i) => {
      expect(gap).toBeGreaterThanOrEqual(2_000 * (i + 1))
      // A tenth by chance, and the wait for the next request.
      expect(gap).toBeLessThanOrEqual(2_200 * (i + 1) + 30)
    })
    expect(cluster.received('server-1')).toEqual([5 + gaps.length])
  })

  it('is given no second probe while one is in flight', () => {
    const cluster = new Cluster(topology([{ ...FAILING, serviceTime: '300ms' }, WELL]))
    load(cluster, 2_000, 10)
    const ejected = cluster.received('server-1')[0]!
    while (upstream(cluster, 'server-1').circuit === 'open') load(cluster, 10, 10)
    load(cluster, 280, 10)

    expect(cluster.health.slice(1)).toEqual(['lb -> server-1 half-open: its next request is a probe'])
    expect([cluster.received('server-1')[0]! - ejected, upstream(cluster, 'server-1').inFlight]).toEqual([1, 1])
  })

  it('returns when its probe is answered, with little at first', () => {
    const cluster = new Cluster(topology([FAILING, WELL, WELL]))
    load(cluster, 60)
    cluster.edit(topology([WELL, WELL, WELL]))
    const ids = ['server-1', 'server-2', 'server-3']
    while (upstream(cluster, 'server-1').circuit !== 'closed') load(cluster, 1)
    const ramp = upstream(cluster, 'server-1').ramp
    const [first, second, later] = [1_000, 1_000, 3_000].map(
      ms => picked(cluster, ids, () => load(cluster, ms))[0]! / ms,
    )

    expect(cluster.health.at(-1)).toBe('lb -> server-1 restored: probe answered')
    expect(ramp).toBe(0.1)
    expect(first).toBeGreaterThan(0.02)
    expect(first).toBeLessThan(0.15)
    expect(second).toBeGreaterThan(0.2)
    expect(second).toBeLessThan(0.3)
    expect(later).toBeCloseTo(1 / 3, 1)
    expect(upstream(cluster, 'server-1').ramp).toBe(1)
  })

  it('is ejected for its rate of success where it fails too often, though never 5 times in a row', () => {
    const cluster = new Cluster(topology([{ errorRate: 0.75 }, WELL, WELL], { health: { consecutiveFailures: 0 } }))
    load(cluster, 100)

    expect(cluster.health).toHaveLength(1)
    expect(cluster.health[0]).toMatch(/^lb -> server-1 ejected: success rate [1-4]?\d %$/)
    expect(cluster.received('server-1')[0]).toBeLessThanOrEqual(33)
    expect(cluster.received('server-1')[0]).toBeGreaterThanOrEqual(20)
  })

  it('is not ejected where its file says that failures do not count', () => {
    const health = { consecutiveFailures: 0, successRateMin: 0 }
    const cluster = new Cluster(topology([FAILING, WELL], { health }))
    load(cluster, 200)

    expect(cluster.health).toEqual([])
    expect(cluster.received('server-1')).toEqual([100])
  })
})

describe('a server that answers PINGs and nothing else', () => {
  it('is ejected though whoever asks gives up first, and again where its probe is given up', () => {
    const stuck = { behind: 'proxy', serviceTime: '1h', concurrency: 1_000 }
    const keys = { proxies: [{ id: 'proxy' }], load: { timeout: '200ms' } }
    const cluster = new Cluster(topology([stuck, { behind: 'proxy' }], keys))
    load(cluster, 3_500, 10)

    expect(cluster.health.filter(line => line.startsWith('proxy'))).toEqual([
      'proxy -> server-1 ejected: 5 failures in a row',
      'proxy -> server-1 half-open: its next request is a probe',
      'proxy -> server-1 ejected: probe failed',
    ])
  })
})

describe('where all fail', () => {
  it.each([1, 2, 3, 5])(
    'of %i at most half are ejected, one at least but never the last, and traffic goes on',
    count => {
      const cluster = new Cluster(topology(Array.from({ length: count }, () => FAILING)))
      let most = 0
      load(cluster, 8_000, 10, () => {
        const out = cluster.counters('lb').upstreams.filter(({ circuit }) => circuit !== 'closed').length
        most = Math.max(most, out)
      })

      expect(most).toBe(count === 1 ? 0 : Math.max(1, Math.floor(count / 2)))
      expect(cluster.client.counters()).toMatchObject({ sent: 800, failedBy: { application: 800 } })
    },
  )

  it('for want of room, nobody is ejected', () => {
    const busy = { concurrency: 1, queue: 0, serviceTime: '20ms' }
    const cluster = new Cluster(topology([busy, busy, busy]))
    load(cluster, 1_000)
    cluster.clock.advance(6_000)

    expect(cluster.client.counters().failedBy.overload).toBeGreaterThan(500)
    expect(cluster.health).toEqual([])
  })

  it('because clients give up, nobody is ejected', () => {
    const slow = { serviceTime: '1s' }
    const cluster = new Cluster(topology([slow, slow]), { isClientless: true })
    const client = dialStranger(cluster.transport, 'sockets/lb.sock', '')
    cluster.clock.settle()
    client.sayHello()
    for (let id = 1; id <= 30; id++) client.send(requestFrame(id), bareFrame(FrameType.cancel, id))
    cluster.clock.advance(2_000)

    expect(cluster.counters('lb').failedBy).toEqual({ cancelled: 30 })
    expect(cluster.health).toEqual([])
  })
})

describe('panic', () => {
  it('lets one be tried that is well again where the last one, which is never ejected, fails everything', () => {
    const health = { ejectionTime: '30s' }
    const cluster = new Cluster(topology([FAILING, FAILING], { health }))
    load(cluster, 60)
    const before = cluster.client.counters().answered
    cluster.edit(topology([WELL, FAILING], { health })) // the first to fail was ejected
    cluster.clock.settle()
    load(cluster, 200)

    expect(before).toBe(0)
    expect(cluster.client.counters().answered).toBeGreaterThan(90)
    expect(cluster.health.filter(line => line.includes('panic'))).toEqual(['lb panic: 0 of 2 usable'])
  })

  it('uses an ejected server again when a sibling dies, and not the dead one; it is over when that returns', () => {
    const cluster = new Cluster(topology([FAILING, WELL, WELL], { health: { ejectionTime: '30s' } }))
    load(cluster, 60)
    cluster.kill(cluster.life('server-2'))
    cluster.clock.settle()
    const [one, , three] = picked(cluster, ['server-1', 'server-2', 'server-3'], () => load(cluster, 100))
    const during = cluster.counters('lb').panic
    cluster.restart('server-2')
    cluster.clock.advance(100)
    const [after] = picked(cluster, ['server-1'], () => load(cluster, 100))

    expect([one! + three!, during]).toEqual([100, true])
    expect(Math.abs(one! - three!)).toBeLessThanOrEqual(2) // by turns, from wherever they stand
    expect([after, cluster.counters('lb').panic]).toEqual([0, false])
    expect(cluster.health.slice(1)).toEqual([
      'lb -> server-2 ejected: ended',
      'lb panic: 1 of 3 usable',
      'lb -> server-2 restored: connected',
      'lb panic-over: 2 of 3 usable',
    ])
  })
})

describe('a stopped server', () => {
  const STOPPED_MS = 6_000

  it('is found out by 3 PINGs where it is idle, and returns by 2 signs of life', () => {
    const cluster = new Cluster(topology([WELL, WELL]))
    cluster.clock.advance(1_000)
    const { world } = cluster.life('server-1')
    world.freeze()
    const lines = told(cluster, note => {
      for (let ms = 0; ms < 3_000; ms += 10) {
        cluster.clock.advance(10)
        note()
      }
    })
    world.thaw()
    cluster.clock.advance(10)

    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/lb -> server-1 ejected: 3 PINGs unanswered$/)
    expect(Number.parseInt(lines[0]!, 10)).toBeLessThanOrEqual(2_500)
    expect(cluster.health.at(-1)).toBe('lb -> server-1 restored: heard')
    expect(upstream(cluster, 'server-1').ramp).toBe(0.1)
  })

  it('is out within 1.5 s at 1 000 requests a second, and back with no more than its share in its first second', () => {
    const cluster = new Cluster(topology([WELL, WELL, WELL], { load: { timeout: '2s' } }))
    const ids = ['server-1', 'server-2', 'server-3']
    load(cluster, 500)
    const { world } = cluster.life('server-2')
    world.freeze()
    const lines = told(cluster, note => load(cluster, STOPPED_MS, 1, note))
    const failed = cluster.client.counters().failed
    world.thaw()
    const back = told(cluster, note => load(cluster, 10, 1, note))
    const shares = [990, 1_000, 1_000].map(ms => picked(cluster, ids, () => load(cluster, ms))[1]! / ms)
    cluster.clock.advance(3_000)

    expect(lines.map(line => line.replace(/^\d+ /, ''))).toEqual(['lb -> server-2 ejected: silent for 1s'])
    expect(Number.parseInt(lines[0]!, 10)).toBeLessThanOrEqual(1_500)
    expect(failed).toBeLessThanOrEqual(420)
    expect(back.map(line => line.replace(/^\d+ /, ''))).toEqual(['lb -> server-2 restored: heard'])
    expect(shares[0]).toBeLessThan(1.2 / 3)
    expect(shares[0]).toBeGreaterThan(0)
    expect(shares[2]).toBeCloseTo(1 / 3, 1)
    expect(cluster.client.counters().failed).toBe(failed)
  })

  it('is not asked for more than it can answer when it goes on: no connection is lost', () => {
    const cluster = new Cluster(topology([WELL, WELL], { health: { interval: '20ms', fall: 100, rise: 20 } }))
    const { world } = cluster.life('server-1')
    world.freeze()
    cluster.clock.advance(60_000)
    world.thaw()
    cluster.clock.advance(5_000)

    expect(cluster.counters('server-1').protocolErrors).toBe(0)
    expect(cluster.health).toEqual(['lb -> server-1 ejected: 100 PINGs unanswered', 'lb -> server-1 restored: heard'])
  })
})

describe('a killed server', () => {
  it('returns with little at first, and nothing fails because of that', () => {
    const cluster = new Cluster(topology([WELL, WELL, WELL]))
    load(cluster, 200)
    cluster.kill(cluster.life('server-1'))
    load(cluster, 100)
    const failed = cluster.client.counters().failed
    cluster.restart('server-1')
    const [first] = picked(cluster, ['server-1'], () => load(cluster, 1_000))

    expect(first).toBeLessThan(1.2 * 333)
    expect(first).toBeGreaterThan(20)
    expect(cluster.client.counters().failed).toBe(failed)
  })

  it('takes everything at once where it is the only one', () => {
    const cluster = new Cluster(topology([WELL]))
    cluster.kill(cluster.life('server-1'))
    cluster.clock.advance(100)
    cluster.restart('server-1')
    cluster.clock.advance(1_100)
    const before = cluster.client.counters().failed
    load(cluster, 100)

    expect(cluster.client.counters().failed).toBe(before)
    expect(cluster.received('server-1')).toEqual([100])
  })

  it('shares evenly with those that return with it', () => {
    const cluster = new Cluster(topology([WELL, WELL, WELL]))
    const ids = ['server-1', 'server-2', 'server-3']
    for (const id of ids) cluster.kill(cluster.life(id))
    cluster.clock.advance(50)
    for (const id of ids) cluster.start(id)
    cluster.clock.settle()
    cluster.publish()
    cluster.clock.settle()
    const counts = picked(cluster, ids, () => load(cluster, 999))

    for (const count of counts) expect(Math.abs(count - 333)).toBeLessThan(15)
    expect(cluster.client.counters().failed).toBe(0)
  })

  it('begins anew where it was ejected: a new process has done nothing wrong', () => {
    const cluster = new Cluster(topology([FAILING, WELL, WELL], { health: { ejectionTime: '30s' } }))
    load(cluster, 60)
    cluster.kill(cluster.life('server-1'))
    cluster.clock.settle()
    cluster.restart('server-1')
    cluster.clock.settle()

    expect(upstream(cluster, 'server-1')).toMatchObject({ health: 'healthy', circuit: 'closed' })
    expect(cluster.health.slice(1)).toEqual(['lb -> server-1 ejected: ended', 'lb -> server-1 restored: connected'])
  })

  it('of a pool that starts, none is returning: each has its whole share from the first request', () => {
    const cluster = new Cluster(topology([WELL, WELL]))
    cluster.edit(topology([WELL, WELL, WELL]))
    const counts = picked(cluster, ['server-1', 'server-2', 'server-3'], () => load(cluster, 90))

    expect(counts).toEqual([30, 30, 30])
    expect(cluster.counters('lb').upstreams.map(({ ramp }) => ramp)).toEqual([1, 1, 1])
  })
})

describe('backups', () => {
  const POOL = [WELL, WELL, { backup: true }]

  it('get nothing while somebody else can take it, all when nobody can, and nothing again', () => {
    const cluster = new Cluster(topology(POOL))
    const ids = ['server-1', 'server-2', 'server-3']
    const [, , idle] = picked(cluster, ids, () => load(cluster, 100))
    cluster.kill(cluster.life('server-1'))
    cluster.clock.settle()
    const [, , oneLeft] = picked(cluster, ids, () => load(cluster, 100))
    cluster.kill(cluster.life('server-2'))
    cluster.clock.settle()
    const [, , alone] = picked(cluster, ids, () => load(cluster, 100))
    cluster.restart('server-1')
    cluster.clock.advance(1_100)
    const [, , after] = picked(cluster, ids, () => load(cluster, 100))

    expect([idle, oneLeft, alone, after]).toEqual([0, 0, 100, 0])
    expect(cluster.health.filter(line => line.includes('backup'))).toEqual([
      'lb backup: server-3 takes over',
      'lb backup-over: 1 of 2 usable',
    ])
  })

  it('take over for the only server where that fails', () => {
    const cluster = new Cluster(topology([FAILING, { backup: true }]))
    load(cluster, 100)

    expect(cluster.received('server-1', 'server-2')).toEqual([5, 95])
    expect(cluster.health).toEqual(['lb -> server-1 ejected: 5 failures in a row', 'lb backup: server-2 takes over'])
  })

  it('are not even tried while they are not needed', () => {
    const pool = [WELL, { ...FAILING, backup: true }, { backup: true }]
    const cluster = new Cluster(topology(pool))
    cluster.kill(cluster.life('server-1'))
    load(cluster, 60)
    const ejected = upstream(cluster, 'server-2')
    cluster.restart('server-1')
    cluster.clock.advance(1_100)
    const counts = picked(cluster, ['server-2', 'server-3'], () => load(cluster, 3_000, 10))

    expect([ejected.picked, ejected.circuit]).toEqual([5, 'open'])
    expect(counts).toEqual([0, 0])
    expect(upstream(cluster, 'server-2').circuit).toBe('half-open')
  })

  it('are no news at a start, whoever connects first', () => {
    const cluster = new Cluster(topology([{ backup: true }, WELL]))
    load(cluster, 10)

    expect(cluster.health).toEqual([])
    expect(cluster.received('server-1', 'server-2')).toEqual([0, 10])
  })
})

describe('the operator’s wish', () => {
  const slow = { serviceTime: '20ms' }
  const wishing = (admin: string) => topology([{ ...slow, admin }, slow, slow])

  it.each(['drain', 'maintenance'])('%s takes a server out and ready brings it back, and nothing fails', admin => {
    const cluster = new Cluster(wishing('ready'))
    load(cluster, 100)
    cluster.edit(wishing(admin))
    const [out] = picked(cluster, ['server-1'], () => load(cluster, 3_000))
    const away = { ...upstream(cluster, 'server-1') }
    cluster.edit(wishing('ready'))
    cluster.clock.settle()
    const returned = upstream(cluster, 'server-1')
    const [back] = picked(cluster, ['server-1'], () => load(cluster, 1_000))
    cluster.clock.advance(100)

    expect(out).toBe(0)
    expect(away).toMatchObject({ admin, health: admin === 'drain' ? 'healthy' : 'unknown', inFlight: 0 })
    expect(returned).toMatchObject({ admin: 'ready', health: 'healthy', ramp: 0.1 })
    expect(back).toBeGreaterThan(20)
    expect(back).toBeLessThan(250)
    expect(cluster.health).toEqual([
      `lb -> server-1 admin: ready -> ${admin}`,
      `lb -> server-1 admin: ${admin} -> ready`,
    ])
    expect(cluster.client.counters()).toMatchObject({ failed: 0, pending: 0 })
  })

  it('maintenance closes the connection when the last answer has come, drain keeps it', () => {
    const cluster = new Cluster(wishing('ready'))
    load(cluster, 30)
    cluster.edit(wishing('maintenance'))
    const connections = [cluster.counters('server-1').connections]
    cluster.clock.advance(1_000)
    connections.push(cluster.counters('server-1').connections)
    cluster.edit(wishing('drain'))
    cluster.clock.advance(1_000)
    connections.push(cluster.counters('server-1').connections)

    expect(connections).toEqual([1, 0, 1])
    expect(cluster.client.counters()).toMatchObject({ failed: 0, pending: 0 })
  })

  it('of maintenance from the start leaves the node unasked, and the start waits for nobody', () => {
    const cluster = new Cluster(wishing('maintenance'))
    load(cluster, 90)

    expect(cluster.life('lb').ready).toEqual([null])
    expect(cluster.received('server-1', 'server-2', 'server-3')).toEqual([0, 45, 45])
    expect([cluster.counters('server-1').connections, cluster.health]).toEqual([0, []])
  })

  it('outlives a restart of the server: who is to be left alone is', () => {
    const cluster = new Cluster(wishing('maintenance'))
    cluster.kill(cluster.life('server-1'))
    cluster.restart('server-1')
    cluster.clock.advance(1_000)
    const applied = cluster.applied
    cluster.publish()
    cluster.clock.settle()

    expect([cluster.counters('server-1').connections, cluster.health]).toEqual([0, []])
    expect(cluster.applied).toBeGreaterThan(applied)
  })
})

describe('a proxy whose servers are gone', () => {
  it('is ejected by the load balancer for answering that nobody can take it', () => {
    const cluster = new Cluster(
      topologyOf({
        proxies: [{ id: 'proxy-1' }, { id: 'proxy-2' }],
        servers: [
          { id: 'server-1', behind: 'proxy-1' },
          { id: 'server-2', behind: 'proxy-2' },
        ],
      }),
    )
    cluster.kill(cluster.life('server-1'))
    load(cluster, 100)
    const failed = cluster.client.counters().failed
    load(cluster, 1_000)

    expect(cluster.health).toContain('lb -> proxy-1 ejected: 5 failures in a row')
    expect(cluster.client.counters().failed).toBe(failed)
  })
})
