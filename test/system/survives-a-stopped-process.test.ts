/** A process that is stopped, as by a debugger or a host short of memory, holds what it has and answers nothing. */
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { stopProcess, until } from '../supervise/socket-fixtures.ts'
import { expectLawsInEveryLine } from '../support/claims.ts'
import { kill } from '../support/commands.ts'
import { sized } from '../support/full-size.ts'
import { memoryMbOf } from '../support/process-table.ts'
import { nineNodes, nodeOf, type Run, startRun } from '../support/processes.ts'

const TIMEOUT_MS = 2_000
const RATE = 300

/** Of the one that grew most, in MB. */
const growth = (pids: readonly number[], before: readonly number[]) =>
  Math.max(...pids.map((pid, i) => memoryMbOf(pid) - before[i]!))

let run: Run
beforeAll(async () => {
  // Slow enough that something is outstanding everywhere at any moment.
  const defaults = { server: { serviceTime: '50ms' } }
  const load = { rate: RATE, timeout: `${TIMEOUT_MS}ms`, payloadBytes: 4_096 }
  const restart = { heartbeatTimeout: '2m' }
  run = startRun({ topology: { ...nineNodes(load), defaults, restart } })
  await run.ready()
  await run.statsWhen(({ nodes }) => nodes.every(({ received }) => received > 50), 'every node has worked')
})

const ejectedBy = (node: string) => run.events('ejected', node).length

describe('a run under load', () => {
  it('ejects a stopped proxy, sends what it holds to the other, and takes it back with its late answers', async () => {
    const pid = run.pidOf('proxy-1')
    const [before, memory] = [run.node('proxy-1'), [memoryMbOf(run.pidOf('lb'))]]
    await stopProcess(pid)
    await run.waitFor(() => ejectedBy('lb') > 0, 'the load balancer ejects the proxy')
    const held = run.stats().at(-1)!.client
    await run.statsWhen(
      ({ client, nodes }) =>
        client.answered > held.answered + RATE && nodes.find(({ id }) => id === 'lb')!.upstreams[0]!.inFlight === 0,
      'what the proxy held has ended, and the rest is served',
    )
    const ended = run.stats().at(-1)!.client
    const whileStopped = growth([run.pidOf('lb')], memory)
    await run.waitFor(() => run.events('hung', 'proxy-1')[0], 'the launcher misses it too')
    const hung = await run.statsWhen(stats => nodeOf(stats, 'proxy-1').hung, 'it is shown as hung')
    await run.nextEvent('awake', () => kill(pid, 'SIGCONT'))
    // What it held is answered before that: late, and no sign that it has been taken back.
    await run.waitFor(() => run.events('restored', 'lb')[0], 'the load balancer takes it back')
    const back = await run.statsWhen(
      stats => nodeOf(stats, 'proxy-1').answered > before.answered + 100 && nodeOf(stats, 'lb').late > 0,
      'the proxy works again',
    )

    // One answer may be due at the same moment as its attempt's end and the client's deadline.
    expect(ended.failed).toBeLessThan(RATE / 10)
    expect(nodeOf(back, 'lb').retried).toBeGreaterThan(0)
    expect(whileStopped).toBeLessThan(32)
    expect(run.events('restored', 'lb')).toHaveLength(1)
    expect(nodeOf(hung, 'proxy-1')).toMatchObject({ state: 'up', pid })
    expect(nodeOf(back, 'proxy-1')).toMatchObject({ restarts: 0, pid, hung: false })
    expect(nodeOf(back, 'lb').late).toBeLessThanOrEqual(nodeOf(back, 'lb').failed + nodeOf(back, 'lb').retried)
  })

  it('does not let a load balancer eject its healthy proxies because it was stopped itself', async () => {
    const pid = run.pidOf('lb')
    const ejections = ejectedBy('lb')
    await stopProcess(pid)
    await sleep(1_500)
    kill(pid, 'SIGCONT')
    const { client } = run.stats().at(-1)!
    await run.statsWhen(stats => stats.client.answered > client.answered + RATE, 'the clients are served again')

    expect(ejectedBy('lb')).toBe(ejections)
  })

  it('does not need its launcher: stopped, it costs no request and no memory, and blames nobody for it', async () => {
    // Shorter than it will be stopped for.
    await run.nextEvent('reload', () =>
      run.edit(topology => {
        topology.restart.heartbeatTimeout = '2s'
      }),
    )
    await run.freshStats()
    const pids = run.children()
    const { client } = run.stats().at(-1)!
    const memory = pids.map(memoryMbOf)
    const stopMs = sized(3_000, 10_000)
    await stopProcess(run.pid)
    await sleep(stopMs)
    const grownMb = growth(pids, memory)
    kill(run.pid, 'SIGCONT')
    await until(
      () => run.stats().at(-1)!.client.answered > client.answered + (RATE * stopMs) / 2_000,
      'the launcher hears of what was served meanwhile',
      20_000,
    )
    const after = await run.freshStats()

    expect(after.client.failed).toBe(client.failed)
    expect(after.nodes.map(({ restarts, hung }) => [restarts, hung])).toEqual(Array(9).fill([0, false]))
    expect([after.client.restarts, run.events('exit')]).toEqual([0, []])
    expect(run.events('hung').map(({ node }) => node)).toEqual(['proxy-1'])
    expect(grownMb).toBeLessThan(10)
  })

  it('keeps its accounts through all of it', async () => {
    const { code, stderr, summary } = await run.end()

    expect([code, stderr, summary.laws, summary.client.pending]).toEqual([0, '', 'ok', 0])
    expect(summary.restarts).toBe(0)
    expectLawsInEveryLine(run.lines)
  })
})
