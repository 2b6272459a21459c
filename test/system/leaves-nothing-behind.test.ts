import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { stopProcess, until } from '../supervise/socket-fixtures.ts'
import { expectAllAnswered } from '../support/claims.ts'
import { kill, socketsIn } from '../support/commands.ts'
import { NOTHING_LEFT, nodeOf, type RunOptions, startRun, threeNodes } from '../support/processes.ts'

/** Longer than what counts as the same press of Ctrl-C. */
const NEXT_PRESS_MS = 700
/** Children notice within milliseconds, and a run ends at once within a tenth of it; the rest is for a loaded machine. */
const AT_ONCE_MS = 10_000

async function start(options: RunOptions) {
  const run = startRun(options)
  await run.ready()
  return { run, children: run.children() }
}

/** A run whose servers hold requests for so long, which it would wait for. */
async function startHolding(serviceTime: string) {
  const topology = threeNodes({ rate: 40, timeout: '2m' }, { serviceTime })
  const started = await start({ topology: { ...topology, shutdown: { drainTimeout: '2m' } } })
  await started.run.statsWhen(({ client }) => client.pending > 0, 'requests are held')
  return started
}

/** In the folder of an earlier run, with nothing cleaned by hand. */
async function expectNextStartWorks(dir: string): Promise<void> {
  const { run, children } = await start({ dir })
  await run.statsWhen(({ client }) => client.answered > 20, 'requests are answered')
  const { code, summary } = await run.end()

  expect([code, summary.laws, summary.client.failed]).toEqual([0, 'ok', 0])
  expect(run.leftovers(children)).toEqual(NOTHING_LEFT)
}

describe('a run that is asked to end', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('finishes what it holds at %s', async signal => {
    const { run, children } = await startHolding('200ms')
    const { code, stderr, summary } = await run.end(signal)

    expect([code, stderr, summary.reason, summary.laws]).toEqual([0, '', signal, 'ok'])
    expectAllAnswered(summary.client)
    expect(run.leftovers(children)).toEqual(NOTHING_LEFT)
  })

  it('takes two signals of one press for one', async () => {
    const { run } = await startHolding('200ms')
    run.signal('SIGINT')
    await sleep(1)
    const { code, summary } = await run.end('SIGINT')

    expect(code).toBe(0)
    expectAllAnswered(summary.client)
  })

  it('ends at once at the second press, whatever is held', async () => {
    const { run, children } = await startHolding('1m')
    await run.nextEvent('stopping', () => run.signal('SIGINT'))
    await sleep(NEXT_PRESS_MS)
    const pressedMs = performance.now()
    run.signal('SIGINT')
    const { code } = await run.ended

    expect(code).toBe(130)
    expect(performance.now() - pressedMs).toBeLessThan(AT_ONCE_MS)
    expect(run.leftovers(children)).toEqual(NOTHING_LEFT)
  })

  it('kills what is stopped and cannot finish, and says so', async () => {
    const topology = { ...threeNodes({ rate: 0 }), shutdown: { drainTimeout: '2s' } }
    const { run, children } = await start({ topology })
    await stopProcess(run.pidOf('server-1'))
    const { code, stderr, summary } = await run.end()

    expect([code, stderr]).toEqual([1, 'udsim: not every node drained in time: some were killed\n'])
    expect([nodeOf(summary, 'server-1').approximate, nodeOf(summary, 'server-2').approximate]).toEqual([true, false])
    expect(run.leftovers(children)).toEqual(NOTHING_LEFT)
  })

  it('waits also for what an edit has just removed', async () => {
    const topology = { ...threeNodes({ rate: 0 }), shutdown: { drainTimeout: '1s' } }
    const { run, children } = await start({ topology })
    await stopProcess(run.pidOf('server-2'))
    await run.nextEvent('reload', () => run.edit(edited => edited.servers.pop()))
    const { code, summary } = await run.end()

    expect([code, nodeOf(summary, 'server-2')]).toMatchObject([1, { state: 'stopped', pid: null, approximate: true }])
    expect(run.leftovers(children)).toEqual(NOTHING_LEFT)
  })
})

describe('a run whose launcher is killed', () => {
  it('starts again beside the sockets of processes that were all killed at once', async () => {
    const { run, children } = await start({ topology: threeNodes({ rate: 100 }) })
    // Stopped first, so that it brings nothing back meanwhile.
    await stopProcess(run.pid)
    for (const child of children) kill(child, 'SIGKILL')
    run.signal('SIGKILL')
    await run.ended
    await until(() => run.leftovers(children).processes.length === 0, 'the children are gone', AT_ONCE_MS)

    expect(socketsIn(run.dir)).toEqual(['control.sock', 'lb.sock', 'server-1.sock', 'server-2.sock'])
    await expectNextStartWorks(run.dir)
  })
})
