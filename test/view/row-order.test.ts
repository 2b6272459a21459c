import { describe, expect, it } from 'vitest'
import { COLUMNS } from '../../src/view/columns.ts'
import { markSorted, nextSort, orderRows } from '../../src/view/row-order.ts'
import { nodeStats, SAMPLE_NODES } from './samples.ts'

const order = (sortTitle: string | null, filter = '', nodes = SAMPLE_NODES) =>
  orderRows(nodes, { sortTitle, filter }).map(({ branch, node }) => branch + node.id)

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
    ['nothing', []],
  ])('has with the filter %j only %j', (filter, ids) => {
    expect(order(null, filter)).toEqual(ids)
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
