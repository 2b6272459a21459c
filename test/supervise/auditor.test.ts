import { describe, expect, it, vi } from 'vitest'
import { Histogram } from '../../src/stats/histogram.ts'
import type { NodeCounters, UpstreamCounters } from '../../src/stats/reports.ts'
import { NO_CLIENT_COUNTS, NO_NODE_COUNTS } from '../../src/stats/totals.ts'
import { CLIENTS, textOf } from '../../src/stats/violation.ts'
import { AccountBook } from '../../src/supervise/account-book.ts'
import { type Audit, Auditor } from '../../src/supervise/auditor.ts'
import type { Keeper } from '../../src/supervise/keeper.ts'
import type { Life } from '../../src/supervise/life.ts'
import type { Counters } from '../../src/supervise/messages.ts'
import { clientStats, nodeStats, upstreamCounts } from '../support/stats.ts'

const NO_TIMES = new Histogram().summary()

interface FakeLife {
  role: 'load-balancer' | 'server' | null
  account: Counters | null
  facts: { readAtMs: number } | null
}

/** Clients, a load balancer and a server without processes: their lives say what a test lets them say. */
function makeAudit() {
  const lives = new Map<string, FakeLife[]>()
  const keeperOf = (id: string) =>
    ({
      openLives: () => lives.get(id)!,
      openAccounts: () => lives.get(id)!.flatMap(({ account }) => account ?? []),
      processes: () => ({ starts: 1, asked: 1, running: 1, exits: 0, spawnErrors: 0, restarts: 0 }),
    }) as unknown as Keeper
  const begin = (id: string) => {
    const role = id === 'lb' ? 'load-balancer' : id === 'server' ? 'server' : null
    const life: FakeLife = { role, account: null, facts: null }
    lives.set(id, [...(lives.get(id) ?? []), life])
    return life
  }
  const fleet: Audit = {
    nodes: new Map(['lb', 'server'].map(id => [id, { keeper: keeperOf(id), book: new AccountBook() }])),
    clients: keeperOf(CLIENTS),
    clientsBook: new AccountBook(),
  }
  const told: string[] = []
  const auditor = new Auditor(fleet, violation => told.push(textOf(violation)))
  const say = (id: string, life: FakeLife, atMs: number, account: Counters) => {
    const before = life.account
    Object.assign(life, { account, facts: { readAtMs: atMs } })
    auditor.hear(id, life as unknown as Life, before)
  }
  const node = (id: string, life: FakeLife, atMs: number, counts: Partial<NodeCounters>) =>
    say(id, life, atMs, { kind: 'node', counters: { ...NO_NODE_COUNTS, ...counts } })
  /** The life is over: killed, or after its last word. */
  const end = (id: string, life: FakeLife, isExact: boolean) => {
    lives.set(
      id,
      lives.get(id)!.filter(other => other !== life),
    )
    fleet.nodes.get(id)!.book.bury(life.account, isExact)
  }
  return {
    fleet,
    begin,
    node,
    say,
    end,
    told,
    auditor,
    lb: begin('lb'),
    server: begin('server'),
    clients: begin(CLIENTS),
  }
}

const served = (count: number) => ({
  received: count,
  receivedFrom: { lb: count },
  answered: count,
  latency: [9, count],
})
const passed = (count: number, edge: Partial<UpstreamCounters> = {}): Partial<NodeCounters> => ({
  received: count,
  fromClients: count,
  answered: count,
  latency: [9, count],
  upstreams: [upstreamCounts('server', { picked: count, answered: count, ...edge })],
})

describe('the auditor', () => {
  it('is content with accounts that arrive in any order, each true of its time', () => {
    const { node, say, lb, server, clients, told, auditor } = makeAudit()
    node('server', server, 100, served(5))
    node('lb', lb, 110, passed(9))
    node('lb', lb, 360, passed(14))
    node('server', server, 350, served(13))
    const edge = upstreamCounts('lb', { picked: 14, answered: 14 })
    const sent = { ...NO_CLIENT_COUNTS, sent: 14, answered: 14, latency: [9, 14], upstreams: [edge] }
    say(CLIENTS, clients, 361, { kind: 'clients', counters: sent })
    node('server', server, 600, served(14))

    expect(told).toEqual([])
    const nodes = [
      nodeStats('lb', { role: 'load-balancer', ...passed(14), latency: NO_TIMES }),
      nodeStats('server', { ...served(14), latency: NO_TIMES }),
    ]
    expect(auditor.finish(nodes, clientStats({ sent: 14, answered: 14, upstreams: [edge] }))).toEqual([])
  })

  it('tells a broken law once, however often its figures change, and keeps it for the end', () => {
    const { node, server, told, auditor } = makeAudit()
    node('server', server, 100, { ...served(5), answered: 6 })
    node('server', server, 350, { ...served(7), answered: 8 })
    node('server', server, 600, served(9))
    const stats = nodeStats('server', { ...served(9), received: 9, receivedFrom: { stranger: 9 }, latency: NO_TIMES })

    expect(told).toEqual(['server: received 5, but answered 6 + failed 0 + rejected 0 + in flight 0 = 6'])
    expect(auditor.finish([stats], clientStats())).toEqual(told)
  })

  it('compares both ends of an edge as each of them speaks', () => {
    const { node, lb, server, told } = makeAudit()
    node('lb', lb, 100, passed(9))
    node('server', server, 90, served(10))
    node('server', server, 110, served(8))

    expect(told).toEqual([
      'lb -> server: sent 9, but server received 10 from it',
      'server: counts fell: received from 10 to 8, answered from 10 to 8, receivedFrom lb from 10 to 8, times in bucket 9 from 10 to 8',
      'lb -> server: 9 ended by the word of server, but that received 8 from it',
      'server: its parents saw 9 answers, but it gave 8',
    ])
  })

  it('expects nothing of a life that has not spoken, and little of a node that was killed', () => {
    const { begin, node, end, lb, server, told } = makeAudit()
    node('server', server, 100, served(5))
    end('server', server, false)
    const next = begin('server')
    node('lb', lb, 110, passed(20))
    node('lb', lb, 360, passed(30))
    node('server', next, 350, served(4))
    node('server', next, 400, served(4))

    expect(told).toEqual([])
    // What it says it received is still its word.
    node('server', next, 401, served(40))
    node('lb', lb, 410, passed(31))
    expect(told).toEqual(['lb -> server: sent 31, but server received 45 from it'])
  })

  it('adds a life that ended in order to the one that took its place', () => {
    const { begin, node, end, lb, server, told } = makeAudit()
    node('server', server, 100, served(5))
    const next = begin('server')
    node('lb', lb, 110, passed(8))
    end('server', server, true)
    node('server', next, 120, served(3))
    expect(told).toEqual([])

    node('lb', lb, 130, passed(9))
    node('server', next, 140, { ...served(3), latency: [9, 3] })
    expect(told).toMatchObject([expect.stringContaining('9 ended by the word of server'), expect.anything()])
  })

  it('holds the clients to their laws as well', () => {
    const { say, clients, told } = makeAudit()
    say(CLIENTS, clients, 100, { kind: 'clients', counters: { ...NO_CLIENT_COUNTS, sent: 3, pending: 2 } })

    expect(told).toEqual([`${CLIENTS}: sent 3, but answered 0 + failed 0 + pending 2 = 2`])
  })

  it('misses the socket of a node that listens, and does not bind it anew', () => {
    vi.useFakeTimers()
    const { auditor, fleet, told } = makeAudit()
    const listening = ['lb', 'server', 'removed'].map(id => ({ id, socket: `sockets/nowhere/${id}.sock` }))
    Object.assign(fleet.nodes.get('lb')!.keeper, { state: 'up' })
    Object.assign(fleet.nodes.get('server')!.keeper, { state: 'down' })
    auditor.checkSockets(listening)
    expect(told).toEqual([])

    vi.advanceTimersByTime(5_000)
    vi.useRealTimers()
    expect(told).toEqual(['lb: it listens, but sockets/nowhere/lb.sock is no socket'])
  })

  it('looks for what is left at the end, and for processes that were lost from sight', () => {
    const { auditor, fleet } = makeAudit()
    const lost = { starts: 2, asked: 1, running: 0, exits: 1, spawnErrors: 0, restarts: 0 }
    fleet.nodes.get('lb')!.keeper.processes = () => lost

    expect(auditor.finish([nodeStats('server', { inFlight: 2, received: 2 })], clientStats())).toEqual([
      'server: 2 in flight after the end',
      'lb: started 2 times, but running 0 + exits 1 + spawn errors 0 = 1',
    ])
  })
})
