/**
 * A hundred servers behind ten proxies, on however small a machine: 112 processes and their launcher. It takes a minute
 * and all of the machine, so only UDSIM_FULL=1 runs it.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { expectAllAnswered } from '../support/claims.ts'
import { COMMAND, makeDir } from '../support/commands.ts'
import { IS_FULL, tell } from '../support/full-size.ts'
import { cpuMsOf } from '../support/process-table.ts'
import { NOTHING_LEFT, nineNodes, type Run, startRun, toText, type Written } from '../support/processes.ts'
import { NO_PTY, type Pty, startInPty } from '../support/pty.ts'

const RATE = 2_000
const MEASURE_MS = 10_000
/** With the compiling of hot code behind it. */
const WARM_UP_MS = 5_000
/** A start costs each process a few tenths of a second of one core, and others may use the machine. */
const START_LIMIT_MS = 120_000

function hundredServers(): Written {
  const proxies = Array.from({ length: 10 }, (_, i) => ({ id: `proxy-${i + 1}` }))
  const servers = proxies.map(({ id }, i) => ({ id: `server-${i + 1}`, behind: id, replicas: 10 }))
  return { loadBalancers: [{ id: 'lb' }], proxies, servers, load: { rate: RATE } }
}

const cpuMs = (run: Run) => [run.pid, ...run.children()].reduce((sum, pid) => sum + cpuMsOf(pid), 0)

/** Of all processes together, for each request, in microseconds; those of an idle run are part of it. */
async function costOf(run: Run): Promise<number> {
  await run.waitFor(() => run.stats().length > 0, 'it is ready', START_LIMIT_MS)
  await sleep(WARM_UP_MS)
  const [before, spentBefore] = [await run.freshStats(), cpuMs(run)]
  await sleep(MEASURE_MS)
  const [after, spentAfter] = [await run.freshStats(), cpuMs(run)]
  return ((spentAfter - spentBefore) * 1_000) / (after.client.answered - before.client.answered)
}

const startAtRate = (topology: Written, ...args: string[]) =>
  startRun({ topology, args: ['--interval', '1s', ...args] })

async function costOfNine(): Promise<number> {
  const run = startAtRate(nineNodes({ rate: RATE }))
  const cost = await costOf(run)
  await run.end()
  return cost
}

describe.runIf(IS_FULL)('a hundred servers behind ten proxies', () => {
  it('serve 2000 requests per second for 30 s, all of them, at 2.5 times the cost of six at most', async () => {
    const before = await costOfNine()
    const run = startAtRate(hundredServers(), '--duration', '30s')
    const cost = await costOf(run)
    const children = run.children()
    const { code, stderr } = await run.ended
    const { client, nodes, laws } = run.summary()
    const ratio = cost / ((before + (await costOfNine())) / 2)
    const [first, last] = [run.stats()[0]!, run.summary()]
    const servers = nodes.filter(({ role }) => role === 'server').map(({ received }) => received)
    tell(`${Math.round(cost)} us of processor time per request with 100 servers, ${ratio.toFixed(2)} times that with 6`)

    expectAllAnswered(client)
    expect([code, stderr, laws]).toEqual([0, '', 'ok'])
    expect(run.leftovers(children)).toEqual(NOTHING_LEFT)
    expect(children).toHaveLength(112)
    expect(client.sent).toBeGreaterThan(0.9 * RATE * ((last.time - first.time) / 1_000 - 1))
    expect(Math.min(...servers)).toBeGreaterThan(0.9 * Math.max(...servers))
    expect(ratio).toBeLessThan(2.5)
  }, 300_000)
})

describe.runIf(IS_FULL && NO_PTY === null)('their table', () => {
  let pty: Pty | null = null
  afterAll(() => pty?.close())

  it('is drawn as often as that of nine nodes', async () => {
    pty = startInPty(`${process.execPath} ${COMMAND} run`, {
      cwd: makeDir({ 'topology.json': toText(hundredServers()) }),
      columns: 120,
      rows: 50,
    })
    const isUp = () => pty!.shows(/111\/111 up/) // which gives up after a while, and may be asked again
    await isUp().catch(isUp).catch(isUp).catch(isUp)
    await sleep(WARM_UP_MS)
    const before = framesIn(pty)
    await sleep(MEASURE_MS)
    const perSecond = (framesIn(pty) - before) / (MEASURE_MS / 1_000)
    pty.type('q')
    const { stdout } = await pty.ended
    tell(`${perSecond} frames per second with 100 servers`)

    // Four at most, wherever the launcher gets its turn of the processor in time.
    expect(perSecond).toBeGreaterThan(2)
    expect(stripVTControlCharacters(stdout)).toMatch(/laws +ok/)
  }, 300_000)
})

/** Each is one write that begins so. */
const framesIn = ({ written }: Pty) => written.split('\x1b[?2026h').length - 1
