/**
 * Servers and proxies killed over and over under load: the load balancer tries elsewhere, or waits for whoever comes
 * back, so that no client sees any of it. Half of the load are the built-in clients, half is a witness that knows each
 * request by its number. At the end nobody is spared, the load balancer and the clients neither.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { CLIENTS } from '../../src/stats/violation.ts'
import { stopProcess } from '../supervise/socket-fixtures.ts'
import { expectAllAnswered, expectLawsInEveryLine } from '../support/claims.ts'
import { kill } from '../support/commands.ts'
import { sized, tell } from '../support/full-size.ts'
import { Killer } from '../support/killer.ts'
import { expectNothingLeft, familyOf } from '../support/left-behind.ts'
import { nineNodes, type Run, startRun, threeNodes } from '../support/processes.ts'
import { AGAIN, SEED } from '../support/seed.ts'
import { ALL_WELL, callWitness, latencies, percentile, type Witness } from '../support/witness.ts'

const RATE = sized(300, 1_000)
const SERVERS = [1, 2, 3, 4, 5, 6].map(n => `server-${n}`)
const PROXIES = ['proxy-1', 'proxy-2']
/** Whoever waits while nobody is there finds room, and whoever is back first, long before the others, takes them all. */
const QUEUE = 4_096
/** The default at full size; else longer, for machines on which those that come back are slow at first. */
const ATTEMPT_TIMEOUT_MS = sized(3_000, 1_000)
const AWAY_MS = ATTEMPT_TIMEOUT_MS + 500
/** On a machine that takes its time to start processes, nobody is to fail for that alone. */
const DEADLINE_MS = 30_000
const PATIENCE = { timeout: `${DEADLINE_MS}ms` }
/** Between kills, at most: restarts are met in every phase, but for those of the victim itself. */
const PAUSE_MS = 150

describe(`nine nodes under ${RATE} requests per second (${AGAIN})`, () => {
  const KILLS = sized(4, 100)
  const ALL_KILLS = sized(5, 100)
  let run: Run
  let killer: Killer
  let witness: Witness
  beforeAll(async () => {
    // Slow enough that every kill hits requests under way.
    const forwarder = { queue: QUEUE, ...PATIENCE }
    const loadBalancer = { ...forwarder, attemptTimeout: `${ATTEMPT_TIMEOUT_MS}ms` }
    const defaults = { server: { serviceTime: '10ms', queue: QUEUE }, proxy: forwarder, loadBalancer }
    run = startRun({ topology: { ...nineNodes({ rate: RATE / 2, ...PATIENCE }), defaults } })
    await run.ready()
    killer = new Killer(run, makeRng(SEED), [...SERVERS, ...PROXIES])
    witness = await callWitness(`${run.dir}/sockets/lb.sock`, DEADLINE_MS)
    witness.start(RATE / 2)
    await run.statsWhen(({ client }) => client.answered > RATE / 2, 'the system is warm')
  })

  /** Clients notice nothing of it. */
  async function expectUnnoticed(act: () => Promise<void>): Promise<void> {
    const before = run.stats().at(-1)!.client.failedBy
    await act()
    const { client } = await run.freshStats()

    expect(client.failedBy).toEqual(before)
  }

  it(`answers every request while ${KILLS} servers and proxies are killed`, { timeout: 600_000 }, () =>
    expectUnnoticed(() => killer.killOneByOne(KILLS, PAUSE_MS)),
  )

  it.each([
    ['goes on with the other branch when all servers behind one proxy are', SERVERS.slice(0, 3)],
    ['lets requests wait when both proxies are', PROXIES],
  ])('%s killed at once', (_, victims) => expectUnnoticed(() => killer.killAll(victims)))

  it('lets requests wait while all servers are gone for longer than an attempt may take', async () => {
    // Within the same millisecond a request may be lost with one server, then with the next, before they are missed.
    await run.nextEvent('reload', () =>
      run.edit(topology => {
        topology.defaults.loadBalancer.attempts = 1 + SERVERS.length
        // Until an empty branch is known to be empty every request is sent twice, and the kills before have spent what was saved.
        topology.defaults.loadBalancer.retryBudget = 1
      }),
    )
    await expectUnnoticed(async () => {
      await killer.allStable(SERVERS)
      await stopProcess(run.pid) // so that nobody brings them back yet
      setTimeout(() => kill(run.pid, 'SIGCONT'), AWAY_MS)
      await killer.killAll(SERVERS)
    })
  })

  it('has given each request one answer, its own', async () => {
    const history = await witness.history()
    const times = latencies(witness.requests)
    witness.leave()
    const { client, nodes } = await run.freshStats()
    const { retried } = nodes.find(({ id }) => id === 'lb')!
    tell(
      `${killer.killed.length} kills at ${RATE}/s: ${history.sent} + ${client.sent} sent, ${retried} retried, witness p99 ${percentile(times, 0.99)} ms, max ${percentile(times, 1)} ms`,
    )

    expect(history).toEqual({ ...ALL_WELL, sent: history.sent, answered: history.sent })
    expectAllAnswered({ ...client, answered: client.answered + client.pending, pending: 0 })
    expect(percentile(times, 1)).toBeLessThan(sized(DEADLINE_MS, 5_000))
  })

  it(`outlasts ${ALL_KILLS} kills of any process but the launcher`, { timeout: 600_000 }, async () => {
    killer.victims = ['lb', ...PROXIES, ...SERVERS, CLIENTS]
    await run.nextEvent('reload', () =>
      run.edit(topology => {
        Object.assign(topology.load, { rate: RATE, attempts: 3 })
      }),
    )
    await killer.killMany(ALL_KILLS, PAUSE_MS)
    const { client } = run.stats().at(-1)!
    const now = await run.statsWhen(stats => stats.client.answered > client.answered + RATE, 'it works as before')
    tell(
      `then ${ALL_KILLS} of anybody at ${RATE}/s: ${killer.killed.slice(-ALL_KILLS).join(' ')}; ${JSON.stringify(now.client.failedBy)}`,
    )

    expect(now.nodes.map(({ state }) => state)).toEqual(Array(9).fill('up'))
    expect(run.events('crash-loop')).toEqual([])
  })

  it('keeps its accounts through all of it, and leaves nothing behind', async () => {
    const family = familyOf(run.pid)
    const { code, stderr, summary } = await run.end()
    const { sent, answered, failed, pending } = summary.client

    expect([code, stderr, summary.laws, summary.restarts]).toEqual([0, '', 'ok', killer.killed.length])
    expect([answered + failed, pending]).toEqual([sent, 0])
    expectLawsInEveryLine(run.lines)
    await expectNothingLeft(run.dir, family)
  })
})

describe(`a load balancer under ${RATE} requests per second (${AGAIN})`, () => {
  const KILLS = sized(1, 25)

  it(`is killed ${KILLS} times, and clients that try again lose no request`, { timeout: 600_000 }, async () => {
    const topology = threeNodes({ rate: RATE, attempts: 3, ...PATIENCE }, { serviceTime: '10ms', queue: QUEUE })
    const run = startRun({ topology })
    await run.ready()
    await run.statsWhen(({ client }) => client.answered > RATE / 2, 'the system is warm')
    const killer = new Killer(run, makeRng(SEED), ['lb'])
    await killer.killOneByOne(KILLS, PAUSE_MS)
    await sleep(300)
    const family = familyOf(run.pid)
    const { code, stderr, summary } = await run.end()
    const { p99Us, maxUs } = summary.client.latency
    tell(`${KILLS} kills of the load balancer: p99 ${p99Us! / 1_000} ms, max ${maxUs! / 1_000} ms`)

    expectAllAnswered(summary.client)
    expect([code, stderr, summary.laws, summary.restarts]).toEqual([0, '', 'ok', KILLS])
    expect(p99Us).toBeLessThan(sized(DEADLINE_MS, 1_000) * 1_000)
    expectLawsInEveryLine(run.lines)
    await expectNothingLeft(run.dir, family)
  })
})
