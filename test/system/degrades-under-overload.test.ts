/** What a real run answers of more than it can serve, and that the trouble ends with its cause. */
import { beforeAll, describe, expect, it } from 'vitest'
import { stopProcess } from '../supervise/socket-fixtures.ts'
import { kill } from '../support/commands.ts'
import { IS_FULL, sized } from '../support/full-size.ts'
import { type Run, type StatsLine, startRun, type Written } from '../support/processes.ts'

/** Requests per second that the servers can do: 3 of them, 16 at a time, 200 ms each; little for any machine. */
const CAPACITY = 240
const OVERLOAD_MS = sized(3_000, 10_000)
/** The accounts of all processes in a line are of the same time but for this. */
const ACCOUNTS_MS = 500
/** Without a failure for so long, it is over. */
const CALM_MS = 1_000

const TOPOLOGY: Written = {
  loadBalancers: [{ id: 'lb' }],
  proxies: [{ id: 'proxy', replicas: 2 }],
  servers: [{ id: 'server', replicas: 3, behind: ['proxy-1', 'proxy-2'], serviceTime: '200ms', concurrency: 16 }],
  defaults: { server: { queueDiscipline: 'codel' } },
  load: { rate: CAPACITY / 2 },
}

const sleep = (ms: number) => new Promise(settle => setTimeout(settle, ms))

/** Edits the running file. Resolves with when it was in force. */
async function change(run: Run, edit: (topology: Written) => void): Promise<number> {
  return (await run.nextEvent('reload', () => run.edit(edit))).time
}

const offer = (run: Run, timesCapacity: number) =>
  change(run, topology => {
    topology.load.rate = CAPACITY * timesCapacity
  })

/** How long after `fromMs` the first calm began. */
async function calmAfter(run: Run, fromMs: number): Promise<number> {
  const calmFrom = (line: StatsLine, lines: readonly StatsLine[]) => {
    const same = lines.filter(({ time, client }) => time >= line.time && client.failed === line.client.failed)
    const last = same.at(-1)!
    return last.time - line.time >= CALM_MS && last.client.answered > line.client.answered
  }
  return run.waitFor(() => {
    const lines = run.stats().filter(({ time }) => time >= fromMs)
    const calm = lines.find(line => calmFrom(line, lines))
    return calm && calm.time - fromMs
  }, 'requests are answered without a failure')
}

const failed = (run: Run) => run.stats().at(-1)!.client.failed

let run: Run
/** When the last trouble was over. */
let failedInCalm = 0
beforeAll(async () => {
  run = startRun({ topology: TOPOLOGY })
  await run.ready()
  await run.statsWhen(({ nodes }) => nodes.every(({ answered }) => answered > 10), 'every node has worked')
})

describe('a run under more load than it can serve', () => {
  it('answers at least 80 % of its capacity at three times that, and everything again 3 s after', async () => {
    const fromMs = await offer(run, 3)
    const first = await run.statsWhen(({ time }) => time >= fromMs + ACCOUNTS_MS, 'the overload has begun')
    const last = await run.statsWhen(({ time }) => time >= first.time + OVERLOAD_MS, 'it has lasted')
    const calmMs = await calmAfter(run, await offer(run, 0.5))
    const seconds = (last.time - first.time) / 1_000
    const sent = last.client.sent - first.client.sent
    const answered = last.client.answered - first.client.answered

    expect(sent).toBeGreaterThan(2.5 * CAPACITY * seconds)
    expect(answered).toBeGreaterThanOrEqual(0.8 * CAPACITY * seconds)
    expect(calmMs).toBeLessThanOrEqual(3_000)
    expect(last.client.failedBy.shed).toBeGreaterThan(CAPACITY)
    expect(last.nodes.filter(({ id }) => id.startsWith('server')).every(({ failedBy }) => failedBy.shed! > 0)).toBe(
      true,
    )
  })

  it('answers everything again 5 s after a node stood still for 1 s at 80 % load', async () => {
    await change(run, topology => {
      topology.defaults = {}
      topology.load.rate = CAPACITY * 0.8
    })
    for (const id of IS_FULL ? ['server-1', 'proxy-1'] : ['server-1']) {
      await run.freshStats()
      const pid = run.pidOf(id)
      await stopProcess(pid)
      await sleep(1_000)
      kill(pid, 'SIGCONT')
      const calmMs = await calmAfter(run, Date.now())
      failedInCalm = failed(run)

      expect(calmMs, id).toBeLessThanOrEqual(5_000)
      expect(run.pidOf(id)).toBe(pid)
    }
  })

  it('has ended by then whatever was to fail, and told no untruth about any of it', async () => {
    const { code, stderr, summary } = await run.end()

    expect([code, stderr, summary.laws, summary.restarts]).toEqual([0, '', 'ok', 0])
    expect([summary.client.pending, summary.client.failed]).toEqual([0, failedInCalm])
  })
})
