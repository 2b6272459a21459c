import { describe, expect, it } from 'vitest'
import { makeDir, runCommand } from '../support/commands.ts'
import { planted } from '../support/planted.ts'
import { startRun, threeNodes, toText } from '../support/processes.ts'

/** One node counts wrongly. */
const miscounting = (node: string, miscount: string) => planted(node, 'miscounting-child.mjs', miscount)
const topology = threeNodes({ rate: 200 })

// Side by side: each waits for its own processes.
describe.concurrent('a node that counts wrongly', () => {
  it.each([
    ['server-1', 'answers twice', 'server-1', 'received', /^received \d+, but answered \d+ \+ failed 0 .* = \d+$/],
    ['server-1', 'forgets requests', 'lb', 'edge-received', /^lb -> server-1: \d+ ended by the word of server-1, but/],
    ['lb', 'goes back in time', 'lb', 'growth', /^counts fell: received from \d+ to \d+/],
  ])('is caught while it runs: %s %s', async (node, miscount, told, law, detail) => {
    const run = startRun({ topology, ...miscounting(node, miscount) })
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
    const cwd = makeDir({ 'topology.json': toText(topology) })
    const { code, stdout } = await runCommand(['run', '--duration', '1s'], {
      cwd,
      ...miscounting('server-1', 'answers twice'),
    })

    expect(code).toBe(1)
    expect(stdout).toMatch(/law-violation server-1 received \d+, but answered/)
    expect(stdout).toMatch(/\nlaws +[1-9]\d* broken\n +server-1: received \d+, but answered/)
  })
})
