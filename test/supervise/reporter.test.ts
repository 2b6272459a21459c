import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Histogram } from '../../src/stats/histogram.ts'
import { makeLogLine } from '../../src/stats/log-line.ts'
import type { NodeCounters } from '../../src/stats/reports.ts'
import { NO_CLIENT_COUNTS, NO_NODE_COUNTS } from '../../src/stats/totals.ts'
import { AccountBook } from '../../src/supervise/account-book.ts'
import type { Fleet } from '../../src/supervise/fleet.ts'
import { LogStore } from '../../src/supervise/log-store.ts'
import type { Counters } from '../../src/supervise/messages.ts'
import { Reporter } from '../../src/supervise/reporter.ts'
import { topologyOf } from '../support/topology.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A fleet without processes: a load balancer, two servers, and the accounts that a test gives them. */
function makeFleet() {
  const topology = topologyOf({ servers: [{ id: 'server-1' }, { id: 'server-2', weight: 1 }], load: { rate: 75 } })
  const accounts = new Map<string, Counters>()
  const keeperOf = (id: string, pid: number) => ({
    state: 'up',
    restarts: 0,
    lastExit: null as string | null,
    lastLines: [] as string[],
    life: { isOver: false, isHung: false, child: { pid }, facts: { cpuPercent: 12.5, memoryBytes: 50_000_000 } },
    openAccounts: () => [accounts.get(id)].filter(account => account !== undefined),
  })
  const tended = topology.nodes.map((spec, i) => ({
    spec,
    keeper: keeperOf(spec.id, 100 + i),
    book: new AccountBook(),
  }))
  const fleet = {
    topology,
    nodes: new Map(tended.map(each => [each.spec.id, each])),
    clients: keeperOf('clients', 99),
    clientsBook: new AccountBook(),
    logs: new LogStore(),
  }
  const count = (id: string, counters: Partial<NodeCounters>) =>
    accounts.set(id, { kind: 'node', counters: { ...NO_NODE_COUNTS, ...counters } })
  const send = (sent: number) =>
    accounts.set('clients', { kind: 'clients', counters: { ...NO_CLIENT_COUNTS, sent, answered: sent } })
  const makeReporter = (windowMs = 0) => new Reporter({ fleet: fleet as unknown as Fleet, windowMs })
  return { fleet, count, send, makeReporter }
}

function latencies(...values: number[]): readonly number[] {
  const histogram = new Histogram()
  for (const value of values) histogram.record(value)
  return histogram.sparse()
}

describe('the reporter', () => {
  it('tells somebody who asks in between the counts of now, and takes nothing from the next report', () => {
    const { count, send, makeReporter } = makeFleet()
    const reporter = makeReporter()
    reporter.begin()
    count('server-1', { received: 30, answered: 30 })
    send(30)
    vi.advanceTimersByTime(1_000)
    const peeked = reporter.peek('running', 1, null)
    const told = reporter.stats('running', 1, null)

    expect([peeked.client.sent, peeked.client.perSecond]).toEqual([30, 30])
    expect([told.client.sent, told.client.perSecond]).toEqual([30, 30])
    expect({ ...peeked, timeMs: 0 }).toEqual({ ...told, timeMs: 0 })
  })

  it('tells totals of the run, and rates and shares since the last report', () => {
    const { count, send, makeReporter } = makeFleet()
    const reporter = makeReporter()
    reporter.begin()
    count('server-1', { received: 30, answered: 30 })
    count('server-2', { received: 10, answered: 10 })
    send(40)
    vi.advanceTimersByTime(1_000)
    const first = reporter.stats('running', 1, null)
    count('server-1', { received: 40, answered: 40 })
    count('server-2', { received: 20, answered: 20 })
    send(80)
    vi.advanceTimersByTime(500)
    const second = reporter.stats('running', 2, 'no')
    const rows = [first, second].map(({ nodes }) => nodes.map(node => [node.received, node.perSecond, node.share]))

    expect(rows).toEqual([
      [
        [0, 0, null],
        [30, 30, 0.75],
        [10, 10, 0.25],
      ],
      [
        [0, 0, null],
        [40, 20, 0.5],
        [20, 20, 0.5],
      ],
    ])
    expect(first.client).toMatchObject({ sent: 40, perSecond: 40, targetRate: 75, pid: 99 })
    expect(second).toMatchObject({ client: { sent: 80, perSecond: 80 }, generation: 2, banner: 'no', phase: 'running' })
  })

  it('looks back over its window where it has one', () => {
    const { send, makeReporter } = makeFleet()
    const reporter = makeReporter(2_000)
    reporter.begin()
    const rates: number[] = []
    for (const sent of [100, 200, 200, 200, 200]) {
      send(sent)
      vi.advanceTimersByTime(1_000)
      rates.push(reporter.stats('running', 1, null).client.perSecond)
    }

    expect(rates).toEqual([100, 100, 50, 0, 0])
  })

  it('tells latencies since the last report, and of the whole run at the end', () => {
    const { count, makeReporter } = makeFleet()
    const reporter = makeReporter()
    const counts: (number | null)[][] = []
    const look = () => {
      const { latency } = reporter.stats('running', 1, null).nodes[1]!
      counts.push([latency.count, latency.p50Us === null ? null : Math.round(latency.p50Us / 1_000)])
    }
    count('server-1', { latency: latencies(1, 1, 1) })
    look()
    count('server-1', { latency: latencies(1, 1, 1, 8) })
    look()
    look()

    expect(counts).toEqual([
      [3, 1],
      [1, 8],
      [0, null],
    ])
    expect(reporter.total().nodes[1]!.latency).toMatchObject({ count: 4 })
  })

  it('adds what the launcher knows of each process', () => {
    const { fleet, makeReporter } = makeFleet()
    const keeper = fleet.nodes.get('server-2')!.keeper
    keeper.life.isHung = true
    const before = makeReporter().stats('running', 1, null).nodes[2]
    Object.assign(keeper, { state: 'down', restarts: 1, lastExit: 'code 1', lastLines: ['oh'] })
    Object.assign(keeper.life, { isOver: true, isHung: false })
    const source = { node: 'server-2', role: 'server', pid: 1 }
    fleet.logs.add('server-2', makeLogLine(source, 1, 'warn', '12 lines dropped', { dropped: 12 }))
    fleet.nodes.get('server-2')!.book.bury(null, false)
    const after = makeReporter().stats('running', 1, null).nodes[2]

    expect(before).toMatchObject({
      state: 'up',
      pid: 102,
      cpuPercent: 12.5,
      memoryBytes: 50_000_000,
      approximate: false,
      lastLines: [],
      hung: true,
    })
    expect(after).toMatchObject({
      state: 'down',
      pid: null,
      restarts: 1,
      cpuPercent: null,
      memoryBytes: null,
      approximate: true,
      lastExit: 'code 1',
      lastLines: ['oh'],
      hung: false,
      logLines: 1,
      logDropped: 12,
    })
  })

  it('keeps the row of a removed node, after those of the topology', () => {
    const { fleet, count, makeReporter } = makeFleet()
    const reporter = makeReporter()
    count('server-1', { received: 5, answered: 5 })
    fleet.topology = { ...fleet.topology, nodes: fleet.topology.nodes.filter(({ id }) => id !== 'server-1') }
    const { nodes } = reporter.stats('running', 2, null)

    expect(nodes.map(({ id, received, expectedShare }) => [id, received, expectedShare])).toEqual([
      ['lb', 0, expect.anything()],
      ['server-2', 0, 1],
      ['server-1', 5, null],
    ])
  })

  it('leaves the time after the end out of the rates of the whole run', () => {
    const { send, makeReporter } = makeFleet()
    vi.advanceTimersByTime(1_000)
    const reporter = makeReporter()
    vi.advanceTimersByTime(500)
    reporter.begin()
    send(100)
    vi.advanceTimersByTime(1_000)
    reporter.end()
    vi.advanceTimersByTime(5_000)

    expect(reporter.total().client.perSecond).toBe(100)
    expect(reporter.uptimeMs()).toBe(1_500)
  })
})
