/** Where the JSON reader stands in the text, and how it says that something is wrong there. */

import type { Place, Report } from './json-tree.ts'
import { problemAt } from './json-tree.ts'

export interface Cursor {
  readonly text: string
  /** Offset of the first character of each line. */
  readonly lineStarts: readonly number[]
  readonly report: Report
  /** Offsets of the brackets that are open, outermost first. */
  readonly opened: number[]
  /** JSON path of what is being read. */
  path: string
  at: number
  /** Where the last comment ends that may have swallowed what is missed now; -1 without one. */
  swallowedTo: number
}

const GAP = /[ \t\r\n]*/y
const GAP_STARTS: ReadonlySet<string | undefined> = new Set(' \t\r\n/#')
const COMMENT = /\/\/[^\r\n]*|#[^\r\n]*|\/\*[\s\S]*?(?:\*\/|$)/y

export function makeCursor(text: string, report: Report): Cursor {
  const lineStarts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1)
  return { text, lineStarts, report, opened: [], path: '', at: 0, swallowedTo: -1 }
}

/** The place of text[start, end), cut at the end of its first line. */
export function placeOf(cursor: Cursor, start: number, end: number): Place {
  const { text, lineStarts, path } = cursor
  const index = lineIndexAt(lineStarts, start)
  const lineEnd = (lineStarts[index + 1] ?? text.length + 1) - 1
  const inkEnd = text[lineEnd - 1] === '\r' ? lineEnd - 1 : lineEnd
  const length = Math.max(1, Math.min(end, inkEnd) - start)
  return { path, line: index + 1, column: start - lineStarts[index]! + 1, length }
}

function lineIndexAt(lineStarts: readonly number[], offset: number): number {
  let low = 0
  let high = lineStarts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (lineStarts[middle]! <= offset) low = middle
    else high = middle - 1
  }
  return low
}

/** Records what is wrong with text[start, end). Null, so that a reader that cannot go on returns it at once. */
export function complain(
  cursor: Cursor,
  span: readonly [start: number, end: number],
  code: string,
  message: string,
  hint: string,
): null {
  cursor.report(problemAt(placeOf(cursor, ...span), code, message, hint))
  return null
}

/**
 * Whether a comment ends here that may hold what is missed here. The comment is reported; with it gone, nothing may
 * be missing.
 */
export function isAfterSwallower({ text, at, swallowedTo }: Cursor): boolean {
  return swallowedTo >= 0 && text.slice(swallowedTo, at).trim() === ''
}

/** The text is over before the value is: says what was left open, by default the innermost bracket. */
export function complainOfEnd(cursor: Cursor, openedAt = cursor.opened.at(-1)): null {
  const end = cursor.text.trimEnd().length
  if (isAfterSwallower(cursor)) return null
  const where = openedAt === undefined ? '' : `: ${describeOpen(cursor, openedAt)} is never closed`
  return complain(
    cursor,
    [end, end + 1],
    'UNEXPECTED_END',
    `unexpected end of JSON${where}`,
    hintForEnd(cursor, openedAt),
  )
}

function hintForEnd({ text, opened }: Cursor, openedAt: number | undefined): string {
  const open = openedAt === opened.at(-1) || openedAt === undefined ? opened : [...opened, openedAt]
  const closers = open.map(at => CLOSER_OF[text[at]!] ?? text[at]).reverse()
  return closers.length === 0 ? 'write a value here' : `is the file cut off? What is open needs ${closers.join('')}`
}

const CLOSER_OF: Readonly<Record<string, string>> = { '{': '}', '[': ']' }

/** `'[' opened at 1:12`. */
export function describeOpen(cursor: Cursor, openedAt: number): string {
  const { line, column } = placeOf(cursor, openedAt, openedAt + 1)
  return `'${cursor.text[openedAt]}' opened at ${line}:${column}`
}

/** The text that a sticky pattern matches here, taken; null, nothing taken, where it does not. */
export function take(cursor: Cursor, sticky: RegExp): string | null {
  sticky.lastIndex = cursor.at
  const match = sticky.exec(cursor.text)
  if (!match) return null
  cursor.at = sticky.lastIndex
  return match[0]
}

/** Skips white space, and comments, each reported: the rest of the file is worth reading all the same. */
export function skipGap(cursor: Cursor): void {
  // Most tokens follow without a gap, and a look at one character is cheaper than two patterns.
  while (GAP_STARTS.has(cursor.text[cursor.at])) {
    take(cursor, GAP)
    const start = cursor.at
    const comment = take(cursor, COMMENT)
    if (comment === null) return
    complain(cursor, [start, cursor.at], 'COMMENT', 'comments are not JSON', 'delete it: JSON has no comments')
    const isOpen = comment.startsWith('/*') && !comment.endsWith('*/')
    if (isOpen || /[,:"[\]{}]/.test(comment)) cursor.swallowedTo = cursor.at
  }
}
