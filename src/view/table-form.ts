/**
 * What cli-table3 draws around the cells of a table: its head, and what stands before, between and after the cells of a
 * row. Asked once per layout, since it takes half a millisecond for each row and a live table has a new one four
 * times a second; filling the cells in is joining text.
 */
import Table from 'cli-table3'
import { TABLE_CHARS } from './table-chars.ts'
import { padEnd, padStart } from './text-width.ts'

/** A column whose width is decided. */
export interface LaidOut {
  readonly column: { readonly title: string; readonly align: 'left' | 'right' }
  readonly width: number
}

export interface TableForm {
  readonly titles: string
  readonly rule: string
  /** One more than there are columns. */
  readonly gaps: readonly string[]
}

/** A private character: no cell of ours holds one (see `sanitize.ts`), and it takes one cell. */
const BLANK = '\uE000'

let latest: { readonly layout: string; readonly form: TableForm } | null = null

/** The form for these columns; the one of the last call where they are laid out the same. */
export function formOf(fitted: readonly LaidOut[]): TableForm {
  const layout = JSON.stringify(fitted.map(({ column, width }) => [column.title, column.align, width]))
  if (latest?.layout !== layout) latest = { layout, form: draw(fitted) }
  return latest.form
}

/** The text in its column's width and on its side, uncoloured. */
export function fillCell({ column, width }: LaidOut, text: string): string {
  return column.align === 'right' ? padStart(text, width) : padEnd(text, width)
}

function draw(fitted: readonly LaidOut[]): TableForm {
  const table = new Table({
    head: fitted.map(({ column }) => column.title),
    colWidths: fitted.map(({ width }) => width),
    colAligns: fitted.map(({ column }) => column.align),
    chars: TABLE_CHARS,
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
  })
  table.push(fitted.map(({ width }) => BLANK.repeat(width)))
  const [titles = '', rule = '', row = ''] = table.toString().split('\n')
  return { titles, rule, gaps: row.split(new RegExp(`${BLANK}+`)) }
}
