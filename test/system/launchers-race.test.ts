import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expectAllAnswered } from '../support/claims.ts'
import { makeDir } from '../support/commands.ts'
import { sized } from '../support/full-size.ts'
import { expectNothingLeft, familyOf } from '../support/left-behind.ts'
import { type Run, type RunOptions, startRun, threeNodes, toText } from '../support/processes.ts'

const LAUNCHERS = 20
const ROUNDS = sized(1, 100)
/** Twenty processes begin at once, on a machine that may have other work. */
const READY_LIMIT_MS = 90_000
const LIMIT_MS = sized(120_000, 3_600_000)

/** One directory of sockets, and the ways in which a user may come to it. */
function makeSpellings(): { home: string; spellings: RunOptions[] } {
  const topology = threeNodes({ rate: 100 })
  const dir = makeDir({
    'home/topology.json': toText(topology),
    'other/topology.json': toText({ ...topology, socketDir: '../home/sockets' }),
  })
  symlinkSync('home', join(dir, 'link'))
  const absolute = makeDir({ 'topology.json': toText({ ...topology, socketDir: join(dir, 'link/sockets') }) })
  const spellings = [
    { dir: join(dir, 'home') },
    { dir: join(dir, 'link') },
    { dir, file: 'link/topology.json' },
    { dir, file: join(dir, 'other/../home/topology.json') },
    { dir: join(dir, 'other') },
    { dir: absolute },
  ]
  return { home: join(dir, 'home'), spellings }
}

const refusal = (pid: number, home: string) =>
  `udsim: another udsim (pid ${pid}) runs in ${join(home, 'sockets')}; stop it, or set "socketDir" in the topology file\n`

async function isReady(run: Run): Promise<Run> {
  await run.waitFor(() => run.stats().length > 0, 'it is ready', READY_LIMIT_MS)
  return run
}

async function expectUndisturbed(run: Run): Promise<void> {
  const ready = await run.ready()
  await run.statsWhen(({ client }) => client.answered > 20, 'requests are answered')

  expect(ready.nodes.map(({ pid }) => pid)).toEqual(ready.nodes.map(({ id }) => run.pidOf(id)))
  expect(run.events('exit')).toEqual([])
}

describe.runIf(process.platform === 'linux')('launchers that want one directory', () => {
  it(`let one of ${LAUNCHERS} win, whatever it is called, ${ROUNDS} times`, { timeout: LIMIT_MS }, async () => {
    const { home, spellings } = makeSpellings()
    for (let round = 0; round < ROUNDS; round++) {
      const runs = Array.from({ length: LAUNCHERS }, (_, i) => startRun(spellings[(i + round) % spellings.length]))
      const winner = await Promise.any(runs.map(isReady))
      const losers = runs.filter(run => run !== winner)
      const ends = await Promise.all(losers.map(({ ended }) => ended))
      await expectUndisturbed(winner)
      const family = familyOf(winner.pid)
      const { code, summary } = await winner.end()

      expect(new Set(ends.map(({ code }) => code))).toEqual(new Set([1]))
      expect(new Set(ends.map(({ stderr }) => stderr))).toEqual(new Set([refusal(winner.pid, home)]))
      expect(losers.flatMap(({ lines }) => lines)).toEqual([])
      expect(code).toBe(0)
      expectAllAnswered(summary.client)
      await expectNothingLeft(home, family)
    }
  })

  it('wait for nobody: during the stop of one another is refused, after it the next one works', {
    timeout: LIMIT_MS,
  }, async () => {
    const topology = threeNodes({ rate: 40 }, { serviceTime: '600ms' })
    const first = startRun({ topology })
    await first.statsWhen(({ client }) => client.pending > 0, 'requests are held')
    const stopping = first.end()
    const refusals: string[] = []
    let next = startRun({ dir: first.dir })
    while (!(await next.ready().catch(() => null))) {
      refusals.push((await next.ended).stderr)
      next = startRun({ dir: first.dir })
    }
    const { code, summary } = await stopping
    await expectUndisturbed(next)
    await next.end()

    expect(new Set([...refusals, refusal(first.pid, first.dir)])).toEqual(new Set([refusal(first.pid, first.dir)]))
    expect(code).toBe(0)
    expectAllAnswered(summary.client)
  })
})
