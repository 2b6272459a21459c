import { describe, expect, it } from 'vitest'
import type { ProcessState } from '../../src/stats/reports.ts'
import { COLUMNS, finalColumns, STATE_LOOKS } from '../../src/view/columns.ts'
import { NO_LATENCY, nodeStats } from './samples.ts'

const cellsOf = (node: ReturnType<typeof nodeStats>, branch = '', moreParents = 0) =>
  Object.fromEntries(COLUMNS.map(column => [column.title, column.cell({ node, branch, moreParents })]))

describe('columns', () => {
  it('show a running node', () => {
    const node = nodeStats('server-1', { failed: 2, rejected: 3, restarts: 1, inFlight: 4 })
    expect(cellsOf(node, '│ └ ', 1)).toEqual({
      NODE: '│ └ server-1 +1',
      STATE: '● up',
      PID: '48210',
      REQUESTS: '400',
      'REQ/S': '33',
      SHARE: '16.7%',
      EXPECT: '16.7%',
      INFLIGHT: '4',
      P50: '38.0µs',
      P99: '112µs',
      ERRORS: '5',
      RESTARTS: '1',
      CPU: '1.2%',
      MEM: '47.4 MB',
    })
  })

  it('show a dash for what a node without a process has not, and ~ for counts that may be higher', () => {
    const node = nodeStats('s', {
      state: 'down',
      pid: null,
      approximate: true,
      latency: NO_LATENCY,
      share: null,
      expectedShare: null,
      cpuPercent: null,
      memoryBytes: null,
    })
    const { STATE, PID, REQUESTS, SHARE, EXPECT, P50, P99, CPU, MEM } = cellsOf(node)
    expect([STATE, REQUESTS]).toEqual(['✖ down', '~400'])
    expect([PID, SHARE, EXPECT, P50, P99, CPU, MEM]).toEqual(Array(7).fill('-'))
  })

  it('tell states apart by glyph, without colour', () => {
    const glyphs = Object.values(STATE_LOOKS).map(({ glyph }) => glyph)
    expect(new Set(glyphs).size).toBe(glyphs.length)
  })

  it('have a priority each, so that what is dropped next is never in doubt', () => {
    expect(new Set(COLUMNS.map(({ priority }) => priority)).size).toBe(COLUMNS.length)
  })

  it('have a priority each in the final table too', () => {
    const priorities = finalColumns([]).map(({ priority }) => priority)
    expect(new Set(priorities).size).toBe(priorities.length)
  })

  it('sort trouble first', () => {
    const { sortValue } = COLUMNS.find(({ title }) => title === 'STATE')!
    const states = Object.keys(STATE_LOOKS).map(state => state as ProcessState)
    const sorted = states.sort(
      (a, b) => sortValue(nodeStats('', { state: b }))! - sortValue(nodeStats('', { state: a }))!,
    )
    expect(sorted).toEqual(['crash-loop', 'down', 'starting', 'draining', 'up', 'stopped'])
  })

  it('colour the name of a node that is in trouble', () => {
    const [name] = COLUMNS
    expect([name!.style(nodeStats('a')), name!.style(nodeStats('a', { state: 'down' }))]).toEqual(['plain', 'bad'])
  })

  it('colour errors and restarts only where there are any', () => {
    const styleOf = (title: string, parts: object) =>
      COLUMNS.find(column => column.title === title)!.style(nodeStats('s', parts))
    expect([styleOf('ERRORS', {}), styleOf('ERRORS', { rejected: 1 })]).toEqual(['dim', 'bad'])
    expect([styleOf('RESTARTS', {}), styleOf('RESTARTS', { restarts: 1 })]).toEqual(['dim', 'warn'])
  })
})
