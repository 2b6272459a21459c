/** The table of nodes as lines of text. Only rows that are shown are built. */
import type { ChalkInstance } from 'chalk'
import { COLUMNS, finalColumns } from './columns.ts'
import { isUnwell } from './health-word.ts'
import { markSorted, type SortTitle } from './row-order.ts'
import { isTroubled, stateWord } from './state-word.ts'
import type { Style } from './styles.ts'
import { paint } from './styles.ts'
import type { FittedColumn } from './table-fit.ts'
import { fitColumns } from './table-fit.ts'
import type { TableForm } from './table-form.ts'
import { fillCell, formOf } from './table-form.ts'
import { clip } from './text-width.ts'
import type { TreeRow } from './tree.ts'

export interface TableOptions {
  /** Cells that no line exceeds. */
  readonly width: number
  readonly chalk: ChalkInstance
  /** Lines below the header at most; where nodes are left out, the last line says how many. */
  readonly rowsMax?: number
  /** The first row shown, as far as the last one stays at the end of the window. */
  readonly rowFirst?: number
  /** The column that the rows are in the order of. */
  readonly sortTitle?: SortTitle
  /** The node whose row stands out. */
  readonly selectedId?: string | null
  /** The processes have ended: no columns of the moment, and `stopped` is nothing special. */
  readonly isFinal?: boolean
}

/** Lines that the header takes: titles and a rule. */
export const HEADER_LINES = 2

/** Says which row is selected where no colour can. */
const MARKER = '▸ '

/** Titles, a rule, one line for each row in their order, and `… 12 more` where the room ends. */
export function renderTable(rows: readonly TreeRow[], options: TableOptions): string[] {
  const gutter = gutterOf(options)
  const width = Math.max(1, options.width - gutter.length)
  const { first, count } = windowOf(rows.length, options.rowFirst ?? 0, options.rowsMax ?? rows.length)
  const shown = rows.slice(first, first + count)
  const lines = drawTable(shown, fitColumns(columnsFor(rows, options), shown, width), gutter, options)
  if (count < rows.length) lines.push(gutter + moreLine(rows, first, count, options, width))
  return lines
}

/** Which of `total` rows show in `rowsMax` lines, one of which is taken by the count of the others. */
export function windowOf(total: number, rowFirst: number, rowsMax: number): { first: number; count: number } {
  if (total <= rowsMax) return { first: 0, count: total }
  const count = Math.max(0, rowsMax - 1)
  return { first: Math.max(0, Math.min(rowFirst, total - count)), count }
}

/** The first row to show so that this one is in sight, moved as little as that takes. */
export function scrolledTo(index: number, total: number, rowFirst: number, rowsMax: number): number {
  const { first, count } = windowOf(total, rowFirst, rowsMax)
  if (index < 0 || count === 0) return first
  if (index < first) return index
  return index >= first + count ? index - count + 1 : first
}

function columnsFor(rows: readonly TreeRow[], { isFinal, sortTitle }: TableOptions) {
  const columns = isFinal ? finalColumns(rows) : COLUMNS
  return markSorted(columns, sortTitle ?? null)
}

/** Room at the left for the marker, where something is selected and inverse video is not to be had. */
function gutterOf({ chalk, selectedId }: TableOptions): string {
  return chalk.level === 0 && selectedId ? ' '.repeat(MARKER.length) : ''
}

function drawTable(
  rows: readonly TreeRow[],
  fitted: readonly FittedColumn[],
  gutter: string,
  options: TableOptions,
): string[] {
  const { chalk, selectedId } = options
  const form = formOf(fitted)
  const body = rows.map((row, i) => {
    if (row.node.id !== selectedId) {
      return gutter + drawRow(form, fitted, i, ({ column }) => styleOf(column, row, options), chalk)
    }
    return (gutter === '' ? '' : MARKER) + drawSelected(form, fitted, i, row, chalk)
  })
  return [gutter + chalk.bold(form.titles), gutter + chalk.dim(form.rule), ...body]
}

function drawRow(
  { gaps }: TableForm,
  fitted: readonly FittedColumn[],
  i: number,
  styleFor: (fitted: FittedColumn) => Style,
  chalk: ChalkInstance,
): string {
  const cells = fitted.map((each, c) => gaps[c]! + paint(chalk, styleFor(each), fillCell(each, each.cells[i]!)))
  return cells.join('') + gaps.at(-1)!
}

/** One bar of one colour: where every cell has its own, inverse video is a patchwork. */
function drawSelected(
  form: TableForm,
  fitted: readonly FittedColumn[],
  i: number,
  { node }: TreeRow,
  chalk: ChalkInstance,
): string {
  const line = drawRow(form, fitted, i, () => 'plain', chalk)
  return chalk.level === 0 ? line : chalk.inverse(paint(chalk, isTroubled(node) ? 'bad' : 'plain', line))
}

function styleOf(column: FittedColumn['column'], row: TreeRow, { isFinal }: TableOptions): Style {
  return row.node.state === 'stopped' && !isFinal ? 'dim' : column.style(row)
}

/** What is hidden must not hide trouble, so the line counts the nodes out of sight that are not up, or not well. */
function moreLine(
  rows: readonly TreeRow[],
  first: number,
  count: number,
  { chalk }: TableOptions,
  width: number,
): string {
  const hidden = [...rows.slice(0, first), ...rows.slice(first + count)]
  const words = hidden.map(({ node, health }) => ({ word: stateWord(node), health }))
  const troubled = words.filter(({ word }) => word !== 'up' && word !== 'stopped').length
  const unwell = words.filter(({ word, health }) => word === 'up' && isUnwell(health)).length
  const above = first > 0 ? ` · ${first} above` : ''
  const trouble = `${troubled > 0 ? ` · ${troubled} not up` : ''}${unwell > 0 ? ` · ${unwell} not ok` : ''}`
  return paint(chalk, trouble === '' ? 'dim' : 'warn', clip(`… ${hidden.length} more${above}${trouble}`, width))
}
