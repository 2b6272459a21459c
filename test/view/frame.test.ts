import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import type { StatsReport } from '../../src/stats/reports.ts'
import { COLUMNS } from '../../src/view/columns.ts'
import { eventLine } from '../../src/view/event-line.ts'
import type { FrameOptions } from '../../src/view/frame.ts'
import { renderFrame } from '../../src/view/frame.ts'
import { orderRows } from '../../src/view/row-order.ts'
import { textWidth } from '../../src/view/text-width.ts'
import { FIRST_VIEW, type ViewState } from '../../src/view/view-state.ts'
import { logLines, manyNodes, nodeStats, runEvent, SAMPLE_EVENTS, SAMPLE_NODES, statsReport } from './samples.ts'

interface Parts extends Partial<Omit<FrameOptions, 'view'>> {
  view?: Partial<ViewState>
}

function frameOf(report: StatsReport | null, columns: number, rows: number, { view, ...parts }: Parts = {}) {
  const viewState = { ...FIRST_VIEW, ...view }
  return renderFrame(report, {
    columns,
    rows,
    chalk: new Chalk({ level: 0 }),
    topologyName: 'topology.json',
    recentEvents: SAMPLE_EVENTS.map(eventLine),
    view: viewState,
    tableRows: report ? orderRows(report, viewState) : [],
    rowFirst: 0,
    selected: null,
    notice: null,
    logLines: [],
    ...parts,
  })
}

const linesOf = (...args: Parameters<typeof frameOf>) => frameOf(...args).lines

const LOOP = nodeStats('loop', {
  state: 'crash-loop',
  pid: null,
  lastExit: 'code 1',
  lastLines: ['Error: no such table', '    at x.js:9:1', '', 'Node.js v20.19.0'],
})
const BANNER = 'topology.json:14:38 unknown proxy "proxy-3"\n14 | "behind": "proxy-3"\n   | ~~~'

describe('frame', () => {
  it('shows title, clients, nodes, events and keys at 100x22', () => {
    expect(`\n${linesOf(statsReport(), 100, 22).join('\n')}\n`).toMatchInlineSnapshot(`
      "
      udsim · topology.json · generation 3 · 8/9 up · 200 req/s asked · uptime 12s
      sent 2404 · answered 2398 · failed 4 (mostly connectionLost) · pending 2 · p50 412µs · p99 1.24ms

      NODE          STATE         HEALTH       PID  REQUESTS  REQ/S   SHARE     P99  ERRORS  RETRIED
      ──────────────────────────────────────────────────────────────────────────────────────────────
      lb            ● up          ok         48218      2404    200  100.0%  1.21ms       3       14
      ├ proxy-1     ● up          ok         48216      1203    100   50.0%   870µs       3        0
      │ ├ server-1  ● up          ok         48210       428     50   25.2%   112µs       0        -
      │ ├ server-2  ● up          ok         48211       427     50   24.8%   112µs       0        -
      │ └ server-3  ✖ down        lost           -      ~346      0    0.0%       -       0        -
      └ proxy-2     ● up          ok         48217      1201    100   50.0%   640µs       0        0
        ├ server-4  ● up          ok         48213       401     33   16.8%   112µs       0        -
        ├ server-5  ● up          ok         48214       400     33   16.5%  11.8ms       0        -
        └ server-6  ● up          ok         48215       400     33   16.7%   112µs       0        -

      12:03:11  starting  9 nodes…
      12:03:11  up        server-3  pid 48212
      12:03:11  reload    generation 3: 1 changed (server-5)
      12:03:11  exit      server-3  signal SIGKILL
      12:03:11  ejected   server-3  by proxy-1: connection lost

      q quit · ? help · ↑↓ select · + - rate · R reload · s sort · / filter · p pause
      "
    `)
  })

  it('fits 60x20 with a rejected edit above the keys', () => {
    expect(`\n${linesOf(statsReport({ banner: BANNER }), 60, 20).join('\n')}\n`).toMatchInlineSnapshot(`
      "
      udsim · topology.json · 8/9 up · uptime 12s
      sent 2404 · failed 4 · pending 2 · p99 1.24ms

      NODE          STATE         HEALTH   REQUESTS  REQ/S  ERRORS
      ────────────────────────────────────────────────────────────
      lb            ● up          ok           2404    200       3
      ├ proxy-1     ● up          ok           1203    100       3
      │ ├ server-1  ● up          ok            428     50       0
      │ ├ server-2  ● up          ok            427     50       0
      │ └ server-3  ✖ down        lost         ~346      0       0
      └ proxy-2     ● up          ok           1201    100       0
        ├ server-4  ● up          ok            401     33       0
        ├ server-5  ● up          ok            400     33       0
        └ server-6  ● up          ok            400     33       0

      12:03:11  ejected  server-3  by proxy-1: connection lost
      ✖ topology.json:14:38 unknown proxy "proxy-3"
        14 | "behind": "proxy-3"
           | ~~~
      q quit · ? help · ↑↓ select · + - rate · / filter · p pause
      "
    `)
  })

  it('tells a rejected edit with its cure, on as many lines as that takes', () => {
    const banner = 'topology.json:8:35 servers[2].behind names "proxy-9", which does not exist; did you mean "proxy-2"?'
    expect(linesOf(statsReport({ banner }), 60, 24).slice(-3, -1)).toEqual([
      '✖ topology.json:8:35 servers[2].behind names "proxy-9",',
      '  which does not exist; did you mean "proxy-2"?',
    ])
    expect(linesOf(statsReport({ banner }), 40, 10).slice(-3, -1)).toEqual([
      '✖ topology.json:8:35 servers[2].behind',
      '  names "proxy-9", which does not exist…',
    ])
  })

  it.each([8, 9, 10, 13])('shows nodes beside a rejected edit on 40 columns and %i rows', rows => {
    const banner = 'topology.json:8:35 servers[2].behind names "proxy-9", which does not exist\nand 1 more'
    const lines = linesOf(statsReport({ banner }), 40, rows)
    const nodes = lines.filter(line => /● up|✖ down/.test(line))
    expect(nodes[0]).toMatch(/^lb +● up/)
    expect(nodes).toHaveLength({ 8: 1, 9: 2, 10: 2, 13: 5 }[rows]!)
    expect(lines.join('\n')).toMatch(/\n✖ topology\.json:8:35 servers\[2\]\.behin/)
  })

  it('shows figures alone at 40x8', () => {
    expect(`\n${linesOf(statsReport(), 40, 8).join('\n')}\n`).toMatchInlineSnapshot(`
      "
      udsim · topology.json · 8/9 up
      sent 2404 · failed 4 · p99 1.24ms
      NODE       STATE         REQUESTS  REQ/S
      ────────────────────────────────────────
      lb         ● up              2404    200
      ├ proxy-1  ● up              1203    100
      … 7 more · 1 not up
      q quit · ? help · ↑↓ select · + - rate
      "
    `)
  })

  it('says that a terminal is too small, with the totals', () => {
    expect(linesOf(statsReport(), 39, 8)).toEqual([
      '39x8 is too small',
      'needs 40x8',
      '8/9 up',
      'sent 2404',
      'failed 4',
      'pending 2',
      '',
      '',
    ])
    expect(linesOf(null, 3, 1)).toEqual(['3x…'])
  })

  it('has something to show before the first figures', () => {
    const events = [eventLine(runEvent({ event: 'starting', node: null, detail: 'starting 9 nodes…' }))]
    const lines = linesOf(null, 60, 20, { recentEvents: events })
    expect(lines.filter(line => line !== '')).toEqual([
      'udsim · topology.json · starting',
      '12:03:11  starting  9 nodes…',
      'q quit · ? help',
    ])
  })

  it('is exactly as high as the terminal and never wider, at every size', () => {
    const reports = [
      null,
      statsReport(),
      statsReport({ banner: BANNER }),
      statsReport({ nodes: manyNodes(60), phase: 'stopping' }),
      statsReport({ nodes: [...SAMPLE_NODES, LOOP, { ...LOOP, id: 'loop-2' }], banner: BANNER }),
    ]
    const views: Parts[] = [
      {},
      { view: { selectedId: 'server-3' }, selected: { id: 'server-3', admin: 'drain', isStopped: true } },
      { view: { log: { id: 'server-3', last: null } }, logLines: logLines(99) },
      { view: { helpPage: 1 }, notice: { text: `✖ ${'what could not be done '.repeat(9)}`, style: 'bad' } },
    ]
    for (const [i, report] of reports.entries()) {
      for (const [v, parts] of views.entries()) {
        for (let columns = 1; columns <= 161; columns += 16) {
          for (let rows = 1; rows <= 41; rows += 8) {
            const lines = linesOf(report, columns, rows, parts)
            const where = `report ${i}, view ${v} at ${columns}x${rows}`
            expect(lines.length, where).toBe(rows)
            expect(Math.max(...lines.map(textWidth)), where).toBeLessThanOrEqual(columns)
          }
        }
      }
    }
  })

  it('tells a crash loop below the table where all nodes and some events are in sight as well', () => {
    const report = statsReport({ nodes: [...SAMPLE_NODES, LOOP] })
    const below = (columns: number, rows: number) => {
      const lines = linesOf(report, columns, rows)
      return lines.slice(lines.findIndex(line => line.startsWith('loop')) + 1, -1).filter(line => line !== '')
    }
    expect(below(80, 24)).toEqual([
      '▲ loop crash-loop after code 1',
      '  Error: no such table',
      '      at x.js:9:1',
      '12:03:11  up       server-3  pid 48212',
      '12:03:11  reload   generation 3: 1 changed (server-5)',
      '12:03:11  exit     server-3  signal SIGKILL',
      '12:03:11  ejected  server-3  by proxy-1: connection lost',
    ])
    expect(below(40, 20)).toEqual([
      '▲ loop crash-loop after code 1',
      '  Error: no such table',
      '12:03:11  ejected  server-3  by proxy-1…',
    ])
    expect(linesOf(report, 40, 10).join('\n')).not.toContain('crash-loop after')
  })

  it('keeps a rejected edit in sight above the keys of a log', () => {
    const log = { view: { log: { id: 'server-3', last: null } }, logLines: logLines(99) }
    const { lines, logRows } = frameOf(statsReport({ banner: BANNER }), 60, 16, log)
    expect([lines[0], lines[1], logRows]).toEqual(['log of server-3 · ✖ down · 99 lines', '12:03:11 info  line 89', 11])
    expect(lines.slice(-5)).toEqual([
      '12:03:11 info  line 99',
      '✖ topology.json:14:38 unknown proxy "proxy-3"',
      '  14 | "behind": "proxy-3"',
      '     | ~~~',
      'q back · ↑↓ scroll · End newest · ←→ other nodes',
    ])
  })

  it('shows what became of a key in place of the keys', () => {
    const notice = { text: '✖ server-3 has no process', style: 'bad' } as const
    expect(linesOf(statsReport(), 40, 8, { notice }).at(-1)).toBe('✖ server-3 has no process')
  })

  it.each([200, 140, 120, 100, 80, 60, 40])('cuts no figure at %i columns, and drops whole columns only', columns => {
    const report = statsReport({
      nodes: SAMPLE_NODES.map(node => ({
        ...node,
        received: 123_456_789,
        failed: 98_765,
        id: `${node.id}-of-the-shop`,
      })),
    })
    for (const rows of [40, 24, 12, 8]) {
      const lines = linesOf(report, columns, rows)
      const head = lines.findIndex(line => line.startsWith('NODE'))
      const titles = lines[head]!.split(/ +/)
      const body = lines.slice(head + 2).filter(line => /-of-the-shop|-shop /.test(line))
      expect(lines).toHaveLength(rows)
      expect(titles.filter(title => !COLUMNS.some(column => column.title === title))).toEqual([])
      expect(titles.slice(0, 2).concat(titles.includes('REQUESTS') ? 'REQUESTS' : [])).toEqual([
        'NODE',
        'STATE',
        'REQUESTS',
      ])
      expect(body.length).toBeGreaterThan(0)
      for (const line of body) expect(line.replace(/^.*?(?=[●✖])/, '')).toMatch(/^(● up|✖ down) .*~?123456789\b[^…]*$/)
    }
  })

  it('scrolls with the selection, and keeps still while that is in sight', () => {
    const many = statsReport({ nodes: manyNodes(100) })
    const last = frameOf(many, 100, 30, { view: { selectedId: 'server-101' } })
    const rowsOf = (lines: string[]) => lines.filter(line => /server-\d.*[●▲]/.test(line))
    expect(rowsOf(last.lines).at(-1)).toMatch(/^▸ └ server-101 /)
    const above = frameOf(many, 100, 30, { view: { selectedId: 'server-99' }, rowFirst: last.rowFirst })
    expect([above.rowFirst, rowsOf(above.lines).at(-1)]).toEqual([last.rowFirst, expect.stringContaining('server-101')])
    expect(frameOf(many, 100, 30, { rowFirst: 999 }).rowFirst).toBe(last.rowFirst)
  })

  it('builds of a hundred nodes only the rows in sight', () => {
    let cells = 0
    const countAndTell = () => {
      cells++
      return 4_711
    }
    const nodes = manyNodes(100).map(node => Object.defineProperty({ ...node }, 'pid', { get: countAndTell }))
    const report = statsReport({ nodes })
    const tableRows = orderRows(report, FIRST_VIEW)
    cells = 0
    const lines = linesOf(report, 100, 12, { tableRows })
    const shown = lines.filter(line => line.includes(' 4711 ')).length
    // Once for the text, once for the colour.
    expect(shown).toBeLessThan(10)
    expect(cells).toBe(2 * shown)
  })

  it('says that it is paused, and that it is stopping', () => {
    expect(linesOf(statsReport(), 100, 30, { view: { isPaused: true } })[0]).toMatch(/ · PAUSED, the run goes on$/)
    expect(linesOf(statsReport(), 40, 8, { view: { isPaused: true } })[0]).toContain('PAUSED, the run goes on')
    expect(linesOf(statsReport({ phase: 'stopping' }), 100, 30).at(-1)).toMatch(/Ctrl-C stops at once/)
  })

  it('says where a filter leaves nothing', () => {
    const lines = linesOf(statsReport(), 60, 20, { view: { filter: 'nobody' } })
    expect(lines.slice(3, 6)).toEqual([
      expect.stringMatching(/^NODE/),
      expect.stringMatching(/^─+$/),
      'no node matches /nobody',
    ])
    expect(lines.at(-1)).toMatch(/^\/nobody 0 of 9 · Esc all/)
  })

  it('shows the help in place of the table, at every size', () => {
    const help = linesOf(statsReport(), 60, 20, { view: { helpPage: 0 } })
    expect([help[0], help.at(-1)]).toEqual([
      expect.stringContaining('8/9 up'),
      'q quit · ↓ more (1 of 4) · any key: back',
    ])
    expect(help.join('\n')).toMatch(/s S +sort by next, previous column/)
    expect(linesOf(null, 60, 20, { view: { helpPage: 0 } })[0]).toMatch(/starting$/)
  })
})
