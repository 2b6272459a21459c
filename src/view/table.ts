/** The table of nodes as lines of text. Only rows that are shown are built: cli-table3 takes 0.4 ms for each. */
import type { ChalkInstance } from 'chalk'
import Table from 'cli-table3'
import type { NodeStats } from '../stats/reports.ts'
import { COLUMNS } from './columns.ts'
import { paint } from './styles.ts'
import { GAP, TABLE_CHARS } from './table-chars.ts'
import type { FittedColumn } from './table-fit.ts'
import { fitColumns } from './table-fit.ts'
import { clip } from './text-width.ts'
import type { TreeRow } from './tree.ts'
import { treeRows } from './tree.ts'

export interface TableOptions {
  /** Cells that no line exceeds. */
  readonly width: number
  readonly chalk: ChalkInstance
  /** Lines below the header at most; where nodes are left out, the last line says how many. */
  readonly rowsMax?: number
  /** The first row shown, as far as the last one stays at the end of the window. */
  readonly rowFirst?: number
  /** The processes have ended: no columns of the moment, and `stopped` is nothing special. */
  readonly isFinal?: boolean
}

/** Lines that the header takes: titles and a rule. */
export const HEADER_LINES = 2

/** The nodes in tree order: titles, a rule, one line for each, and `… 12 more` where the room ends. */
export function renderTable(nodes: readonly NodeStats[], options: TableOptions): string[] {
  const rows = treeRows(nodes)
  const { first, count } = windowOf(rows.length, options.rowFirst ?? 0, options.rowsMax ?? rows.length)
  const shown = rows.slice(first, first + count)
  const columns = options.isFinal ? COLUMNS.filter(column => !column.isMomentary) : COLUMNS
  const lines = drawRows(shown, fitColumns(columns, shown, options.width), options)
  if (count < rows.length) lines.push(moreLine(rows, first, count, options))
  return lines
}

/** Which of `total` rows show in `rowsMax` lines, one of which is taken by the count of the others. */
export function windowOf(total: number, rowFirst: number, rowsMax: number): { first: number; count: number } {
  if (total <= rowsMax) return { first: 0, count: total }
  const count = Math.max(0, rowsMax - 1)
  return { first: Math.max(0, Math.min(rowFirst, total - count)), count }
}

function drawRows(rows: readonly TreeRow[], fitted: readonly FittedColumn[], options: TableOptions): string[] {
  const { chalk } = options
  const table = new Table({
    head: fitted.map(({ column }) => chalk.bold(column.title)),
    colWidths: fitted.map(({ width }) => width),
    colAligns: fitted.map(({ column }) => column.align),
    chars: TABLE_CHARS,
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
  })
  for (const [i, row] of rows.entries()) table.push(fitted.map(each => drawCell(each, i, row.node, options)))
  const [titles = '', ...rest] = table.toString().split('\n')
  if (rows.length === 0) return [titles, chalk.dim(ruleOf(fitted))] // cli-table3 draws the rule above a first row
  const [rule = '', ...body] = rest
  return [titles, chalk.dim(rule), ...body]
}

function drawCell({ column, cells }: FittedColumn, i: number, node: NodeStats, options: TableOptions): string {
  const style = node.state === 'stopped' && !options.isFinal ? 'dim' : column.style(node)
  return paint(options.chalk, style, cells[i]!)
}

function ruleOf(fitted: readonly FittedColumn[]): string {
  return fitted.map(({ width }) => '─'.repeat(width)).join('─'.repeat(GAP.length))
}

/** What is hidden must not hide trouble, so the line counts the nodes out of sight that should be up and are not. */
function moreLine(rows: readonly TreeRow[], first: number, count: number, { width, chalk }: TableOptions): string {
  const hidden = [...rows.slice(0, first), ...rows.slice(first + count)]
  const troubled = hidden.filter(({ node }) => node.state !== 'up' && node.state !== 'stopped').length
  const above = first > 0 ? ` · ${first} above` : ''
  const trouble = troubled > 0 ? ` · ${troubled} not up` : ''
  return paint(chalk, troubled > 0 ? 'warn' : 'dim', clip(`… ${hidden.length} more${above}${trouble}`, width))
}
