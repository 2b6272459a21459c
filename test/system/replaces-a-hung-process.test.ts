/**
 * A process that is there and does nothing, stopped or in an endless loop: those that send to it take it out first, so
 * that clients whose requests may be tried again notice nothing; then the launcher kills and replaces it.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import type { NodeStats } from '../../src/stats/reports.ts'
import { CLIENTS } from '../../src/stats/violation.ts'
import { stopProcess } from '../supervise/socket-fixtures.ts'
import { expectLawsInEveryLine } from '../support/claims.ts'
import { IS_FULL, sized, tell } from '../support/full-size.ts'
import { expectNothingLeft, familyOf } from '../support/left-behind.ts'
import { planted } from '../support/planted.ts'
import { type EventLine, nineNodes, nodeOf, type Run, startRun } from '../support/processes.ts'

const RATE = sized(150, 500)
const TIMEOUT = '2500ms'
/** Five attempts of a second each are to fit. */
const DEADLINE = '10s'
const HUNG = /^hung, killed after \d/

let run: Run
beforeAll(async () => {
  // What was sent in the second until somebody is missed is tried again all at once, and may meet the next who is.
  const room = { queue: 4_096 }
  const proxy = { timeout: DEADLINE, maxInFlight: 4_096, ...room }
  const loadBalancer = { attempts: 5, retryBudget: 1, ...proxy }
  const defaults = { loadBalancer, proxy, server: { serviceTime: '2ms', ...room } }
  run = startRun({
    topology: { ...nineNodes({ rate: RATE, timeout: DEADLINE }), defaults, restart: { heartbeatTimeout: TIMEOUT } },
    ...planted('server-6', 'troubled-child.mjs', ''),
  })
  await run.ready()
  await run.statsWhen(({ nodes }) => nodes.every(({ received }) => received > 20), 'every node has worked')
})

const ejected = (parent: string, id: string): Promise<EventLine> =>
  run.waitFor(() => run.events('ejected', parent).find(({ upstream }) => upstream === id), `${parent} ejects ${id}`)

/** When another process of this node, or of the clients, is ready: how the old one ended, and when that was seen. */
async function replaced(id: string): Promise<EventLine> {
  await run.waitFor(() => run.events('up', id)[0], `${id} is replaced`)
  return run.events('exit', id)[0]!
}

describe(`hung processes under ${RATE} requests per second`, () => {
  it('are ejected by their parents, then killed and replaced, and no client notices', async () => {
    const pids = run.pids()
    process.kill(pids['server-6']!, 'SIGUSR2')
    const ejections = [await ejected('proxy-2', 'server-6')]
    await stopProcess(pids['server-5']!)
    ejections.push(await ejected('proxy-2', 'server-5'))
    await stopProcess(pids['proxy-1']!)
    ejections.push(await ejected('lb', 'proxy-1'))
    const exits = await Promise.all(['server-6', 'server-5', 'proxy-1'].map(replaced))
    const before = run.stats().at(-1)!
    const isBack = (now: NodeStats, { received }: NodeStats) => now.restarts === 1 && now.received > received + 10
    const back = await run.statsWhen(
      stats => exits.every(({ node }) => isBack(nodeOf(stats, node!), nodeOf(before, node!))),
      'all of them work again',
    )
    tell(exits.map(({ node, detail }) => `${node}: ${detail}`).join('; '))

    expect(exits.map(({ detail, signal }) => [HUNG.test(detail), signal])).toEqual(Array(3).fill([true, 'SIGKILL']))
    for (const [i, { time }] of exits.entries()) expect(time).toBeGreaterThan(ejections[i]!.time)
    for (const { node } of exits) expect(nodeOf(back, node!)).toMatchObject({ restarts: 1, state: 'up', hung: false })
    expect(back.client.failedBy).toEqual({})
  })

  it.runIf(IS_FULL)(
    'may be the only load balancer and the clients themselves: both are replaced, and it goes on',
    async () => {
      const pids = run.pids()
      await Promise.all(['lb', 'clients'].map(id => stopProcess(pids[id]!)))
      const exits = await Promise.all(['lb', CLIENTS].map(replaced))
      const { client } = run.stats().at(-1)!
      await run.statsWhen(stats => stats.client.answered > client.answered + RATE / 2, 'the clients are served again')

      expect(exits.map(({ detail, signal }) => [HUNG.test(detail), signal])).toEqual(Array(2).fill([true, 'SIGKILL']))
    },
  )

  it('cost no other process its life, and no count', async () => {
    const family = familyOf(run.pid)
    const { code, stderr, summary } = await run.end()
    const reasons = Object.keys(summary.client.failedBy)

    expect([code, stderr, summary.laws, summary.restarts]).toEqual([0, '', 'ok', sized(3, 5)])
    // What the clients waited for, and what they sent before the load balancer was back.
    expect(reasons.filter(name => !['crashed', 'unavailable', 'connectionLost'].includes(name))).toEqual([])
    expect(summary.client.pending).toBe(0)
    expectLawsInEveryLine(run.lines)
    await expectNothingLeft(run.dir, family)
  })
})
