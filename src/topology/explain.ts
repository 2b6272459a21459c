/** Problems and topologies as text for people: strings in, strings out, no colours, nothing a terminal would obey. */
import { withoutMark } from './json-reader.ts'
import type { Problem } from './types.ts'
import { visible } from './visible.ts'

const PROBLEMS_SHOWN_MAX = 20 // a screenful; what is below it is rarely read before the first is mended
const GUTTER_WIDTH = 5
const WINDOW_WIDTH = 100
const MARGIN = 20 // columns left in view before the fault when a line is cut

/**
 * Each problem with its line of the text and a mark under the fault, then what to do:
 *
 *     topology.json:14:38 - error UNKNOWN_NODE: servers[5].behind names "proxy-3", which does not exist
 *        14 |     { "id": "server-6", "behind": "proxy-3" }
 *           |                                   ~~~~~~~~~  did you mean "proxy-2"?
 */
export function formatProblems(fileName: string, text: string, problems: readonly Problem[]): string {
  const lines = withoutMark(text).split('\n')
  const shown = problems.slice(0, PROBLEMS_SHOWN_MAX).map(problem => formatProblem(visible(fileName), lines, problem))
  const rest = problems.length - shown.length
  return [...shown, ...(rest > 0 ? [`… and ${rest} more`] : [])].join('\n')
}

/** `Found 2 problems in topology.json. Nothing was started.` */
export function formatProblemCount(fileName: string, count: number, consequence = 'Nothing was started.'): string {
  return `Found ${count} ${count === 1 ? 'problem' : 'problems'} in ${visible(fileName)}. ${consequence}`
}

function formatProblem(fileName: string, lines: readonly string[], problem: Problem): string {
  const { code, line, column } = problem
  const place = line === 0 ? fileName : `${fileName}:${line}:${column}`
  const head = `${place} - error ${code}: ${visible(problem.message)}`
  const hint = problem.hint === undefined ? '' : visible(problem.hint)
  if (line === 0) return hint === '' ? head : `${head}\n${' '.repeat(GUTTER_WIDTH + 3)}${hint}`
  const { source, mark } = snippetOf(lines[line - 1] ?? '', problem)
  const gutter = (label: string) => `${label.padStart(GUTTER_WIDTH)} | `
  return [head, `${gutter(String(line))}${source}`, `${gutter('')}${mark}${hint && `  ${hint}`}`].join('\n')
}

/** The line as shown, and a mark of the same width under the fault, however escapes widen what stands before it. */
function snippetOf(line: string, { column, length }: Problem): { source: string; mark: string } {
  const start = column - 1
  const from = line.length <= WINDOW_WIDTH ? 0 : Math.max(0, Math.min(start - MARGIN, line.length - WINDOW_WIDTH))
  const to = Math.min(line.length, from + WINDOW_WIDTH)
  const before = `${from > 0 ? '…' : ''}${shownSource(line.slice(from, start))}`
  const fault = shownSource(line.slice(start, Math.min(start + length, to)))
  const after = `${shownSource(line.slice(Math.min(start + length, to), to).trimEnd())}${to < line.length ? '…' : ''}`
  return {
    source: `${before}${fault}${after}`,
    mark: `${' '.repeat(before.length)}${'~'.repeat(Math.max(1, fault.length))}`,
  }
}

/** A tab counts one column in a position, so it takes one here. */
function shownSource(part: string): string {
  return visible(part.replaceAll('\t', ' '))
}
