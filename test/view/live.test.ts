import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import type { Command, Reply } from '../../src/control/command.ts'
import type { LogLine } from '../../src/stats/log-line.ts'
import { makeLiveView } from '../../src/view/live.ts'
import { makeEmulatedHost, makeEmulatedKeyboard, makeEmulatedScreen, makeManualClock } from './emulated.ts'
import {
  clientStats,
  logLine,
  logLines,
  manyNodes,
  nodeStats,
  runEvent,
  SAMPLE_TIME_MS,
  statsReport,
  summaryReport,
} from './samples.ts'

function makeSetup(columns: number, rows: number) {
  const stdout = makeEmulatedScreen(columns, rows)
  const stdin = makeEmulatedKeyboard()
  const clock = makeManualClock()
  const calls: string[] = []
  const asked: { command: Command; done: (reply: Reply) => void }[] = []
  const logs = new Map<string, LogLine[]>()
  stdout.write('$ npm start\n')
  const view = makeLiveView({
    stdout,
    stdin,
    clock,
    chalk: new Chalk({ level: 2 }),
    topologyName: 'topology.json',
    onQuit: () => calls.push('quit'),
    onInterrupt: () => calls.push('interrupt'),
    act: (command, done) => asked.push({ command, done }),
    logsOf: id => logs.get(id) ?? [],
    host: makeEmulatedHost(),
  })
  const screen = async () => {
    clock.pass(250)
    return (await stdout.lines()).slice(0, stdout.rows)
  }
  // The row in inverse video, by the last frame that drew one.
  const selected = () =>
    stdout.written
      .join('')
      .match(/\x1b\[7m[^\x1b]+/g)
      ?.at(-1)
  return { stdout, stdin, clock, calls, asked, logs, view, screen, selected }
}

const sentTo = (sent: number) => statsReport({ client: clientStats({ sent }) })

describe('live', () => {
  it.each([
    [200, 40],
    [100, 30],
    [60, 20],
  ])('shows a run at %ix%i and leaves its account behind', async (columns, rows) => {
    const { stdout, stdin, view, screen } = makeSetup(columns, rows)

    view.event(runEvent({ event: 'starting', node: null, detail: 'starting 9 nodes…' }))
    view.ready({ timeMs: SAMPLE_TIME_MS, launcherPid: 1, nodes: [], tookMs: 880 })
    view.stats(statsReport())
    const shown = await screen()
    expect(shown[0]).toMatch(/^udsim · topology\.json · .*8\/9 up/)
    expect(shown.filter(line => /server-\d/.test(line))).toHaveLength(6)
    expect(shown.at(-1)).toMatch(/^q quit · \? help · ↑↓ select · \+ - rate · .*p pause$/)

    view.summary(summaryReport())
    view.close()

    expect([await stdout.isAlternate(), await stdout.isCursorHidden(), stdin.isRaw]).toEqual([false, false, false])
    const left = (await stdout.lines()).join('\n')
    expect(left).toMatch(/^\$ npm start\nNODE /)
    expect(left.match(/server-\d +(○ stopped +)?~?\d+ /g)).toHaveLength(6)
    expect(left).toContain('ended by SIGINT')
    expect(left).not.toContain('q quit')
  })

  it('shows that it starts before the first figures', async () => {
    const { stdout } = makeSetup(60, 20)
    expect((await stdout.lines())[0]).toBe('udsim · topology.json · starting')
  })

  it('hands on what the user wants, and decides nothing itself', async () => {
    const { stdin, stdout, calls } = makeSetup(60, 20)
    stdin.press('q')
    stdin.press('\x03\x03')
    expect(calls).toEqual(['quit', 'interrupt', 'interrupt'])
    expect(await stdout.isAlternate()).toBe(true)
  })

  it('stands still while paused, and goes on with the newest figures', async () => {
    const { stdin, view, screen } = makeSetup(100, 30)

    view.stats(sentTo(1))
    stdin.press('p')
    view.stats(sentTo(2))
    const paused = await screen()
    stdin.press('p')
    const after = await screen()

    expect([paused[0], paused[1]]).toEqual([expect.stringMatching(/PAUSED/), expect.stringContaining('sent 1 ')])
    expect([after[0], after[1]]).toEqual([expect.not.stringMatching(/PAUSED/), expect.stringContaining('sent 2 ')])
  })

  it('ends a pause when the run stops', async () => {
    const { stdin, view, screen } = makeSetup(100, 30)
    view.stats(sentTo(1))
    stdin.press('p')
    view.stats(statsReport({ phase: 'stopping' }))
    expect((await screen())[0]).toMatch(/stopping$/)
  })

  it('shows no event of a pause before it ends', async () => {
    const { stdin, view, screen } = makeSetup(100, 30)
    view.stats(sentTo(1))
    stdin.press('p')
    view.event(runEvent({ detail: 'meanwhile' }))
    expect((await screen()).join()).not.toContain('meanwhile')
    stdin.press('p')
    expect((await screen()).join()).toContain('meanwhile')
  })

  it('moves what it shows with the selection', async () => {
    const { stdin, view, screen } = makeSetup(60, 20)

    view.stats(statsReport({ nodes: manyNodes(40) }))
    expect((await screen())[5]).toMatch(/^lb /)
    stdin.press('\x1b[F')
    expect((await screen()).join('\n')).toMatch(/└ server-41 +▲ crash-loop.*\n… \d+ more · \d+ above/)
    stdin.press('\x1b[H')
    expect((await screen())[5]).toMatch(/^lb /)
  })

  it('keeps the selection when the order changes', async () => {
    const { stdin, view, screen, selected } = makeSetup(100, 30)
    view.stats(statsReport())
    stdin.press('jjjj')
    await screen()
    const before = selected()
    stdin.press('sssss')
    await screen()
    expect([before, selected()]).toEqual([expect.stringContaining('server-2'), expect.stringContaining('server-2')])
  })

  it('takes letters for the filter while it is typed, and Ctrl-C for what it is', async () => {
    const { stdin, view, calls, screen } = makeSetup(100, 30)
    view.stats(statsReport())
    stdin.press('/q')
    expect((await screen()).join('\n')).toContain('no node matches /q')
    stdin.press('\x03')
    expect(calls).toEqual(['interrupt'])
  })

  it('draws nothing for figures that look the same, and builds nothing', () => {
    const { stdout, clock, view } = makeSetup(100, 30)
    view.stats(statsReport({ uptimeMs: 12_000 }))
    clock.pass(1_000)
    const count = stdout.written.length
    const same = statsReport({ uptimeMs: 12_750, timeMs: SAMPLE_TIME_MS + 750 })
    view.stats(same)
    expect([clock.waitingCount(), stdout.written.length]).toEqual([0, count])
    view.stats(statsReport({ uptimeMs: 13_000 }))
    clock.pass(250)
    expect(stdout.written).toHaveLength(count + 1)
  })

  it('writes at most four frames a second by itself', () => {
    const { stdout, clock, view } = makeSetup(100, 30)
    clock.pass(1_000)
    const count = stdout.written.length
    for (let i = 0; i < 200; i++) {
      view.stats(sentTo(i))
      view.event(runEvent())
      clock.pass(10)
    }
    expect(stdout.written.length - count).toBeLessThanOrEqual(9)
    expect(stdout.written.slice(count).every(each => /^\x1b\[\?2026h[\s\S]*\x1b\[\?2026l$/.test(each))).toBe(true)
  })

  it('keeps quiet after its end', async () => {
    const { stdout, clock, view } = makeSetup(60, 20)
    view.close()
    const count = stdout.written.length
    view.stats(statsReport())
    view.event(runEvent())
    clock.pass(1_000)
    expect(stdout.written).toHaveLength(count)
  })

  it('asks for what keys mean, tells it at once and what became of it, and then shows the keys again', async () => {
    const { stdin, view, asked, clock, screen } = makeSetup(100, 30)
    view.stats(statsReport())
    stdin.press('jjjx')
    expect(asked.map(({ command }) => command)).toEqual([{ name: 'kill', node: 'server-1', signal: 'SIGKILL' }])
    expect((await screen()).at(-1)).toBe('kill -9 server-1 …')
    asked[0]!.done({ ok: true, lines: ['server-1 killed, pid 48210'], data: null })
    expect((await screen()).at(-1)).toBe('server-1 killed, pid 48210')
    clock.pass(4_000)
    expect((await screen()).at(-1)).toMatch(/^q quit · \? help · r restart · x kill -9 · /)
  })

  it('shows what could not be done as a line that stays, also while it stands still', async () => {
    const { stdin, view, asked, screen } = makeSetup(100, 30)
    view.stats(statsReport())
    stdin.press('jjjpd')
    asked[0]!.done({ ok: false, exitCode: 1, message: 'server-1 cannot be drained: it is the last' })
    expect((await screen()).at(-1)).toBe('✖ server-1 cannot be drained: it is the last')
    stdin.press('p')
    const shown = await screen()
    expect(shown.at(-1)).toMatch(/^q quit/)
    expect(shown.join('\n')).toContain('12:03:11  refused  server-1  server-1 cannot be drained: it is the last')
  })

  it('acts on no node that is not to be seen', async () => {
    const { stdin, view, asked, screen } = makeSetup(100, 30)
    stdin.press('xR+')
    view.stats(statsReport())
    stdin.press('x')
    expect((await screen()).at(-1)).toBe('select a node first, with ↑ ↓')
    stdin.press('jjjj/proxy\rrzdl')
    expect((await screen()).at(-1)).toBe('select a node first, with ↑ ↓')
    expect(asked).toEqual([])
  })

  it('acts on the selected node when rows have changed places', () => {
    const { stdin, view, asked } = makeSetup(100, 30)
    view.stats(statsReport())
    stdin.press('jjjsssssr')
    expect(asked.at(-1)!.command).toEqual({ name: 'restart', node: 'server-1' })
  })

  it('stops and continues by turns, and continues what hangs', async () => {
    const { stdin, view, asked, screen } = makeSetup(100, 30)
    const names = () => asked.map(({ command }) => command.name)
    view.stats(statsReport())
    stdin.press('jz')
    asked.at(-1)!.done({ ok: true, lines: [], data: null })
    stdin.press('k')
    expect((await screen()).at(-1)).toContain('z continue')
    stdin.press('zz')
    expect(names()).toEqual(['stop', 'cont', 'stop'])
    const { nodes } = statsReport()
    view.stats(statsReport({ nodes: nodes.map(node => ({ ...node, hung: true, pid: 9 })) }))
    asked[1]!.done({ ok: true, lines: [], data: null })
    stdin.press('z')
    expect(names().at(-1)).toBe('cont')
  })

  it('doubles the rate of before though figures lag behind, and goes by figures again after them', () => {
    const { stdin, view, asked } = makeSetup(100, 30)
    const rates = () => asked.map(({ command }) => command.name === 'rate' && command.rate)
    view.stats(statsReport())
    stdin.press('+++')
    expect(rates()).toEqual([400])
    asked[0]!.done({ ok: true, lines: [], data: null })
    expect(rates()).toEqual([400, 1_600])
    asked[1]!.done({ ok: true, lines: [], data: null })
    view.stats(statsReport({ client: clientStats({ targetRate: 90 }) }))
    stdin.press('-R')
    expect(rates().at(-2)).toBe(45)
    expect(asked.at(-1)!.command).toEqual({ name: 'reload' })
  })

  it('shows a log that follows, scrolls back, changes nodes and comes back to the table', async () => {
    const { stdin, view, calls, asked, logs, screen } = makeSetup(100, 12)
    const told = (count: number) => statsReport({ nodes: [nodeStats('a', { logLines: count }), nodeStats('b')] })
    logs.set('a', logLines(30))
    logs.set('b', [logLine('of b')])
    view.stats(told(30))
    stdin.press('jl')
    expect((await screen()).slice(-3)).toEqual([
      '12:03:11.250 info  line 29',
      '12:03:11.250 info  line 30',
      'q back · ↑↓ scroll · End newest · ←→ other nodes',
    ])
    logs.get('a')!.push(logLine('newest'))
    view.stats(told(31))
    expect((await screen()).at(-2)).toBe('12:03:11.250 info  newest')
    stdin.press('\x1b[5~')
    expect((await screen())[0]).toBe('log of a · ● up · 9 newer below · 31 lines')
    stdin.press('\x1b[F')
    expect((await screen()).at(-2)).toBe('12:03:11.250 info  newest')
    stdin.press('\x1b[Cxrzd+R')
    expect((await screen()).slice(0, 2)).toEqual(['log of b · ● up · 1 line', '12:03:11.250 info  of b'])
    stdin.press('q')
    expect((await screen())[0]).toMatch(/^udsim/)
    expect([calls, asked]).toEqual([[], []])
    stdin.press('q')
    expect(calls).toEqual(['quit'])
  })

  it('shows a log as it grows while the table stands still, and leaves it when the run ends', async () => {
    const { stdin, view, logs, screen } = makeSetup(100, 12)
    logs.set('a', [logLine('first')])
    view.stats(statsReport({ nodes: [nodeStats('a', { logLines: 1 })] }))
    stdin.press('jpl')
    logs.get('a')!.push(logLine('second'))
    view.stats(statsReport({ nodes: [nodeStats('a', { logLines: 2 })] }))
    expect((await screen()).slice(0, 3)).toEqual([
      'log of a · ● up · 2 lines',
      '12:03:11.250 info  first',
      '12:03:11.250 info  second',
    ])
    view.stats(statsReport({ phase: 'stopping' }))
    expect((await screen())[0]).toMatch(/^udsim .* stopping$/)
  })

  it('has nothing left to do after its end, whatever was asked', () => {
    const { stdin, view, clock, asked } = makeSetup(100, 30)
    view.stats(statsReport())
    stdin.press('jx')
    clock.pass(1_000)
    view.close()
    expect(clock.waitingCount()).toBe(0)
    asked[0]!.done({ ok: true, lines: [], data: null })
    view.close()
    expect(asked).toHaveLength(1)
  })
})
