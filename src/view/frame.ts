/** One screen of the live view as lines: numbers in, text out. Who puts it on the terminal is `terminal.ts`. */
import type { ChalkInstance } from 'chalk'
import type { StatsReport } from '../stats/reports.ts'
import type { EventLine } from './event-line.ts'
import { eventStyle } from './event-line.ts'
import type { FramePlan } from './frame-plan.ts'
import { planFrame } from './frame-plan.ts'
import { clientSegments, titleSegments, upSegment } from './headlines.ts'
import { safe } from './sanitize.ts'
import type { Segment } from './segments.ts'
import { joinSegments } from './segments.ts'
import { paint } from './styles.ts'
import { renderTable, windowOf } from './table.ts'
import { clip, padEnd, textWidth } from './text-width.ts'

export interface FrameOptions {
  /** The terminal's size; no frame is wider or longer. */
  readonly columns: number
  readonly rows: number
  readonly chalk: ChalkInstance
  readonly topologyName: string
  /** Oldest first; the last that fit are shown. */
  readonly recentEvents: readonly EventLine[]
  /** Figures stand still at the user's wish. */
  readonly isPaused?: boolean
  /** The first row of the table, where there are more than fit. */
  readonly rowFirst?: number
}

export const COLUMNS_MIN = 40
export const ROWS_MIN = 8

/** Exactly `rows` lines, none wider than `columns`; a null report stands for the time before the first figures. */
export function renderFrame(report: StatsReport | null, options: FrameOptions): string[] {
  return isTooSmall(options) ? smallFrame(report, options) : fullFrame(report, options)
}

/** How far the table can be scrolled: with this as `rowFirst` its last row is in sight. */
export function rowFirstMax(report: StatsReport, options: FrameOptions): number {
  const total = report.nodes.length
  const banner = bannerLines(report, options)
  const { tableRows } = planFrame(options.rows, total, banner.length, options.recentEvents.length)
  return windowOf(total, total, tableRows).first
}

function isTooSmall({ columns, rows }: FrameOptions): boolean {
  return columns < COLUMNS_MIN || rows < ROWS_MIN
}

function smallFrame(report: StatsReport | null, { columns, rows }: FrameOptions): string[] {
  const lines = [`terminal too small: ${columns}x${rows}, needs ${COLUMNS_MIN}x${ROWS_MIN}`]
  if (report)
    lines.push(
      upSegment(report).text,
      ...clientSegments(report.client)
        .slice(1, 5)
        .map(({ text }) => text),
    )
  return fillUp(lines, rows)
    .slice(0, rows)
    .map(line => clip(line, columns))
}

function fullFrame(report: StatsReport | null, options: FrameOptions): string[] {
  const banner = bannerLines(report, options)
  const plan = planFrame(options.rows, report ? report.nodes.length : 0, banner.length, options.recentEvents.length)
  const blank = plan.isAiry ? [''] : []
  const top = report
    ? [...headLines(report, options), ...blank, ...tableLines(report, plan, options)]
    : [startingLine(options)]
  const events = eventLines(options, plan.eventLines)
  const middle = events.length > 0 ? [...top, ...blank, ...events] : top
  const bottom = [...banner, footerLine(report, plan, options)]
  return [...fillUp(middle, options.rows - bottom.length), ...bottom]
}

function startingLine({ topologyName, columns, chalk }: FrameOptions): string {
  const segments: Segment[] = [
    { text: 'udsim', priority: 1, style: 'strong' },
    { text: safe(topologyName), priority: 2 },
    { text: 'starting', priority: 3, style: 'busy' },
  ]
  return joinSegments(segments, columns, chalk)
}

function headLines(report: StatsReport, { topologyName, columns, chalk, isPaused }: FrameOptions): string[] {
  const title = titleSegments(report, topologyName)
  if (isPaused) title.push({ text: 'paused', priority: 9, style: 'warn' })
  return [joinSegments(title, columns, chalk), joinSegments(clientSegments(report.client), columns, chalk)]
}

function tableLines(report: StatsReport, plan: FramePlan, { columns, chalk, rowFirst = 0 }: FrameOptions): string[] {
  return renderTable(report.nodes, { width: columns, chalk, rowsMax: plan.tableRows, rowFirst })
}

/** In columns of their own, as the table above is: the eye finds the node without reading. */
function eventLines({ recentEvents, columns, chalk }: FrameOptions, count: number): string[] {
  const shown = count > 0 ? recentEvents.slice(-count) : []
  const wordWidth = Math.max(0, ...shown.map(({ word }) => textWidth(word)))
  const nodeWidth = Math.max(0, ...shown.map(({ node }) => textWidth(node)))
  return shown.map(({ time, word, node, detail }) => {
    const left = `${time}  ${padEnd(word, wordWidth)}  `
    const right = node === '' ? (detail[0] ?? '') : `${padEnd(node, nodeWidth)}  ${detail[0] ?? ''}`.trimEnd()
    const room = columns - textWidth(left)
    return `${paint(chalk, 'dim', time)}  ${paint(chalk, eventStyle(word), padEnd(word, wordWidth))}  ${clip(right, room)}`
  })
}

/** A rejected edit may come with its caret drawing; two lines say where and what, the event list has the rest. */
const BANNER_LINES_MAX = 2

function bannerLines(report: StatsReport | null, { columns, chalk }: FrameOptions): string[] {
  if (report === null || report.banner === null) return []
  const lines = report.banner.trim().split('\n').slice(0, BANNER_LINES_MAX)
  return lines.map((line, i) => chalk.red.bold(clip(`${i === 0 ? '✖ ' : '  '}${safe(line)}`, columns)))
}

function footerLine(report: StatsReport | null, plan: FramePlan, { columns, chalk, isPaused }: FrameOptions): string {
  if (report?.phase === 'stopping') {
    return paint(chalk, 'dim', clip('finishing what is under way · Ctrl-C stops at once', columns))
  }
  const segments: Segment[] = [{ text: 'q quit', priority: 3, style: 'dim' }]
  if (report) segments.push({ text: isPaused ? 'p go on' : 'p pause', priority: 2, style: 'dim' })
  if (report && plan.tableRows < report.nodes.length) segments.push({ text: '↑↓ scroll', priority: 1, style: 'dim' })
  return joinSegments(segments, columns, chalk)
}

function fillUp(lines: readonly string[], count: number): string[] {
  return [...lines, ...Array.from({ length: Math.max(0, count - lines.length) }, () => '')]
}
