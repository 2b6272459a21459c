import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import { drawTable, type TextColumn } from '../../src/lab/text-table.ts'

interface Row {
  readonly name: string
  readonly value: string
}

const plain = new Chalk({ level: 0 })
const ROWS: Row[] = [
  { name: '3 hops: lb, proxy, server', value: '1.24ms' },
  { name: '負荷分散', value: '38µs' },
]
const NAME: TextColumn<Row> = { title: 'path', priority: 100, cell: ({ name }) => name }

const column = (title: string, priority: number): TextColumn<Row> => ({ title, priority, cell: ({ value }) => value })

const draw = (columns: readonly TextColumn<Row>[], width: number, chalk = plain) =>
  drawTable(columns, ROWS, { chalk, columns: width })

describe('drawTable', () => {
  it('has names at the left, figures at the right, and counts wide characters twice', () => {
    expect(draw([NAME, column('p50', 90)], 80)).toEqual([
      'path                          p50',
      '─────────────────────────────────',
      '3 hops: lb, proxy, server  1.24ms',
      '負荷分散                     38µs',
    ])
  })

  it('leaves out what matters least where the room is short, and those of equal priority together', () => {
    const columns = [NAME, column('p50', 90), column('a', 50), column('p99', 80), column('b', 50)]
    const titles = (width: number) => draw(columns, width)[0]!.split(/ +/)

    expect(titles(57)).toEqual(['path', 'p50', 'a', 'p99', 'b'])
    expect(titles(56)).toEqual(['path', 'p50', 'p99'])
    expect(titles(40)).toEqual(['path', 'p50'])
  })

  it('shortens names when nothing else can go', () => {
    const lines = draw([NAME, column('p50', 90), column('p99', 90)], 32)

    expect(lines[2]).toBe('3 hops: lb, pro…  1.24ms  1.24ms')
    expect(Math.max(...lines.map(({ length }) => length))).toBe(32)
  })

  it('leaves out a column that has nothing to say', () => {
    const empty = { ...column('±', 99), cell: () => '' }

    expect(draw([NAME, empty, column('p50', 90)], 80)[0]).not.toContain('±')
  })

  it('colours by style what is aligned before, and nothing without colours', () => {
    const strong = { ...column('p50', 90), style: () => 'strong' as const }

    expect(draw([NAME, strong], 80, new Chalk({ level: 1 }))[2]).toBe(
      '3 hops: lb, proxy, server  \x1b[1m1.24ms\x1b[22m',
    )
    expect(draw([NAME, strong], 80).join('')).not.toContain('\x1b')
  })
})
