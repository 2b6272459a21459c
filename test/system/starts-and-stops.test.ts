/** Starts and stops over and over in one folder: nothing may be left behind by any way of ending, ever. */
import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { expectAllAnswered } from '../support/claims.ts'
import { makeDir } from '../support/commands.ts'
import { IS_FULL, sized } from '../support/full-size.ts'
import { expectNothingLeft, familyOf } from '../support/left-behind.ts'
import { nineNodes, type Run, type RunOptions, startRun, threeNodes, toText } from '../support/processes.ts'

const ROUNDS = sized(1, 50)
const LIMIT_MS = sized(60_000, 3_600_000)
const topology = IS_FULL ? nineNodes({ rate: 200 }) : threeNodes({ rate: 100 })

interface Way {
  readonly options?: RunOptions
  end(run: Run): void
}

const WAYS: Readonly<Record<string, Way>> = {
  'Ctrl-C in a terminal, which reaches npm, the launcher and every node': {
    options: { viaNpm: true, ownGroup: true },
    end: run => process.kill(-run.pid, 'SIGINT'),
  },
  'SIGINT to the launcher': { end: run => run.signal('SIGINT') },
  'SIGTERM to npm': { options: { viaNpm: true }, end: run => run.signal('SIGTERM') },
  'SIGTERM to the launcher': { end: run => run.signal('SIGTERM') },
}
/** What other tests of this folder do once. */
const DONE_ELSEWHERE = ['SIGINT to the launcher', 'SIGTERM to npm', 'SIGTERM to the launcher']

async function startWorking(dir: string, options: RunOptions = {}) {
  const run = startRun({ ...options, dir })
  await run.ready()
  await run.statsWhen(({ client }) => client.answered > 20, 'requests are answered')
  return { run, family: familyOf(run.pid) }
}

describe.runIf(process.platform === 'linux')(`${ROUNDS} starts and stops`, () => {
  const names = Object.keys(WAYS).filter(name => IS_FULL || !DONE_ELSEWHERE.includes(name))

  it.each(names)('leave nothing behind: %s', { timeout: LIMIT_MS }, async name => {
    const dir = makeDir({ 'topology.json': toText(topology) })
    for (let round = 0; round < ROUNDS; round++) {
      const { run, family } = await startWorking(dir, WAYS[name]!.options)
      WAYS[name]!.end(run)
      const { code, stderr } = await run.ended

      expect([code, stderr, run.summary().laws]).toEqual([0, '', 'ok'])
      expectAllAnswered(run.summary().client)
      await expectNothingLeft(dir, family)
    }
  })

  it('leave nothing behind: kill -9 of the launcher, and the next start', { timeout: LIMIT_MS }, async () => {
    const dir = makeDir({ 'topology.json': toText(topology) })
    for (let round = 0; round < ROUNDS; round++) {
      const { run, family } = await startWorking(dir)
      run.signal('SIGKILL')
      await run.ended
      // At once: its children may be about to notice.
      const next = await startWorking(dir)
      const { code, summary } = await next.run.end()

      expect([code, summary.laws, summary.client.failed]).toEqual([0, 'ok', 0])
      await expectNothingLeft(dir, [...family, ...next.family])
    }
  })
})

describe.runIf(process.platform === 'linux')('a launcher', () => {
  it('holds no more files after its nodes were killed and came back', { timeout: LIMIT_MS }, async () => {
    const { run } = await startWorking(makeDir({ 'topology.json': toText(threeNodes({ rate: 100 })) }))
    const filesOf = () => readdirSync(`/proc/${run.pid}/fd`).length
    const before = filesOf()
    for (let round = 0; round < sized(1, 20); round++) {
      for (const id of ['server-1', 'server-2', 'lb']) {
        const { pid, restarts } = run.node(id)
        process.kill(pid!, 'SIGKILL')
        await run.statsWhen(({ nodes }) => {
          const now = nodes.find(node => node.id === id)!
          return now.restarts === restarts + 1 && now.state === 'up'
        }, `${id} is back`)
      }
    }

    expect(filesOf()).toBe(before)
    await run.end()
  })
})
