import { spawnSync } from 'node:child_process'
import { chmodSync, lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { byteLength } from '../../src/topology/socket-path.ts'
import { spawnListener } from '../supervise/socket-fixtures.ts'
import { makeDir } from '../support/commands.ts'
import { expectNothingLeft, familyOf } from '../support/left-behind.ts'
import { type Run, startRun, threeNodes, toText } from '../support/processes.ts'

const NOBODY = 65_534
/** 90 bytes, in letters of two. */
const LONG = 'é'.repeat(45)

/** A run under this umask; every mode that its directory and what is in it have had until it is ready. */
async function startUnder(umask: number, dir: string, socketDir: string) {
  const before = process.umask(umask)
  const run = startRun({ dir })
  process.umask(before)
  const modes = { dir: new Set<string>(), files: new Set<string>() }
  let isReady = false
  const ready = run.ready().finally(() => {
    isReady = true
  })
  while (!isReady) {
    noteModes(resolve(dir, socketDir), modes)
    await new Promise(setImmediate)
  }
  return { run, modes, ready: await ready }
}

function noteModes(path: string, modes: { dir: Set<string>; files: Set<string> }): void {
  const modeOf = (file: string) => {
    const stats = lstatSync(file, { throwIfNoEntry: false }) // renamed since it was listed
    return stats ? [(stats.mode & 0o777).toString(8)] : []
  }
  for (const mode of modeOf(path)) {
    modes.dir.add(mode)
    for (const file of readdirSync(path)) for (const each of modeOf(join(path, file))) modes.files.add(each)
  }
}

/** What another user is told who connects. */
function connectAsNobody(path: string): string {
  const script = `require('node:net').connect(process.argv[1], () => process.exit(console.log('open'))).on('error', e => console.log(e.code))`
  const options = { uid: NOBODY, gid: NOBODY, encoding: 'utf8', timeout: 10_000, cwd: '/' } as const
  return spawnSync(process.execPath, ['-e', script, path], options).stdout?.trim() ?? ''
}

/** In a folder that anybody may pass, since only what is behind it is to keep anybody out. */
const passable = (dir: string): string => {
  chmodSync(dir, 0o711)
  return dir
}

/** Root may be no more than a name, Node.js may lie where nobody else may go, and so may temporary files. */
async function canActAsNobody(): Promise<boolean> {
  if (process.getuid!() !== 0) return false
  const path = join(passable(makeDir()), 'open.sock')
  const open = await spawnListener(path)
  chmodSync(path, 0o777)
  const said = connectAsNobody(path)
  open.child.kill('SIGKILL')
  return said === 'open'
}

describe('the sockets of a run', () => {
  it.each([
    ['000', 'sockets'],
    ['022', LONG],
    ['077', 'ABSOLUTE'],
  ])('are ours alone from their first moment, under umask %s in %s', async (umask, where) => {
    const socketDir = where === 'ABSOLUTE' ? join(makeDir(), 'sockets') : where
    const topology = { loadBalancers: [{ id: 'lb' }], servers: [{ id: 'a' }], load: { rate: 100 }, socketDir }
    const dir = makeDir({ 'topology.json': toText(topology) })
    const { run, modes, ready } = await startUnder(Number.parseInt(umask, 8), dir, socketDir)
    await run.statsWhen(({ client }) => client.answered > 20, 'requests are answered')
    const { code } = await run.end()

    expect(modes).toEqual({ dir: new Set(['700']), files: new Set(['600']) })
    expect(ready.nodes.map(({ socket }) => socket)).toEqual([`${socketDir}/lb.sock`, `${socketDir}/a.sock`])
    if (where === LONG) expect(byteLength(`${socketDir}/control.sock`)).toBe(103)
    expect([code, readdirSync(resolve(dir, socketDir))]).toEqual([0, []])
  })

  it('are closed to other users', async context => {
    context.skip(!(await canActAsNobody()), 'only root can be another user, and not everywhere')
    const run = startRun({ topology: threeNodes({ rate: 0 }) })
    await run.ready()

    expect(connectAsNobody(join(passable(run.dir), 'sockets/lb.sock'))).toBe('EACCES')
    await run.end()
  })
})

describe('a socket file that somebody removes', () => {
  it('is bound anew within seconds, which is told, and whoever comes then is answered', async () => {
    const dir = makeDir({ 'topology.json': toText(threeNodes({ rate: 100 })) })
    mkdirSync(join(dir, 'sockets'))
    chmodSync(join(dir, 'sockets'), 0o755)
    const run = startRun({ dir })
    await run.ready()
    const family = familyOf(run.pid)
    rmSync(join(dir, 'sockets'), { recursive: true })
    await run.waitFor(() => bound(run).length === 4, 'all four are bound anew')
    process.kill(run.pidOf('lb'), 'SIGKILL') // the next one has to connect to all
    await run.statsWhen(({ nodes }) => nodes.some(({ id, restarts }) => id === 'lb' && restarts === 1), 'lb is back')
    const { client } = await run.freshStats()
    await run.statsWhen(now => now.client.answered > client.answered + 20, 'requests are answered again')
    const { code, summary } = await run.end()

    expect(bound(run).sort()).toEqual(
      ['control', 'lb', 'server-1', 'server-2'].map(id => `sockets/${id}.sock had been removed, and is bound anew`),
    )
    expect(run.events('log').filter(({ detail }) => detail.includes('had mode 0755; it is 0700 now')).length).toBe(1)
    expect([code, summary.nodes.map(({ restarts }) => restarts)]).toEqual([0, [1, 0, 0]])
    await expectNothingLeft(dir, family)
  })

  it('is no broken law, also where it is gone when everything is up', async () => {
    const run = startRun({ topology: threeNodes({ rate: 100 }) })
    while (!run.lines.some(({ type }) => type === 'ready')) {
      rmSync(join(run.dir, 'sockets/server-1.sock'), { force: true })
      await new Promise(setImmediate)
    }
    await run.waitFor(() => bound(run).length > 0, 'it is bound anew')
    const { code, summary } = await run.end()

    expect([code, summary.laws]).toEqual([0, 'ok'])
  })
})

const bound = (run: Run) =>
  run
    .events('log')
    .map(({ detail }) => detail)
    .filter(detail => detail.includes('bound anew'))
