/** What stands on an 80x24 terminal in the states that a run goes through, as an emulator of one shows it. */
import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import type { View } from '../../src/stats/reports.ts'
import { makeLiveView } from '../../src/view/live.ts'
import { textWidth } from '../../src/view/text-width.ts'
import { makeEmulatedHost, makeEmulatedKeyboard, makeEmulatedScreen, makeManualClock } from './emulated.ts'
import {
  INCIDENT_EVENTS,
  INCIDENT_NODES,
  nodeStats,
  runEvent,
  SAMPLE_EVENTS,
  SAMPLE_NODES,
  statsReport,
  summaryReport,
} from './samples.ts'

const KEYS = 'q quit · ? help · ↑↓ select · + - rate · R reload · s sort · / filter · p pause'
const UP = SAMPLE_NODES.map(node => ({ ...node, state: 'up' as const, pid: 48_000 }))

async function screenAfter(tell: (view: View, press: (keys: string) => void) => void, columns = 80, rows = 24) {
  const stdout = makeEmulatedScreen(columns, rows)
  const stdin = makeEmulatedKeyboard()
  const clock = makeManualClock()
  stdout.write('$ npm start\n')
  const view = makeLiveView({
    stdout,
    stdin,
    clock,
    chalk: new Chalk({ level: 2 }),
    topologyName: 'topology.json',
    onQuit: () => {},
    onInterrupt: () => {},
    act: () => {},
    logsOf: () => [],
    host: makeEmulatedHost(),
  })
  tell(view, keys => stdin.press(keys))
  clock.pass(250)
  const lines = await stdout.lines()
  return { lines, text: lines.join('\n'), isAlternate: await stdout.isAlternate() }
}

describe('the screen of a run', () => {
  it.each<[string, (view: View, press: (keys: string) => void) => void, RegExp[], string]>([
    [
      'that starts',
      view => view.event(runEvent({ event: 'starting', node: null, detail: 'starting 9 nodes…' })),
      [/^udsim · topology\.json · starting\n\n12:03:11 {2}starting {2}9 nodes…\n/],
      'q quit · ? help',
    ],
    [
      'that runs',
      view => view.stats(statsReport({ nodes: UP })),
      [/^udsim .* 9\/9 up/, /\n│ └ server-3 {2}● up /],
      KEYS,
    ],
    [
      'with a node down',
      view => {
        view.stats(statsReport())
        for (const event of SAMPLE_EVENTS) view.event(event)
      },
      [/8\/9 up/, /\n│ └ server-3 {2}✖ down +lost +- +~346/, /12:03:11 {2}exit +server-3 {2}signal SIGKILL\n/],
      KEYS,
    ],
    [
      'with a node that dies again and again',
      view => {
        const said = ['', 'TypeError: x is not a function', '    at a.js:3', '', 'Node.js v20.19.0']
        const loop = nodeStats('loop', { state: 'crash-loop', pid: null, lastExit: 'code 1', lastLines: said })
        view.stats(statsReport({ nodes: [...UP.slice(0, 8), loop] }))
        for (const event of SAMPLE_EVENTS) view.event(event)
      },
      [
        /8\/9 up/,
        /\nloop +▲ crash-loop/,
        /\n\n▲ loop crash-loop after code 1\n {2}TypeError: x is not a function\n {6}at a\.js:3\n12:03:11/,
      ],
      KEYS,
    ],
    [
      'with a node that hangs',
      view => {
        view.stats(statsReport({ nodes: [...UP.slice(0, 8), nodeStats('mute', { hung: true })] }))
        view.event(runEvent({ event: 'hung', node: 'mute', detail: 'no sign of life for 3.0s' }))
      },
      [/8\/9 up/, /\nmute +◆ hung /, /\n12:03:11 {2}hung {2}mute {2}no sign of life for 3\.0s\n/],
      KEYS,
    ],
    [
      'with a node selected',
      (view, press) => {
        view.stats(statsReport({ nodes: UP }))
        press('jjjj')
      },
      [/\n│ ├ server-2 +● up/],
      'q quit · ? help · r restart · x kill -9 · z stop · d drain · l logs · + - rate',
    ],
    [
      'with a log before it',
      (view, press) => {
        view.stats(statsReport({ nodes: UP }))
        press('jjjjl')
      },
      [/^log of server-2 · ● up · 0 lines\nit has written nothing yet\n/],
      'q back · ↑↓ scroll · End newest · ←→ other nodes',
    ],
    [
      'whose file was edited badly',
      view => view.stats(statsReport({ banner: 'topology.json:8:35 unknown "proxy-9"; did you mean "proxy-2"?' })),
      [/\n✖ topology\.json:8:35 unknown "proxy-9"; did you mean "proxy-2"\?\nq quit/],
      KEYS,
    ],
    [
      'that is paused',
      (view, press) => {
        view.stats(statsReport())
        press('p')
      },
      [/^udsim .* · PAUSED, the run goes on\n/],
      'q quit · ? help · ↑↓ select · + - rate · R reload · s sort · / filter · p go on',
    ],
    [
      'of which a filter shows a part',
      (view, press) => {
        view.stats(statsReport())
        press('/down\r')
      },
      [/─\nserver-3 +✖ down [^\n]*\n\n/],
      '/down 1 of 9 · Esc all · q quit · ? help · ↑↓ select · + - rate · p pause',
    ],
    [
      'with the help before it',
      (view, press) => {
        view.stats(statsReport())
        press('h')
      },
      [
        /^udsim .*\n\nq Ctrl-C {2}quit in order[^\n]* {2}◐ starting +started, not ready yet/,
        /\nPgUp PgDn mark ten further; Home, End +HEALTH +what its parents see/,
        / {2}backup +used when others are gone\n/,
      ],
      'q quit · ↓ more (1 of 2) · any key: back',
    ],
    [
      'that ends',
      view => view.stats(statsReport({ phase: 'stopping' })),
      [/^udsim .* · stopping\n/],
      'finishing what is under way · Ctrl-C stops at once',
    ],
  ])('%s', async (_name, tell, patterns, footer) => {
    const { lines, text, isAlternate } = await screenAfter(tell)

    expect(isAlternate).toBe(true)
    expect(lines).toHaveLength(24)
    expect(lines.at(-1)).toBe(footer)
    for (const pattern of patterns) expect(text).toMatch(pattern)
  })

  it.each([40, 60, 80, 100, 140, 200])(
    'that goes wrong is told at %i columns, by words and not by colour',
    async columns => {
      const { lines, text } = await screenAfter(
        view => {
          view.stats(statsReport({ nodes: INCIDENT_NODES }))
          for (const event of INCIDENT_EVENTS) view.event(event)
        },
        columns,
        30,
      )
      const rowOf = (id: string) => lines.find(line => line.includes(`${id} `))!

      expect(lines.every(line => textWidth(line) <= columns)).toBe(true)
      expect(rowOf('proxy-1')).toMatch(/● up panic\b/)
      expect(text).toMatch(/ {2}panic +proxy-1 +1 of 3 us/)
      expect(text).toMatch(/ {2}exit +server-3 +signal/)
      expect(text).toMatch(/ {2}… +\d+ (ejected|probing)/)
      if (columns < 60) return
      const healthAt = lines.find(line => line.startsWith('NODE'))!.indexOf('HEALTH')
      const words = ['proxy-1', 'proxy-2', ...[1, 2, 3, 4, 5, 6].map(i => `server-${i}`)].map(id =>
        rowOf(id)
          .slice(healthAt, healthAt + 7)
          .trimEnd(),
      )
      expect(words).toEqual(['ok', 'ok', 'ejected', 'probing', 'lost', '40%', 'drain', '1/2 ok'])
    },
  )

  it('that is too small says so, with the totals', async () => {
    const { lines } = await screenAfter(view => view.stats(statsReport()), 30, 6)
    expect(lines).toEqual(['30x6 is too small', 'needs 40x8', '8/9 up', 'sent 2404', 'failed 4', 'pending 2'])
  })

  it('that has ended is the main one, with the final table and the account', async () => {
    const { text, isAlternate } = await screenAfter(view => {
      view.stats(statsReport())
      view.summary(summaryReport())
      view.close()
    })
    expect(isAlternate).toBe(false)
    expect(text).toMatch(/^\$ npm start\nNODE [^\n]* RETRIED +RESTARTS\n[\s\S]* {2}└ server-6 +400 [\s\S]*\nlaws +ok: /)
    expect(text).not.toContain('q quit')
  })
})
