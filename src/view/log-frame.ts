/** The log of one node in place of the table. Only lines in sight are made. Pure. */
import type { ChalkInstance } from 'chalk'
import type { LogLine } from '../stats/log-line.ts'
import type { NodeStats } from '../stats/reports.ts'
import { countOf } from './figures.ts'
import type { LogPlace } from './log-scroll.ts'
import { linesInSight } from './log-scroll.ts'
import { logText } from './log-text.ts'
import { safe } from './sanitize.ts'
import type { Segment } from './segments.ts'
import { joinSegments } from './segments.ts'
import { STATE_LOOKS, stateText, stateWord } from './state-word.ts'
import { paint } from './styles.ts'
import { clip } from './text-width.ts'

export interface LogFrameOptions {
  readonly place: LogPlace
  /** Null where the launcher no longer knows it. */
  readonly node: NodeStats | null
  /** All that are kept, oldest first. */
  readonly lines: readonly LogLine[]
  readonly columns: number
  /** For lines of the log, below the headline. */
  readonly rows: number
  readonly chalk: ChalkInstance
}

/** A headline, then at most `rows` lines. */
export function logFrameLines(options: LogFrameOptions): string[] {
  const { place, lines, columns, rows, chalk } = options
  const { first, end } = linesInSight(place, { lines, rows })
  const headline = joinSegments(headSegments(options, lines.length - end), columns, chalk)
  const shown = lines.slice(first, end).map(line => logText(line, columns, chalk))
  if (lines.length === 0 && rows > 0) shown.push(paint(chalk, 'dim', clip('it has written nothing yet', columns)))
  return [headline, ...shown]
}

/** `log of server-3 · ● up · 12 newer below · 4 dropped · 812 lines, the last 500 kept` */
function headSegments({ place, node, lines }: LogFrameOptions, newer: number): Segment[] {
  const segments: Segment[] = [{ text: `log of ${safe(place.id)}`, priority: 9, style: 'strong' }]
  if (node) segments.push({ text: stateText(node), priority: 6, style: STATE_LOOKS[stateWord(node)].style })
  if (newer > 0) segments.push({ text: `${newer} newer below`, priority: 8, style: 'warn' })
  if (node && node.logDropped > 0) segments.push({ text: `${node.logDropped} dropped`, priority: 7, style: 'warn' })
  const total = Math.max(node?.logLines ?? 0, lines.length)
  const kept = total > lines.length ? `, the last ${lines.length} kept` : ''
  return [...segments, { text: `${countOf(total, 'line')}${kept}`, priority: 5 }]
}
