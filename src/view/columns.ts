/** The columns of the table. A new one is one entry here. */
import { formatBytes, formatLatency } from '../base/units.ts'
import type { NodeStats, ProcessState } from '../stats/reports.ts'
import { formatPercent, formatRate, formatShare } from './figures.ts'
import { safe } from './sanitize.ts'
import type { Style } from './styles.ts'
import type { TreeRow } from './tree.ts'

export interface Column {
  readonly title: string
  readonly align: 'left' | 'right'
  /** On a narrow terminal the column with the lowest goes first. */
  readonly priority: number
  /** Cells that it takes at least, so that the table keeps still when a figure gains a digit. */
  readonly widthMin: number
  /** Says something of a process only while it runs: left out of the final table. */
  readonly isMomentary?: boolean
  cell(row: TreeRow): string
  style(node: NodeStats): Style
}

interface StateLook {
  readonly glyph: string
  readonly style: Style
}

/** Glyph, word and colour say the same three times: for colour-blind eyes, for plain text, for a glance. */
export const STATE_LOOKS: Readonly<Record<ProcessState, StateLook>> = {
  starting: { glyph: '◐', style: 'busy' },
  up: { glyph: '●', style: 'good' },
  draining: { glyph: '◌', style: 'busy' },
  down: { glyph: '✖', style: 'bad' },
  'crash-loop': { glyph: '▲', style: 'bad' },
  stopped: { glyph: '○', style: 'dim' },
}

export const COLUMNS: readonly Column[] = [
  { title: 'NODE', align: 'left', priority: 100, widthMin: 4, cell: nodeCell, style: nodeStyle },
  { title: 'STATE', align: 'left', priority: 90, widthMin: 12, cell: stateCell, style: stateStyle },
  momentary(figure('PID', 52, 7, node => String(node.pid ?? '-'))),
  figure('REQUESTS', 80, 8, node => `${node.approximate ? '~' : ''}${node.received}`),
  figure('REQ/S', 75, 5, node => formatRate(node.perSecond)),
  figure('SHARE', 70, 6, node => formatShare(node.share)),
  figure('EXPECT', 50, 6, node => formatShare(node.expectedShare), 'dim'),
  momentary(figure('INFLIGHT', 35, 8, node => String(node.inFlight))),
  figure('P50', 30, 6, node => formatLatency(node.latency.p50Us)),
  figure('P99', 60, 6, node => formatLatency(node.latency.p99Us)),
  figure('ERRORS', 68, 6, node => String(errorsOf(node)), 'bad'),
  figure('RESTARTS', 40, 8, node => String(node.restarts), 'warn'),
  momentary(figure('CPU', 20, 5, node => formatPercent(node.cpuPercent))),
  momentary(figure('MEM', 10, 7, node => (node.memoryBytes === null ? '-' : formatBytes(node.memoryBytes)))),
]

/** A column of numbers: right-aligned, and dim where there is nothing to see. */
function figure(
  title: string,
  priority: number,
  widthMin: number,
  read: (node: NodeStats) => string,
  style: Style = 'plain',
): Column {
  return {
    title,
    align: 'right',
    priority,
    widthMin,
    cell: row => read(row.node),
    style: node => (isNothing(read(node)) ? 'dim' : style),
  }
}

function momentary(column: Column): Column {
  return { ...column, isMomentary: true }
}

function isNothing(text: string): boolean {
  return text === '0' || text === '-'
}

function errorsOf(node: NodeStats): number {
  return node.failed + node.rejected
}

function nodeCell({ node, branch, moreParents }: TreeRow): string {
  return `${branch}${safe(node.id)}${moreParents > 0 ? ` +${moreParents}` : ''}`
}

function nodeStyle(node: NodeStats): Style {
  return node.role === 'load-balancer' ? 'strong' : 'plain'
}

function stateCell({ node }: TreeRow): string {
  return `${STATE_LOOKS[node.state].glyph} ${node.state}`
}

function stateStyle(node: NodeStats): Style {
  return STATE_LOOKS[node.state].style
}
