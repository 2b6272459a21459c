import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listenAt } from '../supervise/socket-fixtures.ts'
import { expectAllAnswered } from '../support/claims.ts'
import { COMMAND, makeDir, PROJECT, runCommand, socketsIn } from '../support/commands.ts'
import { processesIn } from '../support/left-behind.ts'
import { planted } from '../support/planted.ts'
import { nineNodes, startRun, threeNodes, toText, type Written } from '../support/processes.ts'

/** Runs in a folder of its own that holds this file. */
async function runFile(topology: Written | string, ...args: string[]) {
  const dir = makeDir({ 'topology.json': typeof topology === 'string' ? topology : toText(topology) })
  return { dir, ...(await runCommand(['run', 'topology.json', '--json', ...args], { cwd: dir })) }
}

describe('a wrong topology', () => {
  it.each([
    ['no JSON', '{ "loadBalancers": [', /^topology\.json:1:\d+ /m],
    [
      'an unknown node',
      { ...nineNodes(), servers: [{ id: 'a', behind: 'nobody' }] },
      /^topology\.json:\d+:\d+ .*nobody/m,
    ],
    [
      'a server that stands nowhere',
      { ...threeNodes(), proxies: [{ id: 'proxy-1' }] },
      /^topology\.json:\d+:\d+ .*server-1/m,
    ],
  ])('is told with its place, and nothing is started: %s', async (_what, topology, place) => {
    const { code, stdout, stderr, dir } = await runFile(topology)

    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(place)
    expect(stderr).toMatch(/\nFound \d problems? in topology\.json\. Nothing was started\.\n$/)
    expect(existsSync(join(dir, 'sockets'))).toBe(false)
  })

  it('is refused where a socket path is too long, with both lengths', async () => {
    const socketDir = `${'é'.repeat(44)}ss`
    const { code, stdout, stderr, dir } = await runFile({ ...threeNodes(), socketDir })

    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('server-1')
    expect(stderr).toContain(`"${socketDir}/server-1.sock" is 104 bytes, the limit is 103`)
    expect(existsSync(join(dir, socketDir))).toBe(false)
  })

  it.each([
    ['missing.json', /cannot read .*missing\.json: no such file or directory \(ENOENT\)/],
    ['sub', /sub is not a regular file/],
  ])('is refused where the file cannot be read: %s', async (name, why) => {
    const { code, stdout, stderr } = await runCommand(['run', name], { cwd: makeDir({ 'sub/x': '' }) })

    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(why)
  })
})

describe('a topology that is hardly meant', () => {
  const topology = { ...threeNodes({ rate: 20 }), servers: [{ id: 'server-1' }, { id: 'spare', weight: 0 }] }
  const warning = /^topology\.json:\d+:\d+ - warning WEIGHT_ZERO: "spare" has weight 0/m

  it('is started all the same, and says so before the view and in it', async () => {
    const { code, stdout, stderr } = await runFile(topology, '--duration', '300ms')
    const events = stdout.split('\n').filter(line => line.includes('"event":"warning"'))

    expect(code).toBe(0)
    expect(stderr).toMatch(warning)
    expect(stdout).toContain('"detail":"300ms are over; Ctrl-C stops at once","reason":"duration"')
    expect(events[0]).toContain('"code":"WEIGHT_ZERO"')
    expect(events).toEqual([expect.stringMatching(/topology\.json:\d+:\d+ \\"spare\\" has weight 0/)])
  })

  it('is shown by check with every default, and its warnings beside it', async () => {
    const dir = makeDir({ 'topology.json': toText(topology), 'broken.json': '{ "servers": [' })
    const [shown, json, broken, told] = await Promise.all(
      [['check'], ['check', '--json'], ['check', 'broken.json', '--json'], ['check', 'broken.json']].map(words =>
        runCommand(words, { cwd: dir }),
      ),
    )

    expect([shown!.code, json!.code, broken!.code]).toEqual([0, 0, 2])
    expect(shown!.stdout).toMatch(
      /^└ spare .* weight 0\n\n[\s\S]*\n {2}load +rate 20, .*\n {2}health +interval[\s\S]*\n {2}restart .*\n {2}shutdown /m,
    )
    expect(shown!.stderr).toMatch(warning)
    expect(JSON.parse(json!.stdout)).toMatchObject({ ok: true, topology: {}, warnings: [{ code: 'WEIGHT_ZERO' }] })
    expect(JSON.parse(broken!.stdout)).toMatchObject({ ok: false, problems: [{ code: 'UNEXPECTED_END', line: 1 }] })
    expect([json!.stderr, broken!.stderr]).toEqual(['', ''])
    expect(told!.stderr, 'check starts nothing, whatever it finds').not.toContain('started')
  })
})

describe('a wrong command line', () => {
  it.each([
    [['run', '--durration', '3s'], 'udsim: unknown option --durration, did you mean --duration?\n'],
    [['run', '--duration', '3'], 'udsim: --duration "3" has no unit: write --duration 3s or 3ms\n'],
    [['rnu'], 'udsim: unknown verb "rnu", did you mean run?\n'],
  ])('is told in one line: %j', async (words, line) => {
    const ended = await runCommand(words, { cwd: makeDir() })

    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: line })
  })
})

describe('a place that is taken', () => {
  it('is never cleared of what is not ours: each node that it stops is named, and nothing is touched', async () => {
    const topology = { loadBalancers: [{ id: 'lb' }], servers: [{ id: 'server', replicas: 5 }] }
    const dir = makeDir({ 'topology.json': toText(topology), 'sockets/server-1.sock': 'mine', target: 'mine' })
    const path = (n: number) => join(dir, `sockets/server-${n}.sock`)
    mkdirSync(path(2))
    symlinkSync('../target', path(3))
    symlinkSync('../nowhere', path(4))
    const stranger = await listenAt(path(5))
    const { code, stdout, stderr } = await runCommand(['run', '--json'], { cwd: dir })
    const isLive = stranger.listening && lstatSync(path(5)).isSocket()
    stranger.close()

    expect([code, stdout]).toEqual([1, ''])
    for (const what of [
      'is a file',
      'is a directory',
      'is a symbolic link',
      'is a symbolic link',
      'is in use',
    ].entries()) {
      const n = what[0] + 1
      expect(stderr).toContain(`server-${n}: sockets/server-${n}.sock ${what[1]}`)
    }
    expect([readFileSync(path(1), 'utf8'), readFileSync(join(dir, 'target'), 'utf8')]).toEqual(['mine', 'mine'])
    expect(lstatSync(path(2)).isDirectory()).toBe(true)
    expect([readlinkSync(path(3)), readlinkSync(path(4)), isLive]).toEqual(['../target', '../nowhere', true])
  })

  it('says that it closed the directory to others, though nothing is started', async () => {
    const dir = makeDir({ 'topology.json': toText(threeNodes()), 'sockets/lb.sock': 'mine' })
    chmodSync(join(dir, 'sockets'), 0o755)
    const { code, stderr } = await runCommand(['run', '--json'], { cwd: dir })

    expect(code).toBe(1)
    expect(stderr).toMatch(/sockets had mode 0755; it is 0700 now.*\n.*lb\.sock is a file, not a socket/)
  })

  it('is refused to a second launcher by the name of the first, which goes on', async () => {
    const first = startRun({ topology: threeNodes({ rate: 200 }) })
    await first.ready()
    const before = first.pids()
    const second = await runCommand(['run', '--json'], { cwd: first.dir })
    const { answered } = first.stats().at(-1)!.client
    await first.statsWhen(({ client }) => client.answered > answered + 20, 'the first goes on')

    expect([second.code, second.stdout]).toEqual([1, ''])
    expect(second.stderr).toContain(`another udsim (pid ${first.pid}) runs in ${join(first.dir, 'sockets')}`)
    expect([first.pids(), socketsIn(first.dir).length]).toEqual([before, 4])
    const { code, summary } = await first.end()
    expect(code).toBe(0)
    expectAllAnswered(summary.client)
  })

  it('leaves nothing of a start that fails half way', async () => {
    const dir = makeDir({ 'topology.json': toText(threeNodes()) })
    const { code, stderr } = await runCommand(['run', '--json'], {
      cwd: dir,
      ...planted('lb', 'squatting-child.mjs', 'mine'),
    })

    expect(code).toBe(1)
    expect(stderr).toContain('lb did not become ready: sockets/lb.sock exists and is not a socket')
    expect([processesIn(dir), socketsIn(dir)]).toEqual([[], ['lb.sock']])
    expect(readFileSync(join(dir, 'sockets/lb.sock'), 'utf8')).toBe('mine')
  })

  it('has too few files for its processes: one line says which limit, and nothing is left', async () => {
    const topology = { loadBalancers: [{ id: 'lb' }], servers: [{ id: 'server', replicas: 30 }] }
    const dir = makeDir({ 'topology.json': toText(topology) })
    const node = [process.execPath, '--import', join(PROJECT, 'test/support/few-files.mjs'), COMMAND]
    const program = ['sh', '-c', 'ulimit -n 256; exec "$0" "$@"', ...node]
    const { code, stderr } = await runCommand(['run', '--json'], { cwd: dir, program })

    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(
        /^udsim: server-\d+ did not become ready: could not start: .* EMFILE; allow more open files \(ulimit -n\)\nEverything was stopped again\.\n$/,
      ),
    ])
    expect([processesIn(dir), socketsIn(dir)]).toEqual([[], []])
  })
})
