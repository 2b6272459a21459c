import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import { makeLiveView } from '../../src/view/live.ts'
import { makeEmulatedHost, makeEmulatedKeyboard, makeEmulatedScreen, makeManualClock } from './emulated.ts'
import { clientStats, manyNodes, runEvent, SAMPLE_TIME_MS, statsReport, summaryReport } from './samples.ts'

function makeSetup(columns: number, rows: number) {
  const stdout = makeEmulatedScreen(columns, rows)
  const stdin = makeEmulatedKeyboard()
  const clock = makeManualClock()
  const calls: string[] = []
  stdout.write('$ npm start\n')
  const view = makeLiveView({
    stdout,
    stdin,
    clock,
    chalk: new Chalk({ level: 2 }),
    topologyName: 'topology.json',
    onQuit: () => calls.push('quit'),
    onInterrupt: () => calls.push('interrupt'),
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
  return { stdout, stdin, clock, calls, view, screen, selected }
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
    expect(shown.at(-1)).toBe('q quit · ? help · ↑↓ select · s sort · / filter · p pause')

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
})
