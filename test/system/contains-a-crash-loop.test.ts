/** A node whose process ends as soon as it starts: it is tried less and less, and nobody else notices. */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectAllAnswered, expectLawsInEveryLine } from '../support/claims.ts'
import { kill } from '../support/commands.ts'
import { IS_FULL } from '../support/full-size.ts'
import { planted } from '../support/planted.ts'
import { nodeOf, type Run, startRun, threeNodes } from '../support/processes.ts'

const WAIT_MS = 15_000
const SAID = 'Error: there is a file named broken'

let run: Run
let file: string
beforeAll(async () => {
  run = startRun({ topology: threeNodes({ rate: 200 }), ...planted('server-1', 'troubled-child.mjs', '') })
  await run.ready()
  await run.statsWhen(({ uptimeMs, nodes }) => uptimeMs > 2_000 && nodes[1]!.received > 50, 'it has worked for a while')
  file = join(run.dir, 'broken')
})

describe('a node that dies at every start', () => {
  it('is started five times in ten seconds, and shown with its last exit and its last lines', async () => {
    const pids = run.pids()
    writeFileSync(file, '')
    kill(pids['server-1']!, 'SIGKILL')
    const loop = await run.waitFor(() => run.events('crash-loop', 'server-1')[0], 'it is in a crash loop')
    const stats = await run.freshStats()
    const { state, pid, restarts, lastExit, lastLines } = nodeOf(stats, 'server-1')

    expect(run.events('restart', 'server-1')).toHaveLength(5)
    expect(loop).toMatchObject({ code: 1, signal: null, nextMs: WAIT_MS })
    expect(loop.detail).toMatch(/^code 1; next start in 15 s\n/)
    expect(loop.detail).toContain(`\n  ${SAID}`)
    expect([state, pid, restarts, lastExit]).toEqual(['crash-loop', null, 0, 'code 1'])
    expect(lastLines).toContain(SAID)
    expect(lastLines.length).toBeLessThanOrEqual(5)
    expect({ ...run.pids(), 'server-1': pids['server-1'] }).toEqual(pids)
  })

  it.runIf(IS_FULL)('is tried again after 15 s, and comes back once it can', async () => {
    rmSync(file)
    const [loop] = run.events('crash-loop', 'server-1')
    const { time } = await run.waitFor(() => run.events('up', 'server-1')[0], 'it is back', 2 * WAIT_MS)

    expect(time - loop!.time).toBeGreaterThan(WAIT_MS - 100)
    expect(run.events('restart', 'server-1')).toHaveLength(6)
  })

  it('costs no request', async () => {
    const { code, stderr, summary } = await run.end()

    expect([code, stderr, summary.laws, summary.restarts]).toEqual([0, '', 'ok', IS_FULL ? 1 : 0])
    expectAllAnswered(summary.client)
    expectLawsInEveryLine(run.lines)
  })
})
