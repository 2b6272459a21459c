import { stripVTControlCharacters } from 'node:util'
import { Chalk, type ChalkInstance } from 'chalk'
import { describe, expect, it } from 'vitest'
import { renderTable, scrolledTo, windowOf } from '../../src/view/table.ts'
import { textWidth } from '../../src/view/text-width.ts'
import { manyNodes, rowsOf, SAMPLE_NODES } from './samples.ts'

const PLAIN = new Chalk({ level: 0 })
const ROWS = rowsOf(SAMPLE_NODES)
const COLOUR = new Chalk({ level: 3 })
const at = (width: number) => `\n${renderTable(ROWS, { width, chalk: PLAIN }).join('\n')}\n`

describe('table', () => {
  it('shows every column at 200', () => {
    expect(at(200)).toMatchInlineSnapshot(`
      "
      NODE          STATE         HEALTH       PID  REQUESTS  REQ/S   SHARE  EXPECT  INFLIGHT  QUEUED     P50     P99  ERRORS  RETRIED  RESTARTS    CPU      MEM
      ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
      lb            ● up          ok         48218      2404    200  100.0%  100.0%         2       0   398µs  1.21ms       3       14         0   6.1%  47.4 MB
      ├ proxy-1     ● up          ok         48216      1203    100   50.0%   50.0%         0       0   204µs   870µs       3        0         0   4.4%  47.4 MB
      │ ├ server-1  ● up          ok         48210       428     50   25.2%   16.7%         0       0  38.0µs   112µs       0        -         0   1.2%  47.4 MB
      │ ├ server-2  ● up          ok         48211       427     50   24.8%   16.7%         0       0  38.0µs   112µs       0        -         0   1.2%  47.4 MB
      │ └ server-3  ✖ down        lost           -      ~346      0    0.0%   16.7%         0       0       -       -       0        -         1      -        -
      └ proxy-2     ● up          ok         48217      1201    100   50.0%   50.0%         1       0   197µs   640µs       0        0         0   4.2%  47.4 MB
        ├ server-4  ● up          ok         48213       401     33   16.8%   16.7%         0       0  38.0µs   112µs       0        -         0   1.2%  47.4 MB
        ├ server-5  ● up          ok         48214       400     33   16.5%   16.7%         1       0  2.05ms  11.8ms       0        -         0    15%  47.4 MB
        └ server-6  ● up          ok         48215       400     33   16.7%   16.7%         0       0  38.0µs   112µs       0        -         0   1.2%  47.4 MB
      "
    `)
  })

  it('keeps what matters at 100', () => {
    expect(at(100)).toMatchInlineSnapshot(`
      "
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
      "
    `)
  })

  it('keeps name, state, health, requests, rate and errors at 60', () => {
    expect(at(60)).toMatchInlineSnapshot(`
      "
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
      "
    `)
  })

  it('leaves out what only running processes have, once they have ended', () => {
    const [titles] = renderTable(ROWS, { width: 200, chalk: PLAIN, isFinal: true })
    expect(titles).not.toMatch(/HEALTH|PID|INFLIGHT|QUEUED|CPU|MEM/)
  })

  it.each([
    [60, 'NODE REQUESTS REQ/S SHARE ERRORS RESTARTS'],
    [40, 'NODE REQUESTS REQ/S ERRORS'],
  ])('is the account of a run at its end at %i columns: %s', (width, titles) => {
    const ended = ROWS.map(row => ({ ...row, node: { ...row.node, state: 'stopped' as const } }))
    const [head] = renderTable(ended, { width, chalk: PLAIN, isFinal: true })
    expect(head!.split(/ +/).join(' ')).toBe(titles)
  })

  it('keeps the state at the end where a node has not stopped', () => {
    const [head] = renderTable(ROWS, { width: 60, chalk: PLAIN, isFinal: true })
    expect(head).toMatch(/^NODE +STATE +REQUESTS +REQ\/S +ERRORS/)
  })

  it('stays within every width from 1 to 200, coloured or not, without trailing blanks', () => {
    for (let width = 1; width <= 200; width += 3) {
      const lines = renderTable(ROWS, { width, chalk: PLAIN, rowsMax: 5 })
      expect(Math.max(...lines.map(textWidth)), `at ${width}`).toBeLessThanOrEqual(width)
    }
    expect(renderTable(ROWS, { width: 100, chalk: PLAIN }).filter(line => / $/.test(line))).toEqual([])
  })

  it('says the same with colours as without', () => {
    const options = { width: 200, rowsMax: 6 }
    const coloured = renderTable(ROWS, { ...options, chalk: COLOUR })
    expect(coloured.join('')).toContain('\x1b[')
    expect(coloured.map(stripVTControlCharacters)).toEqual(renderTable(ROWS, { ...options, chalk: PLAIN }))
  })

  it('shows a window of many nodes, counts the others and does not hide trouble', () => {
    const top = renderTable(rowsOf(manyNodes(20)), { width: 60, chalk: PLAIN, rowsMax: 6 })
    const end = renderTable(rowsOf(manyNodes(20)), { width: 60, chalk: PLAIN, rowsMax: 6, rowFirst: 99 })
    expect(top).toHaveLength(2 + 6)
    expect(top.at(-1)).toBe('… 17 more · 1 not up')
    expect(end.at(-1)).toBe('… 17 more · 17 above')
    expect(end.at(-2)).toMatch(/^└ server-21\s+▲ crash-loop/)
  })

  it('counts hidden nodes that are up and that a parent leaves alone', () => {
    const nodes = manyNodes(20)
    const upstreams = nodes[0]!.upstreams.map((each, i) => (i > 14 ? { ...each, circuit: 'open' as const } : each))
    const rows = rowsOf([{ ...nodes[0]!, upstreams }, ...nodes.slice(1)])
    const lines = renderTable(rows, { width: 60, chalk: PLAIN, rowsMax: 6 })
    expect(lines.at(-1)).toBe('… 17 more · 1 not up · 5 not ok')
  })

  it('marks the column that the rows are sorted by, and keeps it on any width', () => {
    const titlesAt = (width: number) => renderTable(ROWS, { width, chalk: PLAIN, sortTitle: 'MEM' })[0]
    expect(titlesAt(200)).toMatch(/CPU +MEM↓$/)
    expect(titlesAt(40)).toMatch(/^NODE +STATE +MEM↓$/)
  })

  it('shows the selected row as one bar, red where its node is in trouble, and as a mark without colours', () => {
    const rowOf = (id: string, chalk: ChalkInstance) =>
      renderTable(ROWS, { width: 60, chalk, selectedId: id }).find(line => line.includes(id))!
    expect(rowOf('server-2', COLOUR)).toMatch(/^\x1b\[7m[^\x1b]+\x1b\[27m$/)
    expect(rowOf('server-3', COLOUR)).toMatch(/^\x1b\[7m\x1b\[31m[^\x1b]+\x1b\[39m\x1b\[27m$/)
    expect(rowOf('server-2', PLAIN)).toMatch(/^▸ │ ├ server-2/)
  })

  it('keeps its width when a mark takes some of it', () => {
    for (let width = 40; width <= 200; width += 7) {
      const lines = renderTable(ROWS, { width, chalk: PLAIN, selectedId: 'server-6', rowsMax: 4, rowFirst: 9 })
      expect(Math.max(...lines.map(textWidth)), `at ${width}`).toBeLessThanOrEqual(width)
      expect(lines.filter(line => line.startsWith('▸ '))).toHaveLength(1)
    }
  })

  it('draws its head for no nodes at all', () => {
    expect(renderTable([], { width: 60, chalk: PLAIN })).toHaveLength(2)
  })

  it.each([
    [9, 0, 9, { first: 0, count: 9 }],
    [9, 3, 9, { first: 0, count: 9 }],
    [9, 0, 5, { first: 0, count: 4 }],
    [9, 2, 5, { first: 2, count: 4 }],
    [9, 8, 5, { first: 5, count: 4 }],
    [9, 0, 1, { first: 0, count: 0 }],
  ])('of %i rows from %i in %i lines shows %j', (total, rowFirst, rowsMax, window) => {
    expect(windowOf(total, rowFirst, rowsMax)).toEqual(window)
  })

  it.each([
    ['in sight: stays', 5, 100, 3, 11, 3],
    ['above: becomes the first', 2, 100, 3, 11, 2],
    ['below: becomes the last', 13, 100, 3, 11, 4],
    ['none: stays', -1, 100, 3, 11, 3],
    ['none, past the end: the end', -1, 20, 90, 11, 10],
    ['all in sight: the top', 8, 9, 0, 9, 0],
  ])('scrolls to a row %s', (_name, index, total, rowFirst, rowsMax, first) => {
    expect(scrolledTo(index, total, rowFirst, rowsMax)).toBe(first)
  })
})
