/** Runs on a real terminal device: what they show there, and that they give it back on every way out. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { COMMAND, kill, makeDir, socketsIn } from '../support/commands.ts'
import { rowOf } from '../support/process-table.ts'
import { toText, type Written } from '../support/processes.ts'
import { NO_PTY, type Pty, type PtyOptions, startInPty } from '../support/pty.ts'

/** Longer than what counts as the same press of Ctrl-C. */
const NEXT_PRESS_MS = 700

/** Runs whose launcher does on SIGUSR2 what it should never do. */
const MISHAPS = {
  'an uncaught exception': "throw new Error('a mishap')",
  'an unhandled rejection': "Promise.reject(new Error('a mishap'))",
  'process.exit': 'process.exit(7)',
} as const

/** As few processes as make a table. */
function twoNodes(server: Written = {}): Written {
  return { loadBalancers: [{ id: 'lb' }], servers: [{ id: 'server-1', ...server }], load: { rate: 40 } }
}

interface StartOptions extends Partial<PtyOptions> {
  readonly topology?: Written
  readonly words?: string
  /** What SIGUSR2 does. */
  readonly mishap?: string
}

/** The words before stand on the main screen, and so does the exit code after. */
function start({ topology = twoNodes(), words = '', mishap, ...options }: StartOptions = {}): Pty {
  const files = { 'topology.json': toText(topology), 'mishap.cjs': `process.on('SIGUSR2', () => { ${mishap} })` }
  const cwd = makeDir(files)
  const preload = mishap ? `--require ${join(cwd, 'mishap.cjs')}` : ''
  // A shell that has no trap is ended by Ctrl-C itself, and says no code.
  const line = `trap : INT; echo before; ${process.execPath} ${preload} ${COMMAND} run ${words}; echo code $?; sleep 60`
  return startInPty(line, { cwd, ...options })
}

/** The launcher, and all that runs below it. */
function launcherOf(pty: Pty): number {
  const [, launcher] = pty.processes()
  return launcher!
}

async function expectGivenBack(pty: Pty, code: number): Promise<string> {
  const text = await pty.shows(new RegExp(`^code ${code}$`, 'm'))
  expect(text.split('\n')[0]).toBe('before')
  expect([await pty.screen.isAlternate(), await pty.screen.isCursorHidden()]).toEqual([false, false])
  expect(await pty.screen.modes()).toEqual({ wraps: true, brackets: false, isHeld: false })
  expect(pty.modes()).toEqual(expect.arrayContaining(['icanon', 'echo', 'isig', 'icrnl', 'opost']))
  await pty.empties()
  return text
}

describe.skipIf(NO_PTY !== null).concurrent(`a run on a terminal${NO_PTY === null ? '' : ` (${NO_PTY})`}`, () => {
  it('goes on, and ends when told, where nobody takes what it shows', async () => {
    const pty = start()
    await pty.shows(/2\/2 up/)
    const launcher = launcherOf(pty)
    pty.stall()
    // Each size is a whole frame; a terminal device holds a few of them.
    for (let i = 0; i < 12; i++) {
      pty.resize(100 - i, 30)
      await sleep(60)
    }
    kill(launcher, 'SIGTERM')
    await pty.empties()
    expect(socketsIn(pty.cwd)).toEqual([])
  })

  it('shows its nodes, answers keys, follows the size, and leaves its account behind', async () => {
    const pty = start()
    const first = await pty.shows(/2\/2 up/)
    expect(first).toMatch(/^udsim · topology\.json · /)
    expect(await pty.screen.isAlternate()).toBe(true)
    expect(pty.modes()).toEqual(expect.arrayContaining(['-icanon', '-echo']))

    pty.type('?')
    await pty.shows(/any key: back$/)
    pty.type(' /server-1\r')
    await pty.shows(/^\/server-1 1 of 2/m)
    pty.type('\x1b')
    await pty.shows(/^└ server-1/m)
    pty.type('ssssss')
    await pty.shows(/REQ\/S↓/)
    pty.type('p')
    await pty.shows(/PAUSED, the run goes on/)
    pty.resize(40, 9)
    expect(await pty.shows(/^udsim · 2\/2 up · PAUSED, the run goes on$/m)).not.toContain('SHARE')
    pty.resize(30, 6)
    await pty.shows(/^30x6 is too small\nneeds 40x8\n2\/2 up\nsent \d+/)
    pty.resize(120, 30)
    pty.type('pS')
    await pty.shows(/SHARE.*P99(?![\s\S]*PAUSED)/)
    pty.type('q')

    const text = await expectGivenBack(pty, 0)
    expect(text).toMatch(/^before\nNODE [\s\S]*server-1 +○ stopped[\s\S]*ended by quit[\s\S]*laws +ok/)
  })

  it('kills the selected node on a key, shows it come back, and its log', async () => {
    const pty = start()
    await pty.shows(/2\/2 up/)
    pty.type('x')
    await pty.shows(/^select a node first, with ↑ ↓$/m)
    pty.type('jj')
    const [, pid] = /server-1 +● up +\S+ +(\d+)/.exec(await pty.shows(/x kill -9 · z stop/))!
    pty.type('x')
    const after = await pty.shows(/exit +server-1 +signal SIGKILL[\s\S]* up +server-1 +pid \d+/)
    expect(after).not.toContain(` up        server-1  pid ${pid}`)
    await pty.shows(/2\/2 up/)
    pty.type('l')
    await pty.shows(/^log of server-1 · ● up · [\s\S]*\nq back · ↑↓ scroll/)
    pty.type('\x1b[D')
    await pty.shows(/^log of lb · ● up/)
    pty.type('q')
    await pty.shows(/2\/2 up[\s\S]*\nq quit · /)
    pty.type('q')

    const text = await expectGivenBack(pty, 0)
    expect(text).toMatch(/server-1 .* 1\n[\s\S]*died +server-1 +signal SIGKILL\n[\s\S]*laws +ok/)
  })

  it('gives the terminal back after a second Ctrl-C, without waiting for anything', async () => {
    const pty = start({ topology: twoNodes({ serviceTime: '4s' }) })
    await pty.shows(/pending [1-9]/)
    pty.type('\x03')
    await pty.shows(/Ctrl-C stops at once/)
    expect(await pty.screen.isAlternate()).toBe(true)
    await sleep(NEXT_PRESS_MS)
    pty.type('\x03')
    expect(await expectGivenBack(pty, 130)).not.toContain('NODE')
  })

  it.each(['SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)('gives the terminal back after %s', async signal => {
    const pty = start()
    await pty.shows(/2\/2 up/)
    kill(launcherOf(pty), signal)
    expect(await expectGivenBack(pty, 0)).toContain(`ended by ${signal}`)
  })

  it.each(Object.entries(MISHAPS))('gives the terminal back after %s, and tells it there', async (name, mishap) => {
    const pty = start({ mishap })
    await pty.shows(/2\/2 up/)
    kill(launcherOf(pty), 'SIGUSR2')
    const isExit = name === 'process.exit'
    const text = await expectGivenBack(pty, isExit ? 7 : 1)
    expect(text.includes('udsim: Error: a mishap\n    at ')).toBe(!isExit)
  })

  it('ends when its window is closed', async () => {
    const pty = start()
    await pty.shows(/2\/2 up/)
    const pids = pty.processes()
    expect(pids.length).toBeGreaterThan(3)
    pty.hangUp()
    await pty.empties()
    expect(socketsIn(pty.cwd)).toEqual([])
  })

  it('stops whole on Ctrl-Z, and goes on in a fresh screen', async () => {
    const cwd = makeDir({ 'topology.json': toText(twoNodes()) })
    const pty = startInPty("PS1='ready> ' exec sh -i", { cwd })
    await pty.shows(/ready>$/)
    pty.type(`${process.execPath} ${COMMAND} run\n`)
    await pty.shows(/2\/2 up/)
    pty.type('\x1a')
    await pty.shows(/Stopped[\s\S]*ready>$/i)
    expect([await pty.screen.isAlternate(), await pty.screen.isCursorHidden()]).toEqual([false, false])
    expect(pty.modes()).toEqual(expect.arrayContaining(['icanon', 'echo']))
    const [, ...ours] = pty.processes()
    expect(ours.map(pid => rowOf(pid)?.state)).toEqual(ours.map(() => 'T'))

    pty.type('fg\n')
    await pty.shows(/2\/2 up/)
    expect(await pty.screen.isAlternate()).toBe(true)
    expect(pty.modes()).toEqual(expect.arrayContaining(['-icanon', '-echo']))
    pty.type('q')
    await pty.shows(/laws +ok[\s\S]*ready>$/)
    pty.type('exit\n')
    await pty.ended
  })

  it('comes back from Ctrl-Z as large as its window has become', async () => {
    const pty = startInPty("PS1='ready> ' exec sh -i", { cwd: makeDir({ 'topology.json': toText(twoNodes()) }) })
    await pty.shows(/ready>$/)
    pty.type(`${process.execPath} ${COMMAND} run\n`)
    await pty.shows(/2\/2 up/)
    pty.type('\x1a')
    await pty.shows(/Stopped[\s\S]*ready>$/i)
    pty.resize(50, 12)
    pty.type('fg\n')
    await pty.shows(/2\/2 up[\s\S]*p pause$/)
    pty.type('q')
    await pty.shows(/laws +ok[\s\S]*ready>$/)
    pty.type('exit\n')
    await pty.ended
  })

  it('shows no colour with NO_COLOR, and no warning where FORCE_COLOR is set too', async () => {
    const [none, both] = [start({ env: { NO_COLOR: '1' } }), start({ env: { NO_COLOR: '1', FORCE_COLOR: '1' } })]
    for (const pty of [none, both]) await pty.shows(/2\/2 up/)
    none.type('jq')
    both.type('q')
    await expectGivenBack(none, 0)
    await expectGivenBack(both, 0)
    expect(none.written).not.toMatch(/\x1b\[[0-9;]*m/)
    expect(both.written).toMatch(/\x1b\[1m/)
    expect(none.written + both.written).not.toMatch(/warning/i)
  })

  it('ends in order when Ctrl-C reaches every process, as it does without the live table', async () => {
    const pty = start({ words: '--no-tui --interval 200ms' })
    await pty.shows(/server-1 +● up/)
    pty.type('\x03')
    const text = await expectGivenBack(pty, 0)
    expect(text).toMatch(/ended by SIGINT[\s\S]*laws +ok/)
    expect(text).not.toMatch(/exit|crash-loop|down/)
    expect(pty.written).not.toContain('\x1b')
  })
})
