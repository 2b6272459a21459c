/** One screen of the live view as lines: numbers in, text out. Who puts it on the terminal is `terminal.ts`. */
import type { ChalkInstance } from 'chalk'
import type { LogLine } from '../stats/log-line.ts'
import type { StatsReport } from '../stats/reports.ts'
import { bannerLines } from './banner.ts'
import { crashLines, crashLinesWanted } from './crash-lines.ts'
import type { EventLine } from './event-line.ts'
import { eventLines, eventLinesWanted } from './event-lines.ts'
import { footerSegments } from './footer.ts'
import { AIRY_ROWS_MIN, bannerLinesMax, planFrame } from './frame-plan.ts'
import { clientSegments, titleSegments, upSegment } from './headlines.ts'
import { helpLines, helpPageCount } from './help.ts'
import type { Selected } from './key-wish.ts'
import { logFrameLines } from './log-frame.ts'
import type { LogPlace } from './log-scroll.ts'
import type { Notice } from './orders.ts'
import { safe } from './sanitize.ts'
import type { Segment } from './segments.ts'
import { joinSegments } from './segments.ts'
import { paint } from './styles.ts'
import { renderTable, scrolledTo } from './table.ts'
import { clip } from './text-width.ts'
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
  /** What keys act on; null where no row is selected. */
  readonly selected: Selected | null
  readonly notice: Notice | null
  /** Of the node whose log the view is of, oldest first. */
  readonly logLines: readonly LogLine[]
}

export interface Frame {
  /** As many as the terminal has, none wider than it is. */
  readonly lines: string[]
  /** For the next frame. */
  readonly rowFirst: number
  /** Lines of a log that had room, or would have. */
  readonly logRows: number
}

export const COLUMNS_MIN = 40
export const ROWS_MIN = 8

/** A null report stands for the time before the first figures. */
export function renderFrame(report: StatsReport | null, options: FrameOptions): Frame {
  if (isTooSmall(options)) return still(smallFrame(report, options), options)
  if (options.view.helpPage !== null) return still(helpFrame(report, options, options.view.helpPage), options)
  if (report === null) return still(startingFrame(options), options)
  return options.view.log ? logFrame(report, options, options.view.log) : tableFrame(report, options)
}

/** A frame without the table leaves it where it was. */
function still(lines: string[], { rowFirst }: FrameOptions): Frame {
  return { lines, rowFirst, logRows: 0 }
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

function helpFrame(report: StatsReport | null, options: FrameOptions, page: number): string[] {
  const { columns, rows, chalk } = options
  const title = report ? titleLine(report, options) : startingLine(options)
  const top = rows >= AIRY_ROWS_MIN ? [title, ''] : [title]
  const lines = [...top, ...helpLines(columns, helpRows(rows), chalk, page)]
  return [...fillUp(lines, rows - 1), footerLine(report, options)]
}

/** Below the title, above the keys. */
function helpRows(rows: number): number {
  return rows - (rows >= AIRY_ROWS_MIN ? 3 : 2)
}

/** The sticky news stays in sight; figures do not. */
function logFrame(report: StatsReport, options: FrameOptions, place: LogPlace): Frame {
  const { columns, rows, chalk, logLines, rowFirst } = options
  const bottom = [...bannerOf(report, options), footerLine(report, options)]
  const logRows = rows - bottom.length - 1
  const node = report.nodes.find(({ id }) => id === place.id) ?? null
  const top = logFrameLines({ place, node, lines: logLines, columns, rows: logRows, chalk })
  return { lines: [...fillUp(top, rows - bottom.length), ...bottom], rowFirst, logRows }
}

function startingFrame(options: FrameOptions): string[] {
  const { eventLines: linesMax } = planFrame(options.rows, 0, 0, eventLinesWanted(options.recentEvents))
  const events = eventLines(options.recentEvents, linesMax, options)
  return [...fillUp([startingLine(options), '', ...events], options.rows - 1), footerLine(null, options)]
}

function tableFrame(report: StatsReport, options: FrameOptions): Frame {
  const { columns, rows, chalk, tableRows, recentEvents } = options
  const banner = bannerOf(report, options)
  const wanted = { events: eventLinesWanted(recentEvents), crash: crashLinesWanted(report.nodes) }
  const plan = planFrame(rows, Math.max(1, tableRows.length), banner.length, wanted.events, wanted.crash)
  const table = tableLines(plan.tableRows, options)
  const blank = plan.isAiry ? [''] : []
  const crash = crashLines(report.nodes, columns, plan.crashLines).map(line => paint(chalk, 'bad', line))
  const events = [...crash, ...eventLines(recentEvents, plan.eventLines, options)]
  const clients = joinSegments(clientSegments(report.client), columns, chalk)
  const head = [titleLine(report, options), clients, ...blank]
  const top = [...head, ...table.lines, ...(events.length > 0 ? blank : []), ...events]
  const bottom = [...banner, footerLine(report, options)]
  return { lines: [...fillUp(top, rows - bottom.length), ...bottom], rowFirst: table.rowFirst, logRows: 0 }
}

/** The table with the selected row in sight, in `rowsMax` lines below its head. */
function tableLines(
  rowsMax: number,
  { columns, chalk, view, tableRows, ...options }: FrameOptions,
): Pick<Frame, 'lines' | 'rowFirst'> {
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

function bannerOf({ banner }: StatsReport, { columns, rows, chalk }: FrameOptions): string[] {
  return bannerLines(banner, columns, bannerLinesMax(rows)).map(line => chalk.red.bold(line))
}

function footerLine(report: StatsReport | null, options: FrameOptions): string {
  const { columns, rows, chalk, tableRows } = options
  const helpPages = helpPageCount(columns, helpRows(rows))
  return joinSegments(footerSegments(report, { ...options, rows: tableRows.length, helpPages }), columns, chalk)
}

function fillUp(lines: readonly string[], count: number): string[] {
  return [...lines, ...Array.from({ length: Math.max(0, count - lines.length) }, () => '')]
}
