import { describe, expect, it } from 'vitest'
import { COLUMNS } from '../../src/view/columns.ts'
import { fitColumns } from '../../src/view/table-fit.ts'
import { nodeStats, rowsOf, SAMPLE_NODES } from './samples.ts'

const ROWS = rowsOf(SAMPLE_NODES)
const titlesAt = (width: number) => fitColumns(COLUMNS, ROWS, width).map(({ column }) => column.title)
const widthOf = (fitted: ReturnType<typeof fitColumns>) =>
  fitted.reduce((sum, { width }) => sum + width, 2 * (fitted.length - 1))

describe('table fit', () => {
  it('keeps all columns where there is room', () => {
    expect(titlesAt(200)).toEqual(COLUMNS.map(({ title }) => title))
  })

  it('drops the least important first', () => {
    const titles = (text: string) => text.split(' ')
    expect(titlesAt(140)).toEqual(
      titles('NODE STATE HEALTH PID REQUESTS REQ/S SHARE EXPECT INFLIGHT QUEUED P50 P99 ERRORS RETRIED RESTARTS'),
    )
    expect(titlesAt(120)).toEqual(
      titles('NODE STATE HEALTH PID REQUESTS REQ/S SHARE EXPECT QUEUED P99 ERRORS RETRIED RESTARTS'),
    )
    expect(titlesAt(100)).toEqual(titles('NODE STATE HEALTH PID REQUESTS REQ/S SHARE P99 ERRORS RETRIED'))
    expect(titlesAt(80)).toEqual(titles('NODE STATE HEALTH PID REQUESTS REQ/S SHARE ERRORS'))
    expect(titlesAt(60)).toEqual(titles('NODE STATE HEALTH REQUESTS REQ/S ERRORS'))
    expect(titlesAt(52)).toEqual(titles('NODE STATE HEALTH REQUESTS REQ/S'))
    expect(titlesAt(40)).toEqual(titles('NODE STATE REQUESTS'))
  })

  it('never exceeds any width, down to one cell', () => {
    const tooWide = Array.from({ length: 200 }, (_, i) => i + 1).filter(
      width => widthOf(fitColumns(COLUMNS, ROWS, width)) > width,
    )
    expect(tooWide).toEqual([])
  })

  it('cuts long names before it drops figures, and gives them spare room back', () => {
    const rows = rowsOf([nodeStats('a-server-with-a-name-of-32-chars')])
    const [narrow] = fitColumns(COLUMNS, rows, 60)
    const [wide] = fitColumns(COLUMNS, rows, 200)
    expect(narrow!.cells).toEqual(['a-server-w…-32-chars'])
    expect(wide!.cells).toEqual(['a-server-with-a-name-of-32-chars'])
  })

  it('cuts names further before it drops state or requests', () => {
    const rows = rowsOf([nodeStats('a-server-with-a-name-of-32-chars', { received: 123_456_789_012 })])
    expect(fitColumns(COLUMNS, rows, 40).map(({ column, cells }) => [column.title, cells[0]])).toEqual([
      ['NODE', 'a-serv…chars'],
      ['STATE', '● up'],
      ['REQUESTS', '123456789012'],
    ])
  })
})
