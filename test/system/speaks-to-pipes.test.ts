import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { describe, expect, it } from 'vitest'
import { childrenOf, makeDir, runCommand, socketsIn, startCommand, stillChildren } from '../support/commands.ts'
import { nineNodes, startRun, threeNodes, toText } from '../support/processes.ts'

const dirWith = (topology: object) => makeDir({ 'topology.json': toText(topology) })

describe('udsim run', () => {
  it('ends in order when nobody reads on, as with head -1', async () => {
    const cwd = dirWith(threeNodes({ rate: 100 }))
    const head = spawn('head', ['-1'], { stdio: ['pipe', 'pipe', 'inherit'] })
    const shown = createInterface(head.stdout)[Symbol.asyncIterator]()
    const command = startCommand(['run', '--json', '--interval', '100ms'], { cwd, stdout: head.stdin })
    head.stdin.destroy() // ours: the command has its own
    const first = JSON.parse((await shown.next()).value)
    const children = childrenOf(command.pid)
    const { code, stderr } = await command.ended

    expect([first.v, code, stderr]).toEqual([1, 0, ''])
    expect([stillChildren(children), socketsIn(cwd)]).toEqual([[], []])
  })

  it('ends in order when its reader goes while it runs', async () => {
    const run = startRun({ topology: threeNodes({ rate: 100 }) })
    await run.ready()
    const children = run.children()
    run.stopReading()
    const { code, stderr } = await run.ended

    expect([code, stderr]).toEqual([0, ''])
    expect(run.leftovers(children)).toEqual({ processes: [], sockets: [] })
  })

  it('writes plain tables without one escape byte where nobody watches', async () => {
    const cwd = dirWith(nineNodes({ rate: 100 }))
    const words = ['run', '--no-tui', '--duration', '1500ms', '--interval', '500ms']
    const { code, stdout, stderr } = await runCommand(words, { cwd, env: { FORCE_COLOR: '1' } })
    const rows = stdout.split('\n').filter(line => line.includes('server-6'))

    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).not.toMatch(/[^\n\P{Cc}]/u)
    // A first table, one each half second, and the last.
    expect(rows.length).toBeGreaterThanOrEqual(4)
    expect(stdout).toMatch(/proxy-2/)
  })

  it('sends nothing at rate 0, and reports as often as it is told', async () => {
    const run = startRun({
      topology: threeNodes({ rate: 100 }),
      args: ['--rate', '0', '--duration', '600ms', '--interval', '100ms'],
    })
    const { code, stderr } = await run.ended
    const { client, laws } = run.summary()
    const times = run.stats().map(({ time }) => time)

    expect([code, stderr, laws]).toEqual([0, '', 'ok'])
    expect([client.sent, client.targetRate, client.latency.p50Us]).toEqual([0, 0, null])
    // Six would fit; a loaded machine may be late with some.
    expect(times.length).toBeGreaterThanOrEqual(3)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(run.lines.map(({ v }) => v)).toEqual(run.lines.map(() => 1))
  })
})

describe('what needs no process', () => {
  it('prints help and the version', async () => {
    const cwd = makeDir()
    const [help, version] = await Promise.all([
      runCommand(['run', '--help'], { cwd }),
      runCommand(['run', '--version'], { cwd }),
    ])

    expect([help.code, help.stderr, version.code, version.stderr]).toEqual([0, '', 0, ''])
    expect(help.stdout).toMatch(/^udsim run: .*\n\nExamples:\n/)
    expect(version.stdout).toMatch(/^udsim \d+\.\d+\.\d+\n$/)
  })

  it('checks a file and prints its tree', async () => {
    const cwd = dirWith(nineNodes())
    const { code, stdout, stderr } = await runCommand(['check'], { cwd })

    expect([code, stderr]).toEqual([0, ''])
    for (const id of ['lb', 'proxy-1', 'proxy-2', 'server-1', 'server-6']) expect(stdout).toContain(id)
    expect(socketsIn(cwd)).toEqual([])
  })

  it('checks a broken file and tells what is wrong', async () => {
    const cwd = makeDir({ 'topology.json': '{ "servers": [{ "id": "A" }] }' })
    const [text, json] = await Promise.all([runCommand(['check'], { cwd }), runCommand(['check', '--json'], { cwd })])
    const told = JSON.parse(json.stdout)

    expect([text.code, text.stdout, json.code, json.stderr]).toEqual([2, '', 2, ''])
    expect(text.stderr).toMatch(/^topology\.json:1:\d+ /m)
    expect(told).toMatchObject({ type: 'check', v: 1, ok: false })
    expect(told.problems.length).toBeGreaterThan(1)
  })
})
