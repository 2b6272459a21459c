import { describe, expect, it } from 'vitest'
import type { NodeStats, ProcessState } from '../../src/stats/reports.ts'
import { COLUMNS, finalColumns } from '../../src/view/columns.ts'
import { healthWord } from '../../src/view/health-word.ts'
import { STATE_LOOKS } from '../../src/view/state-word.ts'
import type { TreeRow } from '../../src/view/tree.ts'
import { NO_LATENCY, upstreamCounts } from '../support/stats.ts'
import { nodeStats } from './samples.ts'

const WELL = upstreamCounts('')

function rowOf(node: NodeStats, parts: Partial<TreeRow> = {}): TreeRow {
  return { node, branch: '', moreParents: 0, health: healthWord(node, [WELL]), ...parts }
}
const cellsOf = (row: TreeRow) => Object.fromEntries(COLUMNS.map(column => [column.title, column.cell(row)]))
const column = (title: string) => COLUMNS.find(each => each.title === title)!

describe('columns', () => {
  it('show a running node', () => {
    const node = nodeStats('server-1', { failed: 2, rejected: 3, restarts: 1, inFlight: 4 })
    expect(cellsOf(rowOf(node, { branch: '│ └ ', moreParents: 1 }))).toEqual({
      NODE: '│ └ server-1 +1',
      STATE: '● up',
      HEALTH: 'ok',
      PID: '48210',
      REQUESTS: '400',
      'REQ/S': '33',
      SHARE: '16.7%',
      EXPECT: '16.7%',
      INFLIGHT: '4',
      QUEUED: '0',
      P50: '38.0µs',
      P99: '112µs',
      ERRORS: '5',
      RETRIED: '-',
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
    const { STATE, HEALTH, PID, REQUESTS, SHARE, EXPECT, P50, P99, CPU, MEM } = cellsOf(
      rowOf(node, { health: healthWord(node, []) }),
    )
    expect([STATE, REQUESTS]).toEqual(['✖ down', '~400'])
    expect([HEALTH, PID, SHARE, EXPECT, P50, P99, CPU, MEM]).toEqual(Array(8).fill('-'))
  })

  it('have a priority each, so that what is dropped next is never in doubt', () => {
    expect(new Set(COLUMNS.map(({ priority }) => priority)).size).toBe(COLUMNS.length)
  })

  it('have a priority each in the final table too', () => {
    const priorities = finalColumns([]).map(({ priority }) => priority)
    expect(new Set(priorities).size).toBe(priorities.length)
  })

  it('say of a forwarder what it retried, and of its panic beside its state as long as it is up', () => {
    const lb = nodeStats('lb', { role: 'load-balancer', retried: 7, panic: true })
    expect(cellsOf(rowOf(lb))).toMatchObject({ STATE: '● up panic', RETRIED: '7' })
    expect(cellsOf(rowOf({ ...lb, state: 'down' })).STATE).toBe('✖ down')
    expect(cellsOf(rowOf({ ...lb, hung: true })).STATE).toBe('◆ hung')
    expect(column('STATE').style(rowOf(lb))).toBe('warn')
  })

  it('leave room for the longest state, so that panic moves nothing', () => {
    const { widthMin, cell } = column('STATE')
    expect(cell(rowOf(nodeStats('lb', { panic: true }))).length).toBeLessThanOrEqual(widthMin)
  })

  it('sort trouble first', () => {
    const states = Object.keys(STATE_LOOKS).filter(word => word !== 'hung') as ProcessState[]
    const nodes = states.map(state => nodeStats(state, { state }))
    nodes.push(nodeStats('panic', { panic: true }), nodeStats('hung', { hung: true, panic: true }))
    const { sortValue } = column('STATE')
    const sorted = nodes.map(node => rowOf(node)).sort((a, b) => sortValue(b)! - sortValue(a)!)
    expect(sorted.map(({ node }) => node.id)).toEqual(
      'crash-loop down hung starting draining panic up stopped'.split(' '),
    )
  })

  it('sort what nobody sees last, and the worst news first', () => {
    const node = nodeStats('s')
    const ejected = healthWord(node, [{ ...WELL, circuit: 'open' }])
    const { sortValue } = column('HEALTH')
    const values = [ejected, healthWord(node, [WELL])].map(health => sortValue(rowOf(node, { health }))!)
    expect(values[0]).toBeGreaterThan(values[1]!)
    expect(sortValue(rowOf(node, { health: healthWord(node, []) }))).toBeNull()
  })

  it('colour the name of a node that is in trouble', () => {
    const { style } = column('NODE')
    expect([style(rowOf(nodeStats('a'))), style(rowOf(nodeStats('a', { state: 'down' })))]).toEqual(['plain', 'bad'])
  })

  it.each<[string, Partial<NodeStats>, string]>([
    ['ERRORS', { rejected: 1 }, 'bad'],
    ['RESTARTS', { restarts: 1 }, 'warn'],
    ['RETRIED', { retried: 1 }, 'warn'],
    ['QUEUED', { queued: 1 }, 'busy'],
  ])('colour %s only where there are any', (title, parts, style) => {
    const of = (counts: Partial<NodeStats>) => column(title).style(rowOf(nodeStats('p', { role: 'proxy', ...counts })))
    expect([of({}), of(parts)]).toEqual(['dim', style])
  })
})
