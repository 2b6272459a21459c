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

const KEYS = 'q quit · ? help · ↑↓ select · s sort · / filter · p pause'
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
      view => view.stats(statsReport({ nodes: [...UP.slice(0, 8), nodeStats('loop', { state: 'crash-loop' })] })),
      [/8\/9 up/, /\nloop +▲ crash-loop/],
      KEYS,
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
      'q quit · ? help · ↑↓ select · s sort · / filter · p go on',
    ],
    [
      'of which a filter shows a part',
      (view, press) => {
        view.stats(statsReport())
        press('/down\r')
      },
      [/─\nserver-3 +✖ down [^\n]*\n\n/],
      '/down 1 of 9 · Esc all · q quit · ? help · s sort · / filter · p pause',
    ],
    [
      'with the help before it',
      (view, press) => {
        view.stats(statsReport())
        press('h')
      },
      [
        /^udsim .*\n\nq Ctrl-C {2}quit in order[^\n]* {3}HEALTH +what its parents see/,
        /\n▲ crash-loop {2}dies again and again +EXPECT +share promised/,
        / {3}REQ\/S +of the last 2 s, as SHARE\n/,
      ],
      'q quit · any key: back',
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
