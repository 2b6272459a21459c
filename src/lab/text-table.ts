/** A table of a benchmark in the form of all tables of ours; where room is short, what matters least is left out. Pure. */
import type { ChalkInstance } from 'chalk'
import { paint, type Style } from '../view/styles.ts'
import { GAP } from '../view/table-chars.ts'
import { fillCell, formOf } from '../view/table-form.ts'
import { clip, textWidth } from '../view/text-width.ts'

/** What text is drawn on. */
export interface Paper {
  readonly chalk: ChalkInstance
  /** Cells that no line exceeds, as far as what must be shown allows. */
  readonly columns: number
}

export interface TextColumn<Row> {
  readonly title: string
  /** The lowest goes first, and those of equal priority go together. The first column stays. */
  readonly priority: number
  /** Uncoloured, and fit to be shown. */
  cell(row: Row): string
  style?(row: Row): Style
  readonly align?: 'left' | 'right'
}

/** The names give way down to this, once nothing else can. */
const NAME_WIDTH_MIN = 12

interface Measured<Row> {
  readonly column: TextColumn<Row> & { readonly align: 'left' | 'right' }
  readonly width: number
  readonly cells: readonly string[]
}

/**
 * Titles, a rule, and one line for each row. Names stand at the left, figures at the right; a column with nothing in it
 * is left out.
 */
export function drawTable<Row>(
  columns: readonly TextColumn<Row>[],
  rows: readonly Row[],
  { chalk, columns: width }: Paper,
): string[] {
  const [name, ...others] = columns.map((column, i) => measure(column, i, rows))
  const fitted = fitColumns([name!, ...others.filter(({ cells }) => cells.some(cell => cell !== ''))], width)
  const { titles, rule, gaps } = formOf(fitted)
  const body = rows.map((row, r) => {
    const cells = fitted.map((each, c) => {
      const style = each.column.style?.(row) ?? 'plain'
      return gaps[c]! + paint(chalk, style, fillCell(each, each.cells[r]!))
    })
    return cells.join('').trimEnd()
  })
  return [chalk.bold(titles.trimEnd()), chalk.dim(rule), ...body]
}

function measure<Row>(column: TextColumn<Row>, i: number, rows: readonly Row[]): Measured<Row> {
  const cells = rows.map(row => column.cell(row))
  const align = column.align ?? (i === 0 ? 'left' : 'right')
  return { column: { ...column, align }, width: Math.max(...[column.title, ...cells].map(textWidth)), cells }
}

function fitColumns<Row>([name, ...others]: readonly Measured<Row>[], width: number): Measured<Row>[] {
  let kept = others
  while (kept.length > 0 && widthOf([name!, ...kept]) > width) {
    const least = Math.min(...kept.map(({ column }) => column.priority))
    const rest = kept.filter(({ column }) => column.priority > least)
    if (rest.length === 0) break
    kept = rest
  }
  const spare = width - widthOf([name!, ...kept])
  return [spare < 0 ? shorten(name!, name!.width + spare) : name!, ...kept]
}

function shorten<Row>(name: Measured<Row>, room: number): Measured<Row> {
  const width = Math.min(name.width, Math.max(NAME_WIDTH_MIN, room, textWidth(name.column.title)))
  return { ...name, width, cells: name.cells.map(cell => clip(cell, width)) }
}

function widthOf<Row>(fitted: readonly Measured<Row>[]): number {
  return fitted.reduce((sum, { width }) => sum + width, GAP.length * (fitted.length - 1))
}
