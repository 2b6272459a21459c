/** Events below the table: the last ones that fit, warnings with their cure. Pure. */
import type { ChalkInstance } from 'chalk'
import { foldEvents } from './event-fold.ts'
import type { EventLine } from './event-line.ts'
import { eventStyle } from './event-line.ts'
import { safe } from './sanitize.ts'
import { paint } from './styles.ts'
import { clip, padEnd, textWidth, wrap } from './text-width.ts'

export interface EventLinesOptions {
  readonly columns: number
  readonly chalk: ChalkInstance
  /** Of the file that `check` tells a warning of in full, where the warning does not say how it was typed. */
  readonly topologyName: string
}

/** A warning is worth reading only with what to do about it. */
const WARNING_LINES_MAX = 3
/** A plan pushes nothing else out of sight by its length. */
const PLAN_LINES_MAX = 8
const GAP = '  '
/** Of a warning before the way to the rest of it. */
const HEAD_WIDTH_MIN = 16

/** `test/topologies/overload.json:6:14`, of a warning. */
const PLACE = /^(.*?):\d+:\d+ /

/** In columns of their own, as the table above is: the eye finds the node without reading. At most `linesMax` lines. */
export function eventLines(events: readonly EventLine[], linesMax: number, options: EventLinesOptions): string[] {
  const shown = foldEvents(events, linesMax)
  const wordWidth = Math.max(0, ...shown.map(({ word }) => textWidth(word)))
  const nodeWidth = Math.max(0, ...shown.map(({ node }) => textWidth(node)))
  const lines: string[] = []
  for (const event of [...shown].reverse()) {
    const room = linesMax - lines.length
    if (room === 0) break
    lines.unshift(...blockOf(event, wordWidth, nodeWidth, room, options))
  }
  return lines
}

/** One line, but for a warning and for a plan. */
function blockOf(
  { time, word, node, detail }: EventLine,
  wordWidth: number,
  nodeWidth: number,
  room: number,
  { columns, chalk, topologyName }: EventLinesOptions,
): string[] {
  const [sentence = ''] = detail
  const right = node === '' ? sentence : `${padEnd(node, nodeWidth)}${GAP}${sentence}`.trimEnd()
  const text = `${padEnd(word, wordWidth)}${GAP}${right}`
  const width = columns - textWidth(time) - GAP.length
  const [, file = safe(topologyName)] = PLACE.exec(sentence) ?? []
  const more = word === 'plan' ? moreOfPlan(detail.slice(1), room - 1, wordWidth + GAP.length) : []
  const lines =
    word === 'warning'
      ? warningLines(text, width, room, `npm run check -- ${file}`)
      : [text, ...more].map(line => clip(line, width))
  return lines.map((line, i) => {
    if (i > 0) return ' '.repeat(time.length + GAP.length) + line
    return `${paint(chalk, 'dim', time)}${GAP}${paint(chalk, eventStyle(word), line.slice(0, wordWidth))}${line.slice(wordWidth)}`
  })
}

/** What an edit changes, a line each, as far as there is room. */
function moreOfPlan(changes: readonly string[], room: number, indent: number): string[] {
  const linesMax = Math.min(room, PLAN_LINES_MAX - 1)
  const shown = changes.length <= linesMax ? changes : changes.slice(0, Math.max(0, linesMax - 1))
  const hidden = changes.length - shown.length
  const rest = hidden > 0 && linesMax > 0 ? [`… and ${hidden} more`] : []
  return [...shown, ...rest].map(line => ' '.repeat(indent) + line)
}

/** The text whole, or as much of it as leaves room for where the rest stands. */
function warningLines(text: string, width: number, room: number, rest: string): string[] {
  const linesMax = Math.min(room, WARNING_LINES_MAX)
  const whole = wrap(text, width, WARNING_LINES_MAX + 1)
  if (whole.length <= linesMax) return whole
  if (linesMax > 1) return [...wrap(text, width, linesMax - 1), clip(rest, width)]
  const head = width - textWidth(rest) - 1
  return [head < HEAD_WIDTH_MIN ? clip(text, width) : `${clip(text, head)} ${rest}`]
}

/** Lines that all of the events take. */
export function eventLinesWanted(events: readonly EventLine[]): number {
  return events.reduce((sum, event) => sum + linesMaxOf(event), 0)
}

function linesMaxOf({ word, detail }: EventLine): number {
  if (word === 'warning') return WARNING_LINES_MAX
  return word === 'plan' ? Math.min(detail.length, PLAN_LINES_MAX) : 1
}
