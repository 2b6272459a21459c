/** Where the JSON reader stands in the text, and how it says that something is wrong there. */

import type { Place } from './json-tree.ts'
import { problemAt } from './json-tree.ts'
import type { Problem } from './types.ts'

export interface Cursor {
  readonly text: string
  /** Offset of the first character of each line. */
  readonly lineStarts: readonly number[]
  readonly problems: Problem[]
  /** Offsets of the brackets that are open, outermost first. */
  readonly opened: number[]
  /** JSON path of what is being read. */
  path: string
  at: number
}

const GAP = /[ \t\r\n]*/y
const COMMENT = /\/\/[^\r\n]*|#[^\r\n]*|\/\*[\s\S]*?(?:\*\/|$)/y

export function makeCursor(text: string): Cursor {
  const lineStarts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1)
  return { text, lineStarts, problems: [], opened: [], path: '', at: 0 }
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
  hint?: string,
): null {
  cursor.problems.push(problemAt(placeOf(cursor, ...span), code, message, hint))
  return null
}

/** The text is over before the value is: says what was left open, by default the innermost bracket. */
export function complainOfEnd(cursor: Cursor, openedAt = cursor.opened.at(-1)): null {
  const end = cursor.text.trimEnd().length
  const where = openedAt === undefined ? '' : `, ${describeOpen(cursor, openedAt)}`
  return complain(cursor, [end, end + 1], 'UNEXPECTED_END', `unexpected end of JSON${where}`)
}

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
  for (;;) {
    take(cursor, GAP)
    const start = cursor.at
    if (take(cursor, COMMENT) === null) return
    const hint = 'JSON has no comments: delete this one'
    complain(cursor, [start, cursor.at], 'COMMENT', 'comments are not JSON', hint)
  }
}
