import { describe, expect, it } from 'vitest'
import { COLUMNS } from '../../src/view/columns.ts'
import { markSorted, nextSort, orderRows } from '../../src/view/row-order.ts'
import { upstreamCounts } from '../support/stats.ts'
import { clientStats, nodeStats, SAMPLE_NODES } from './samples.ts'

const order = (sortTitle: string | null, filter = '', nodes = SAMPLE_NODES) =>
  orderRows({ nodes, client: clientStats() }, { sortTitle, filter }).map(({ branch, node }) => branch + node.id)

describe('row order', () => {
  it('is the tree unless something else is asked for', () => {
    expect(order(null).slice(0, 3)).toEqual(['lb', '├ proxy-1', '│ ├ server-1'])
  })

  it('has the greatest figure first, what has none last, and equal ones by name', () => {
    expect(order('REQ/S')).toEqual(
      'lb proxy-1 proxy-2 server-1 server-2 server-4 server-5 server-6 server-3'.split(' '),
    )
    expect(order('CPU').at(-1)).toBe('server-3')
    expect(order('STATE').slice(0, 2)).toEqual(['server-3', 'lb'])
    expect(order('HEALTH').slice(0, 2)).toEqual(['server-3', 'lb'])
    expect(order('RETRIED').slice(0, 3)).toEqual(['lb', 'proxy-1', 'proxy-2'])
  })

  it('counts in names as people do', () => {
    const nodes = ['server-10', 'server-9', 'lb'].map(id => nodeStats(id))
    expect(order('NODE', '', nodes)).toEqual(['lb', 'server-9', 'server-10'])
  })

  it.each([
    ['r-2', ['server-2']],
    ['R-2', ['server-2']],
    ['proxy', ['proxy-1', 'proxy-2']],
    ['down', ['server-3']],
    ['load', ['lb']],
    ['lost', ['server-3']],
    ['LO', ['lb', 'server-3']],
    ['nothing', []],
  ])('has with the filter %j only %j', (filter, ids) => {
    expect(order(null, filter)).toEqual(ids)
  })

  it.each([
    ['ejected', ['server-2', 'server-4']],
    ['1/2', ['server-4']],
    ['returning', ['server-1']],
    ['40%', ['server-1']],
    ['panic', ['proxy-1']],
    ['ok', ['proxy-1', 'proxy-2', 'server-4']],
  ])('has with the filter %j those of which a parent sees that: %j', (filter, ids) => {
    const open = { circuit: 'open' } as const
    const nodes = [
      nodeStats('proxy-1', {
        role: 'proxy',
        behind: ['lb'],
        panic: true,
        upstreams: [upstreamCounts('server-1', { ramp: 0.4 }), upstreamCounts('server-2', open)],
      }),
      nodeStats('proxy-2', { role: 'proxy', behind: ['lb'], upstreams: [upstreamCounts('server-4')] }),
      nodeStats('lb', {
        upstreams: [upstreamCounts('proxy-1'), upstreamCounts('proxy-2'), upstreamCounts('server-4', open)],
      }),
      nodeStats('server-1', { behind: ['proxy-1'] }),
      nodeStats('server-2', { behind: ['proxy-1'] }),
      nodeStats('server-4', { behind: ['proxy-2', 'lb'] }),
    ]
    expect(order(null, filter, nodes).sort()).toEqual(ids)
  })

  it('sorts what the filter has kept', () => {
    expect(order('P99', 'proxy')).toEqual(['proxy-1', 'proxy-2'])
    expect(order('INFLIGHT', 'server').slice(0, 2)).toEqual(['server-5', 'server-1'])
  })

  it('goes through every column and back to the tree', () => {
    const titles: (string | null)[] = []
    for (let title = nextSort(null, 1); title !== null; title = nextSort(title, 1)) titles.push(title)
    expect(titles).toEqual(COLUMNS.map(({ title }) => title))
    expect(nextSort(nextSort(null, 1), -1)).toBeNull()
  })

  it('shows in a title what it is', () => {
    const titles = markSorted(COLUMNS, 'P99').map(({ title }) => title)
    expect(titles.filter(title => /[↑↓]/.test(title))).toEqual(['P99↓'])
    expect(markSorted(COLUMNS, 'NODE')[0]!.title).toBe('NODE↑')
    expect(markSorted(COLUMNS, null)).toBe(COLUMNS)
  })
})
