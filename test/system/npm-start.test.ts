import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expectAllAnswered } from '../support/claims.ts'
import { makeDir, stillChildren } from '../support/commands.ts'
import { startRun, threeNodes, toText } from '../support/processes.ts'

describe('npm start', () => {
  it('reads the path from where the user stands, and passes an end on to the whole tree', async () => {
    const dir = join(makeDir({ 'here/topology.json': toText(threeNodes({ rate: 100 })) }), 'here')
    const run = startRun({ dir, viaNpm: true })
    const { launcherPid, nodes } = await run.ready()
    await run.statsWhen(({ client }) => client.answered > 20, 'requests are answered')
    const pids = nodes.map(({ pid }) => pid)
    const { summary } = await run.end()

    expect(run.pid).not.toBe(launcherPid)
    expect([summary.reason, summary.laws]).toEqual(['SIGTERM', 'ok'])
    expectAllAnswered(summary.client)
    expect(stillChildren(pids)).toEqual([])
    expect(run.leftovers(pids)).toEqual({ processes: [], sockets: [] })
  })

  it('passes the exit code and standard error on', async () => {
    const run = startRun({ topology: '{}', viaNpm: true })
    const { code, stderr } = await run.ended

    expect(code).toBe(2)
    expect(stderr).toMatch(/^topology\.json:1:1 /m)
    expect(run.lines).toEqual([])
  })
})
