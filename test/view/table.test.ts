import { stripVTControlCharacters } from 'node:util'
import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import { renderTable, windowOf } from '../../src/view/table.ts'
import { textWidth } from '../../src/view/text-width.ts'
import { manyNodes, SAMPLE_NODES } from './samples.ts'

const PLAIN = new Chalk({ level: 0 })
const COLOUR = new Chalk({ level: 3 })
const at = (width: number) => `\n${renderTable(SAMPLE_NODES, { width, chalk: PLAIN }).join('\n')}\n`

describe('table', () => {
  it('shows every column at 200', () => {
    expect(at(200)).toMatchInlineSnapshot(`
      "
      NODE          STATE             PID  REQUESTS  REQ/S   SHARE  EXPECT  INFLIGHT     P50     P99  ERRORS  RESTARTS    CPU      MEM
      ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
      lb            ● up            48218      2404    200  100.0%  100.0%         2   398µs  1.21ms       3         0   6.1%  47.4 MB
      ├ proxy-1     ● up            48216      1203    100   50.0%   50.0%         0   204µs   870µs       3         0   4.4%  47.4 MB
      │ ├ server-1  ● up            48210       428     50   25.2%   16.7%         0  38.0µs   112µs       0         0   1.2%  47.4 MB
      │ ├ server-2  ● up            48211       427     50   24.8%   16.7%         0  38.0µs   112µs       0         0   1.2%  47.4 MB
      │ └ server-3  ✖ down              -      ~346      0    0.0%   16.7%         0       -       -       0         1      -        -
      └ proxy-2     ● up            48217      1201    100   50.0%   50.0%         1   197µs   640µs       0         0   4.2%  47.4 MB
        ├ server-4  ● up            48213       401     33   16.8%   16.7%         0  38.0µs   112µs       0         0   1.2%  47.4 MB
        ├ server-5  ● up            48214       400     33   16.5%   16.7%         1  2.05ms  11.8ms       0         0    15%  47.4 MB
        └ server-6  ● up            48215       400     33   16.7%   16.7%         0  38.0µs   112µs       0         0   1.2%  47.4 MB
      "
    `)
  })

  it('keeps what matters at 100', () => {
    expect(at(100)).toMatchInlineSnapshot(`
      "
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
      "
    `)
  })

  it('keeps name, state, requests, rate and share at 60', () => {
    expect(at(60)).toMatchInlineSnapshot(`
      "
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
      "
    `)
  })

  it('leaves out what only running processes have, once they have ended', () => {
    const [titles] = renderTable(SAMPLE_NODES, { width: 200, chalk: PLAIN, isFinal: true })
    expect(titles).not.toMatch(/PID|INFLIGHT|CPU|MEM/)
  })

  it('stays within every width from 1 to 200, coloured or not, without trailing blanks', () => {
    for (let width = 1; width <= 200; width += 3) {
      const lines = renderTable(SAMPLE_NODES, { width, chalk: PLAIN, rowsMax: 5 })
      expect(Math.max(...lines.map(textWidth)), `at ${width}`).toBeLessThanOrEqual(width)
    }
    expect(renderTable(SAMPLE_NODES, { width: 100, chalk: PLAIN }).filter(line => / $/.test(line))).toEqual([])
  })

  it('says the same with colours as without', () => {
    const options = { width: 200, rowsMax: 6 }
    const coloured = renderTable(SAMPLE_NODES, { ...options, chalk: COLOUR })
    expect(coloured.join('')).toContain('\x1b[')
    expect(coloured.map(stripVTControlCharacters)).toEqual(renderTable(SAMPLE_NODES, { ...options, chalk: PLAIN }))
  })

  it('shows a window of many nodes, counts the others and does not hide trouble', () => {
    const top = renderTable(manyNodes(20), { width: 60, chalk: PLAIN, rowsMax: 6 })
    const end = renderTable(manyNodes(20), { width: 60, chalk: PLAIN, rowsMax: 6, rowFirst: 99 })
    expect(top).toHaveLength(2 + 6)
    expect(top.at(-1)).toBe('… 17 more · 1 not up')
    expect(end.at(-1)).toBe('… 17 more · 17 above')
    expect(end.at(-2)).toMatch(/^└ server-21\s+▲ crash-loop/)
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
})
