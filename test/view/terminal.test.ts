import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeTerminal } from '../../src/view/terminal.ts'
import { makeEmulatedHost, makeEmulatedKeyboard, makeEmulatedScreen, makeManualClock } from './emulated.ts'

function makeSetup() {
  const stdout = makeEmulatedScreen(60, 20)
  const stdin = makeEmulatedKeyboard()
  const host = makeEmulatedHost()
  const clock = makeManualClock()
  const keys: string[] = []
  stdout.write('$ npm start\n')
  const render = (columns: number, rows: number) => [`${columns}x${rows}`.padEnd(columns, '#')]
  const start = () => makeTerminal({ stdout, stdin, clock, host, render, onKey: key => keys.push(key) })
  return { stdout, stdin, host, clock, keys, start }
}

/** Autowrap on, nothing else. */
const MODES_AT_FIRST = { wraps: true, brackets: false, isHeld: false }

describe('terminal', () => {
  it('writes past the stream where it can, and behind what waits there', () => {
    const { stdout, stdin, host, clock } = makeSetup()
    const dir = mkdtempSync(join(tmpdir(), 'udsim-'))
    const fd = openSync(join(dir, 'terminal'), 'w+')
    const restoreWith = (writableLength: number) => {
      const terminal = makeTerminal({ stdout, fd, stdin, clock, host, render: () => [], onKey: () => {} })
      stdout.writableLength = writableLength
      const count = stdout.written.length
      terminal.restore()
      return [
        readFileSync(join(dir, 'terminal'), 'latin1').match(/\x1b\[\?1049l/g)?.length,
        stdout.written.length - count,
      ]
    }

    expect([restoreWith(0), restoreWith(4_000)]).toEqual([
      [1, 0],
      [2, 1],
    ])
    closeSync(fd)
    rmSync(dir, { recursive: true })
  })

  it('takes the alternate screen, hides the cursor and draws', async () => {
    const { stdout, stdin, start } = makeSetup()

    start()

    expect(await stdout.isAlternate()).toBe(true)
    expect(await stdout.isCursorHidden()).toBe(true)
    expect(stdin.isRaw).toBe(true)
    expect(await stdout.modes()).toEqual({ wraps: false, brackets: true, isHeld: false })
    expect((await stdout.lines())[0]).toBe('60x20'.padEnd(60, '#'))
  })

  it('gives everything back as it was, once', async () => {
    const { stdout, stdin, host, clock, start } = makeSetup()
    const terminal = start()

    terminal.restore()
    const count = stdout.written.length
    terminal.restore()
    terminal.refresh()
    stdout.resize(80, 24)
    host.emit('exit')
    host.emit('SIGCONT')
    clock.pass(1_000)

    expect(stdout.written).toHaveLength(count)
    expect(await stdout.isAlternate()).toBe(false)
    expect(await stdout.isCursorHidden()).toBe(false)
    expect(await stdout.modes()).toEqual(MODES_AT_FIRST)
    expect((await stdout.lines())[0]).toBe('$ npm start')
    expect([stdin.isRaw, stdin.readableFlowing, stdin.listenerCount('data')]).toEqual([false, false, 0])
    expect([stdout.listenerCount('resize'), host.eventNames()]).toEqual([0, []])
  })

  it('leaves a keyboard that was raw and read before as it found it', () => {
    const { stdin, start } = makeSetup()
    stdin.isRaw = true
    stdin.readableFlowing = true
    start().restore()
    expect([stdin.isRaw, stdin.readableFlowing]).toEqual([true, true])
  })

  it.each(['exit', 'uncaughtExceptionMonitor'])('gives the terminal back on %s', async event => {
    const { stdout, host, start } = makeSetup()
    start()
    host.emit(event)
    expect(await stdout.isAlternate()).toBe(false)
  })

  it('delivers keys, Ctrl-C among them', () => {
    const { stdin, keys, start } = makeSetup()
    start()
    stdin.press('pq\x03\x1b[A')
    expect(keys).toEqual(['p', 'q', 'ctrl-c', 'up'])
  })

  it('tells Escape from the beginning of a sequence by what follows', () => {
    const { stdin, keys, clock, start } = makeSetup()
    start()
    stdin.press('\x1b')
    clock.pass(10)
    stdin.press('[A')
    clock.pass(1_000)
    stdin.press('\x1b')
    expect(keys).toEqual(['up'])
    clock.pass(50)
    expect(keys).toEqual(['up', 'escape'])
  })

  it('passes over what is pasted, and hears again when the end of a paste is lost', () => {
    const { stdin, keys, clock, start } = makeSetup()
    start()
    stdin.press('\x1b[200~quit')
    stdin.press('\x1b[201~p\x1b[200~q')
    clock.pass(1_000)
    stdin.press('j')
    expect(keys).toEqual(['p', 'j'])
  })

  it('draws anew on Ctrl-L', () => {
    const { stdin, stdout, clock, keys, start } = makeSetup()
    start()
    const count = stdout.written.length
    stdin.press('\x0c')
    clock.pass(50)
    expect([stdout.written.length - count, keys]).toEqual([1, []])
  })

  it('delivers no key after it was given back by one', () => {
    const { stdin, keys, start } = makeSetup()
    const terminal = start()
    stdin.on('data', () => terminal.restore())
    stdin.press('a')
    stdin.press('b')
    expect(keys).toEqual(['a'])
  })

  it('repaints whole after a resize', async () => {
    const { stdout, clock, start } = makeSetup()
    start()
    stdout.resize(50, 10)
    clock.pass(250)
    expect((await stdout.lines())[0]).toBe('50x10'.padEnd(50, '#'))
  })

  it('stops with its group on Ctrl-Z and comes back on SIGCONT, once', async () => {
    const { stdout, stdin, host, clock, keys, start } = makeSetup()
    start()

    stdin.press('\x1a')
    expect(host.kills).toEqual([[0, 'SIGTSTP']])
    expect([await stdout.isAlternate(), stdin.isRaw]).toEqual([false, false])
    host.emit('SIGCONT')
    clock.pass(250)

    expect([await stdout.isAlternate(), stdin.isRaw]).toEqual([true, true])
    expect(stdin.listenerCount('data')).toBe(1)
    expect((await stdout.lines())[0]).toMatch(/^60x20/)
    expect(keys).toEqual([])
  })

  it('asks for the size anew after a stop: whoever had the terminal meanwhile was told of a change', () => {
    const { host, start } = makeSetup()
    start()
    host.emit('SIGCONT')
    expect(host.kills).toEqual([[host.pid, 'SIGWINCH']])
  })

  it('comes back by itself where the stop signal has no effect', async () => {
    const { stdout, stdin, clock, start } = makeSetup()
    start()
    stdin.press('\x1a')
    clock.pass(100)
    expect(await stdout.isAlternate()).toBe(true)
  })

  it('sets its modes again after a stop from outside', () => {
    const { stdin, host, start } = makeSetup()
    start()
    stdin.isRaw = false
    host.emit('SIGCONT')
    expect(stdin.isRaw).toBe(true)
  })
})
