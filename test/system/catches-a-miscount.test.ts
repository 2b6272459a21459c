import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { COMMAND, makeDir, PROJECT, runCommand } from '../support/commands.ts'
import { type RunOptions, startRun, threeNodes, toText } from '../support/processes.ts'

/** The command, started so that one node counts wrongly. */
const PROGRAM = [process.execPath, '--import', join(PROJECT, 'test/support/plant-miscount.mjs'), COMMAND]

function planted(node: string, miscount: string): RunOptions {
  return {
    topology: threeNodes({ rate: 200 }),
    program: PROGRAM,
    env: { MISCOUNTING_NODE: node, MISCOUNT: miscount },
  }
}

// Side by side: each waits for its own processes.
describe.concurrent('a node that counts wrongly', () => {
  it.each([
    ['server-1', 'answers twice', 'server-1', 'received', /^received \d+, but answered \d+ \+ failed 0 .* = \d+$/],
    ['server-1', 'forgets requests', 'lb', 'edge-received', /^lb -> server-1: \d+ ended by the word of server-1, but/],
    ['lb', 'goes back in time', 'lb', 'growth', /^counts fell: received from \d+ to \d+/],
  ])('is caught while it runs: %s %s', async (node, miscount, told, law, detail) => {
    const run = startRun(planted(node, miscount))
    await run.waitFor(() => run.events('law-violation', told).some(event => event.law === law), 'the law is told')
    const { code, stderr, summary } = await run.end()
    const events = run.events('law-violation')
    const found = events.find(event => event.law === law && event.node === told)!

    expect(code).toBe(1)
    expect(stderr).toMatch(/^udsim: \d+ conservation laws? (is|are) broken: the summary says which/)
    expect(found.detail).toMatch(detail)
    // Once for each law and subject, however many reports break it; all of them stand in the summary.
    expect(new Set(events.map(event => `${event.law} ${event.subject}`)).size).toBe(events.length)
    expect(summary.laws).toHaveLength(events.length)
    expect(summary.laws).toContainEqual(expect.stringContaining(found.detail))
  })

  it('fails a run that ends by its time, and says so in the plain summary', async () => {
    const { topology, env } = planted('server-1', 'answers twice')
    const cwd = makeDir({ 'topology.json': toText(topology as object) })
    const { code, stdout } = await runCommand(['run', '--duration', '1s'], { cwd, env, program: PROGRAM })

    expect(code).toBe(1)
    expect(stdout).toMatch(/law-violation server-1 received \d+, but answered/)
    expect(stdout).toMatch(/\nlaws +[1-9]\d* broken\n +server-1: received \d+, but answered/)
  })
})
