/** The columns of the table. A new one is one entry here. */
import { formatBytes, formatLatency } from '../base/units.ts'
import type { NodeStats } from '../stats/reports.ts'
import { formatPercent, formatRate, formatShare } from './figures.ts'
import { safe } from './sanitize.ts'
import { isTroubled, PANIC_URGENCY, STATE_LOOKS, stateText, stateWord } from './state-word.ts'
import type { Style } from './styles.ts'
import type { TreeRow } from './tree.ts'

export interface Column {
  readonly title: string
  readonly align: 'left' | 'right'
  /** On a narrow terminal the column with the lowest goes first. */
  readonly priority: number
  /** The same in the final table, where it differs: an account of the run. */
  readonly finalPriority?: number
  /** Cells that it takes at least, so that the table keeps still when a figure gains a digit. */
  readonly widthMin: number
  /** Says something of a process only while it runs: left out of the final table. */
  readonly isMomentary?: boolean
  cell(row: TreeRow): string
  style(row: TreeRow): Style
  /** What rows are sorted by, the greatest first; null, nothing to compare, comes last. */
  sortValue(row: TreeRow): number | null
}

export const COLUMNS: readonly Column[] = [
  // Names have no greatest: their order is that of all rows that are otherwise equal.
  { title: 'NODE', align: 'left', priority: 100, widthMin: 4, cell: nodeCell, style: nodeStyle, sortValue: () => null },
  {
    title: 'STATE',
    align: 'left',
    priority: 90,
    finalPriority: 5,
    widthMin: 12,
    cell: stateCell,
    style: stateStyle,
    sortValue: ({ node }) => (isInPanic(node) ? PANIC_URGENCY : STATE_LOOKS[stateWord(node)].urgency),
  },
  momentary({
    title: 'HEALTH',
    align: 'left',
    priority: 73,
    widthMin: 7,
    cell: ({ health }) => health.text,
    style: ({ health }) => health.style,
    sortValue: ({ health }) => health.urgency,
  }),
  momentary(figure('PID', 62, 7, node => node.pid)),
  aboutWhere(
    node => node.approximate,
    figure('REQUESTS', 80, 8, node => node.received),
  ),
  figure('REQ/S', 75, 5, node => node.perSecond, formatRate),
  figure('SHARE', 70, 6, node => node.share, formatShare),
  figure('EXPECT', 50, 6, node => node.expectedShare, formatShare, 'dim'),
  momentary(figure('INFLIGHT', 35, 8, node => node.inFlight)),
  momentary(figure('QUEUED', 38, 6, node => node.queued, String, 'busy')),
  figure('P50', 30, 6, node => node.latency.p50Us, formatLatency),
  figure('P99', 60, 6, node => node.latency.p99Us, formatLatency),
  { ...figure('ERRORS', 71, 6, node => node.failed + node.rejected, String, 'bad'), finalPriority: 78 },
  // A server sends nothing on.
  {
    ...figure('RETRIED', 55, 7, node => (node.role === 'server' ? null : node.retried), String, 'warn'),
    finalPriority: 69,
  },
  { ...figure('RESTARTS', 40, 8, node => node.restarts, String, 'warn'), finalPriority: 72 },
  momentary(figure('CPU', 20, 5, node => node.cpuPercent, formatPercent)),
  momentary(figure('MEM', 10, 7, node => node.memoryBytes, formatBytes)),
]

/** Those of the final table. That a process has ended is no news there; any other state is. */
export function finalColumns(rows: readonly TreeRow[]): Column[] {
  const isAllStopped = rows.every(({ node }) => node.state === 'stopped')
  return COLUMNS.filter(({ isMomentary }) => !isMomentary).map(column => {
    const { title, priority, finalPriority = priority } = column
    return { ...column, priority: title === 'STATE' && !isAllStopped ? priority : finalPriority }
  })
}

/** A column of numbers: right-aligned, `-` where there is none, and dim where there is nothing to see. */
function figure(
  title: string,
  priority: number,
  widthMin: number,
  read: (node: NodeStats) => number | null,
  format: (value: number) => string = String,
  style: Style = 'plain',
): Column {
  return {
    title,
    align: 'right',
    priority,
    widthMin,
    cell: ({ node }) => {
      const value = read(node)
      return value === null ? '-' : format(value)
    },
    style: ({ node }) => (read(node) ? style : 'dim'),
    sortValue: ({ node }) => read(node),
  }
}

/** With a `~` where the true figure may be higher. */
function aboutWhere(isAbout: (node: NodeStats) => boolean, column: Column): Column {
  return { ...column, cell: row => `${isAbout(row.node) ? '~' : ''}${column.cell(row)}` }
}

function momentary(column: Column): Column {
  return { ...column, isMomentary: true }
}

function nodeCell({ node, branch, moreParents }: TreeRow): string {
  return `${branch}${safe(node.id)}${moreParents > 0 ? ` +${moreParents}` : ''}`
}

function nodeStyle({ node }: TreeRow): Style {
  if (isTroubled(node)) return 'bad'
  return node.role === 'load-balancer' ? 'strong' : 'plain'
}

/** The panic of a forwarder stands here, since it is its own state and not what its parents see. */
function stateCell({ node }: TreeRow): string {
  return `${stateText(node)}${isInPanic(node) ? ' panic' : ''}`
}

function stateStyle({ node }: TreeRow): Style {
  return isInPanic(node) ? 'warn' : STATE_LOOKS[stateWord(node)].style
}

function isInPanic(node: NodeStats): boolean {
  return node.panic && stateWord(node) === 'up'
}
