import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import { eventLine } from '../../src/view/event-line.ts'
import type { FrameOptions } from '../../src/view/frame.ts'
import { renderFrame, rowFirstMax } from '../../src/view/frame.ts'
import { textWidth } from '../../src/view/text-width.ts'
import { manyNodes, runEvent, SAMPLE_EVENTS, statsReport } from './samples.ts'

const options = (columns: number, rows: number, parts: Partial<FrameOptions> = {}): FrameOptions => ({
  columns,
  rows,
  chalk: new Chalk({ level: 0 }),
  topologyName: 'topology.json',
  recentEvents: SAMPLE_EVENTS.map(eventLine),
  ...parts,
})

const BANNER = 'topology.json:14:38 unknown proxy "proxy-3"\n14 | "behind": "proxy-3"\n   | ~~~'

describe('frame', () => {
  it('shows title, clients, nodes, events and keys at 100x22', () => {
    expect(`\n${renderFrame(statsReport(), options(100, 22)).join('\n')}\n`).toMatchInlineSnapshot(`
      "
      udsim · topology.json · generation 3 · 8/9 up · 200 req/s asked · uptime 12s
      clients · sent 2404 · answered 2398 · failed 4 · pending 2 · p50 412µs · p99 1.24ms · 200 req/s

      NODE          STATE             PID  REQUESTS  REQ/S   SHARE  EXPECT     P99  ERRORS  RESTARTS
      ──────────────────────────────────────────────────────────────────────────────────────────────
      lb            ● up            48218      2404    200  100.0%  100.0%  1.21ms       3         0
      ├ proxy-1     ● up            48216      1203    100   50.0%   50.0%   870µs       3         0
      │ ├ server-1  ● up            48210       428     50   25.2%   16.7%   112µs       0         0
      │ ├ server-2  ● up            48211       427     50   24.8%   16.7%   112µs       0         0
      │ └ server-3  ✖ down              -      ~346      0    0.0%   16.7%       -       0         1
      └ proxy-2     ● up            48217      1201    100   50.0%   50.0%   640µs       0         0
        ├ server-4  ● up            48213       401     33   16.8%   16.7%   112µs       0         0
        ├ server-5  ● up            48214       400     33   16.5%   16.7%  11.8ms       0         0
        └ server-6  ● up            48215       400     33   16.7%   16.7%   112µs       0         0

      12:03:11  starting  9 nodes…
      12:03:11  up        server-3  pid 48212
      12:03:11  reload    generation 3: 1 changed (server-5)
      12:03:11  exit      server-3  signal SIGKILL
      12:03:11  ejected   server-3  by proxy-1: connection lost

      q quit · p pause
      "
    `)
  })

  it('fits 60x20 with a rejected edit above the keys', () => {
    expect(`\n${renderFrame(statsReport({ banner: BANNER }), options(60, 20)).join('\n')}\n`).toMatchInlineSnapshot(`
      "
      udsim · topology.json · 8/9 up · uptime 12s
      sent 2404 · failed 4 · pending 2 · p99 1.24ms

      NODE          STATE         REQUESTS  REQ/S   SHARE  ERRORS
      ───────────────────────────────────────────────────────────
      lb            ● up              2404    200  100.0%       3
      ├ proxy-1     ● up              1203    100   50.0%       3
      │ ├ server-1  ● up               428     50   25.2%       0
      │ ├ server-2  ● up               427     50   24.8%       0
      │ └ server-3  ✖ down            ~346      0    0.0%       0
      └ proxy-2     ● up              1201    100   50.0%       0
        ├ server-4  ● up               401     33   16.8%       0
        ├ server-5  ● up               400     33   16.5%       0
        └ server-6  ● up               400     33   16.7%       0

      12:03:11  exit     server-3  signal SIGKILL
      12:03:11  ejected  server-3  by proxy-1: connection lost
      ✖ topology.json:14:38 unknown proxy "proxy-3"
        14 | "behind": "proxy-3"
      q quit · p pause
      "
    `)
  })

  it('shows figures alone at 40x8', () => {
    expect(`\n${renderFrame(statsReport(), options(40, 8)).join('\n')}\n`).toMatchInlineSnapshot(`
      "
      udsim · topology.json · 8/9 up
      sent 2404 · failed 4 · p99 1.24ms
      NODE       STATE         REQUESTS  REQ/S
      ────────────────────────────────────────
      lb         ● up              2404    200
      ├ proxy-1  ● up              1203    100
      … 7 more · 1 not up
      q quit · p pause · ↑↓ scroll
      "
    `)
  })

  it('says that a terminal is too small, with the totals', () => {
    expect(renderFrame(statsReport(), options(39, 8))).toEqual([
      'terminal too small: 39x8, needs 40x8',
      '8/9 up',
      'sent 2404',
      'answered 2398',
      'failed 4',
      'pending 2',
      '',
      '',
    ])
  })

  it('has something to show before the first figures', () => {
    const events = [eventLine(runEvent({ event: 'starting', node: null, detail: 'starting 9 nodes…' }))]
    const lines = renderFrame(null, options(60, 20, { recentEvents: events }))
    expect(lines.filter(line => line !== '')).toEqual([
      'udsim · topology.json · starting',
      '12:03:11  starting  9 nodes…',
      'q quit',
    ])
  })

  it('is exactly as high as the terminal and never wider, at every size', () => {
    const reports = [
      null,
      statsReport(),
      statsReport({ banner: BANNER }),
      statsReport({ nodes: manyNodes(60), phase: 'stopping' }),
    ]
    for (const [i, report] of reports.entries()) {
      for (let columns = 1; columns <= 161; columns += 16) {
        for (let rows = 1; rows <= 41; rows += 8) {
          const lines = renderFrame(report, options(columns, rows))
          expect(lines.length, `report ${i} at ${columns}x${rows}`).toBe(rows)
          expect(Math.max(...lines.map(textWidth)), `report ${i} at ${columns}x${rows}`).toBeLessThanOrEqual(columns)
        }
      }
    }
  })

  it('scrolls as far as the last row, and not where all are in sight', () => {
    const many = statsReport({ nodes: manyNodes(60) })
    const last = rowFirstMax(many, options(100, 30))
    const lines = renderFrame(many, options(100, 30, { rowFirst: last }))
    expect(lines.some(line => line.startsWith('└ server-61 '))).toBe(true)
    expect(rowFirstMax(statsReport(), options(100, 30))).toBe(0)
  })

  it('offers to scroll only where nodes are out of sight', () => {
    expect(renderFrame(statsReport(), options(100, 30)).at(-1)).toBe('q quit · p pause')
    expect(renderFrame(statsReport({ nodes: manyNodes(60) }), options(100, 30)).at(-1)).toBe(
      'q quit · p pause · ↑↓ scroll',
    )
  })

  it('says that it is paused, and that it is stopping', () => {
    expect(renderFrame(statsReport(), options(100, 30, { isPaused: true }))[0]).toMatch(/ · paused$/)
    expect(renderFrame(statsReport({ phase: 'stopping' }), options(100, 30)).at(-1)).toMatch(/Ctrl-C stops at once/)
  })
})
