/** Problems and topologies as text for people: strings in, strings out, nothing in them that a terminal would obey. */

import { charCells } from '../base/char-cells.ts'
import { PROBLEMS_MAX, TOO_MANY_PROBLEMS } from './gather-problems.ts'
import { withoutMark } from './json-reader.ts'
import type { Problem } from './types.ts'
import { visible } from './visible.ts'

const PROBLEMS_SHOWN_MAX = 20 // a screenful; what is below it is rarely read before the first is mended
const GUTTER_WIDTH = 5
const EDGE_WIDTH = 3 // between the gutter and the text
const WINDOW_WIDTH_MAX = 100
const WINDOW_WIDTH_MIN = 40
const MARGIN = 20 // columns left in view before the fault when a line is cut
const LINE_WIDTH_MAX = 120 // a hint that would go beyond stands on a line of its own

type Ink = (text: string) => string

/** How the parts are coloured, where they are. */
export interface Paint {
  readonly place: Ink
  readonly severity: Ink
  readonly mark: Ink
  readonly dim: Ink
}

const plain: Ink = text => text
export const NO_PAINT: Paint = { place: plain, severity: plain, mark: plain, dim: plain }

export interface ExplainOptions {
  /** Default `error`. */
  readonly severity?: 'error' | 'warning'
  readonly paint?: Paint
  /** Of the terminal: a mark stands under its fault only where the line of text is not broken. */
  readonly columns?: number | undefined
}

/**
 * Each problem with its line of the text and a mark under the fault, then what to do:
 *
 *     topology.json:14:38 - error UNKNOWN_NODE: servers[5].behind names "proxy-3", which does not exist
 *        14 |     { "id": "server-6", "behind": "proxy-3" }
 *           |                                   ^^^^^^^^^ did you mean "proxy-2"?
 */
export function formatProblems(
  fileName: string,
  text: string,
  problems: readonly Problem[],
  { severity = 'error', paint = NO_PAINT, columns = LINE_WIDTH_MAX }: ExplainOptions = {},
): string {
  const lines = withoutMark(text).split(/\r?\n/)
  const shown = problems.slice(0, PROBLEMS_SHOWN_MAX).map(problem => {
    const head = formatHead(visible(fileName), problem, severity, paint)
    return [head, ...formatSnippet(lines[problem.line - 1] ?? '', problem, paint, columns)].join('\n')
  })
  return [...shown, ...formatRest(fileName, problems)].join('\n\n')
}

/** `Found 2 problems in topology.json.`, `Found 1 warning in topology.json. It can run all the same.` */
export function formatProblemTotal(
  fileName: string,
  problems: readonly Problem[],
  severity: 'error' | 'warning' = 'error',
): string {
  const noun = severity === 'error' ? 'problem' : 'warning'
  const count = isCut(problems) ? `more than ${PROBLEMS_MAX}` : String(problems.length)
  const consequence = severity === 'error' ? '' : ' It can run all the same.'
  return `Found ${count} ${noun}${problems.length === 1 ? '' : 's'} in ${visible(fileName)}.${consequence}`
}

/** Whether there are more problems than were gathered. */
function isCut(problems: readonly Problem[]): boolean {
  return problems.some(problem => problem.code === TOO_MANY_PROBLEMS)
}

function formatRest(fileName: string, problems: readonly Problem[]): string[] {
  const rest = problems.length - PROBLEMS_SHOWN_MAX
  if (rest <= 0) return []
  const command = `npm run check -- ${visible(fileName)} --json`
  if (!isCut(problems)) return [`… and ${rest} more: ${command} lists all`]
  return [`… and more than ${PROBLEMS_MAX - PROBLEMS_SHOWN_MAX} others: ${command} lists the first ${PROBLEMS_MAX}`]
}

function formatHead(fileName: string, { code, line, column, message }: Problem, severity: string, paint: Paint) {
  const place = line === 0 ? fileName : `${fileName}:${line}:${column}`
  return `${paint.place(place)} - ${paint.severity(`${severity} ${code}`)}: ${visible(message)}`
}

function formatSnippet(line: string, problem: Problem, { dim, mark }: Paint, columns: number): string[] {
  const gutter = (label: string, edge = '|') => dim(`${label.padStart(GUTTER_WIDTH)} ${edge}`)
  const hint = visible(problem.hint)
  const hintBelow = `${gutter('', '=')} ${hint}`
  if (problem.line === 0) return [hintBelow]
  const room = columns - GUTTER_WIDTH - EDGE_WIDTH - 2 // for the marks of what is cut off at both ends
  const windowWidth = Math.max(WINDOW_WIDTH_MIN, Math.min(room, WINDOW_WIDTH_MAX))
  const { source, indent, underline } = snippetOf(line, problem, windowWidth)
  const marked = `${gutter('')} ${' '.repeat(indent)}${mark('^'.repeat(underline))}`
  const width = GUTTER_WIDTH + EDGE_WIDTH + indent + underline + 1 + hint.length
  const fits = width <= Math.min(columns, LINE_WIDTH_MAX)
  const markLines = fits ? [`${marked} ${hint}`] : [marked, hintBelow]
  return [`${gutter(String(problem.line))} ${source}`.trimEnd(), ...markLines]
}

/** What is shown of the line, and which cells of it the fault takes, however escapes widen what stands before it. */
function snippetOf(line: string, { column, length }: Problem, windowWidth: number) {
  const start = column - 1
  const from = line.length <= windowWidth ? 0 : Math.max(0, Math.min(start - MARGIN, line.length - windowWidth))
  const to = Math.min(line.length, from + windowWidth)
  const end = Math.min(start + length, to)
  const before = `${from > 0 ? '…' : ''}${shownSource(line.slice(from, start))}`
  const fault = shownSource(line.slice(start, end))
  const after = `${shownSource(line.slice(end, to).trimEnd())}${to < line.length ? '…' : ''}`
  return { source: `${before}${fault}${after}`, indent: cellsOf(before), underline: Math.max(1, cellsOf(fault)) }
}

/** A tab counts one column in a position, so it takes one here. */
function shownSource(part: string): string {
  return visible(part.replaceAll('\t', ' '))
}

function cellsOf(text: string): number {
  return [...text].reduce((sum, char) => sum + charCells(char), 0)
}
