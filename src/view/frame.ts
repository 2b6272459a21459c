/** One screen of the live view as lines: numbers in, text out. Who puts it on the terminal is `terminal.ts`. */
import type { ChalkInstance } from 'chalk'
import type { StatsReport } from '../stats/reports.ts'
import type { EventLine } from './event-line.ts'
import { eventLines, eventLinesWanted } from './event-lines.ts'
import { footerSegments } from './footer.ts'
import { AIRY_ROWS_MIN, planFrame } from './frame-plan.ts'
import { clientSegments, titleSegments, upSegment } from './headlines.ts'
import { helpLines } from './help.ts'
import { safe } from './sanitize.ts'
import type { Segment } from './segments.ts'
import { joinSegments } from './segments.ts'
import { paint } from './styles.ts'
import { renderTable, scrolledTo } from './table.ts'
import { clip, wrap } from './text-width.ts'
import type { TreeRow } from './tree.ts'
import type { ViewState } from './view-state.ts'

export interface FrameOptions {
  /** The terminal's size; no frame is wider or longer. */
  readonly columns: number
  readonly rows: number
  readonly chalk: ChalkInstance
  readonly topologyName: string
  /** Oldest first; the last that fit are shown. */
  readonly recentEvents: readonly EventLine[]
  readonly view: ViewState
  /** The rows of the table in their order (see `row-order.ts`). */
  readonly tableRows: readonly TreeRow[]
  /** The first row of the table that the last frame showed. */
  readonly rowFirst: number
}

export interface Frame {
  /** As many as the terminal has, none wider than it is. */
  readonly lines: string[]
  /** For the next frame. */
  readonly rowFirst: number
}

export const COLUMNS_MIN = 40
export const ROWS_MIN = 8

/** A null report stands for the time before the first figures. */
export function renderFrame(report: StatsReport | null, options: FrameOptions): Frame {
  if (isTooSmall(options)) return still(smallFrame(report, options), options)
  if (options.view.isHelpShown) return still(helpFrame(report, options), options)
  return report === null ? still(startingFrame(options), options) : tableFrame(report, options)
}

/** A frame without the table leaves it where it was. */
function still(lines: string[], { rowFirst }: FrameOptions): Frame {
  return { lines, rowFirst }
}

function isTooSmall({ columns, rows }: FrameOptions): boolean {
  return columns < COLUMNS_MIN || rows < ROWS_MIN
}

/** What does not fit is cut at the end, where the least is lost. */
function smallFrame(report: StatsReport | null, { columns, rows }: FrameOptions): string[] {
  const lines = [`${columns}x${rows} is too small`, `needs ${COLUMNS_MIN}x${ROWS_MIN}`]
  if (report) lines.push(upSegment(report).text, ...totalsOf(report))
  return fillUp(lines, rows)
    .slice(0, rows)
    .map(line => clip(line, columns))
}

function totalsOf({ client }: StatsReport): string[] {
  const about = client.approximate ? '~' : ''
  return [`sent ${about}${client.sent}`, `failed ${about}${client.failed}`, `pending ${client.pending}`]
}

function helpFrame(report: StatsReport | null, options: FrameOptions): string[] {
  const { columns, rows, chalk } = options
  const title = report ? titleLine(report, options) : startingLine(options)
  const top = rows >= AIRY_ROWS_MIN ? [title, ''] : [title]
  const lines = [...top, ...helpLines(columns, rows - top.length - 1, chalk)]
  return [...fillUp(lines, rows - 1), footerLine(report, options)]
}

function startingFrame(options: FrameOptions): string[] {
  const { eventLines: linesMax } = planFrame(options.rows, 0, 0, eventLinesWanted(options.recentEvents))
  const events = eventLines(options.recentEvents, linesMax, options)
  return [...fillUp([startingLine(options), '', ...events], options.rows - 1), footerLine(null, options)]
}

function tableFrame(report: StatsReport, options: FrameOptions): Frame {
  const { columns, rows, chalk, tableRows, recentEvents } = options
  const banner = bannerLines(report, options)
  const plan = planFrame(rows, Math.max(1, tableRows.length), banner.length, eventLinesWanted(recentEvents))
  const table = tableLines(plan.tableRows, options)
  const blank = plan.isAiry ? [''] : []
  const events = eventLines(recentEvents, plan.eventLines, options)
  const clients = joinSegments(clientSegments(report.client), columns, chalk)
  const head = [titleLine(report, options), clients, ...blank]
  const top = [...head, ...table.lines, ...(events.length > 0 ? blank : []), ...events]
  const bottom = [...banner, footerLine(report, options)]
  return { lines: [...fillUp(top, rows - bottom.length), ...bottom], rowFirst: table.rowFirst }
}

/** The table with the selected row in sight, in `rowsMax` lines below its head. */
function tableLines(rowsMax: number, { columns, chalk, view, tableRows, ...options }: FrameOptions): Frame {
  const { selectedId, sortTitle, filter } = view
  const selected = tableRows.findIndex(({ node }) => node.id === selectedId)
  const rowFirst = scrolledTo(selected, tableRows.length, options.rowFirst, rowsMax)
  const lines = renderTable(tableRows, { width: columns, chalk, rowsMax, rowFirst, selectedId, sortTitle })
  if (tableRows.length === 0) lines.push(paint(chalk, 'dim', clip(`no node matches /${filter}`, columns)))
  return { lines, rowFirst }
}

function startingLine({ topologyName, columns, chalk }: FrameOptions): string {
  const segments: Segment[] = [
    { text: 'udsim', priority: 1, style: 'strong' },
    { text: safe(topologyName), priority: 2 },
    { text: 'starting', priority: 3, style: 'busy' },
  ]
  return joinSegments(segments, columns, chalk)
}

function titleLine(report: StatsReport, { topologyName, columns, chalk, view }: FrameOptions): string {
  const title = titleSegments(report, topologyName)
  if (view.isPaused) title.push({ text: 'PAUSED, the run goes on', priority: 9, style: 'warn' })
  return joinSegments(title, columns, chalk)
}

/** What is wrong, where, and what to do about it: it is read whole, or not at all. */
const BANNER_LINES_MAX = 3
/** On a low terminal, and on a very low one, so that nodes are seen beside it. */
const BANNER_LINES_LOW = 2
const BANNER_LINES_LEAST = 1
/** From here up, two nodes are in sight below the head and above a banner of two lines. */
const LOW_ROWS_MIN = 10

function bannerLines(report: StatsReport, { columns, rows, chalk }: FrameOptions): string[] {
  if (report.banner === null) return []
  const linesMax = bannerLinesMax(rows)
  const lines = report.banner.trim().split('\n').slice(0, linesMax)
  const head = wrap(safe(lines[0]!), columns - BANNER_MARK.length, linesMax - lines.length + 1)
  const tail = lines.slice(1).map(line => clip(safe(line), columns - BANNER_MARK.length))
  return [...head, ...tail].map((line, i) =>
    chalk.red.bold((i === 0 ? BANNER_MARK : ' '.repeat(BANNER_MARK.length)) + line),
  )
}

function bannerLinesMax(rows: number): number {
  if (rows >= AIRY_ROWS_MIN) return BANNER_LINES_MAX
  return rows >= LOW_ROWS_MIN ? BANNER_LINES_LOW : BANNER_LINES_LEAST
}

const BANNER_MARK = '✖ '

function footerLine(report: StatsReport | null, { columns, chalk, view, tableRows }: FrameOptions): string {
  return joinSegments(footerSegments(report, view, tableRows.length), columns, chalk)
}

function fillUp(lines: readonly string[], count: number): string[] {
  return [...lines, ...Array.from({ length: Math.max(0, count - lines.length) }, () => '')]
}
