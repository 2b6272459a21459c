/** The values of JSON that hold no others: strings, numbers, and the three words. */

import { suggest } from '../base/suggest.ts'
import { parseDurationMs } from '../base/units.ts'
import type { Cursor } from './json-cursor.ts'
import { complain, complainOfEnd, isAfterSwallower, placeOf, take } from './json-cursor.ts'
import type { JsonNode } from './json-tree.ts'
import { quote } from './visible.ts'

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])
const UNICODE_ESCAPE = /\\u([0-9a-fA-F]{4})/y
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/
const NUMBER_LIKE = /[-+.\w]+/y
const WORD = /[\p{L}_$][\p{L}\p{N}_$-]*/uy
const NOT_FINITE = /^[-+]?(?:NaN|Infinity)$/

/** A string in double quotes, or in single ones, which are reported; null where it has no end. */
export function readString(cursor: Cursor): (JsonNode & { kind: 'string' }) | null {
  const { text, at: start } = cursor
  const delimiter = text[start]!
  let value = ''
  cursor.at++
  while (text[cursor.at] !== delimiter) {
    const piece = readCharacter(cursor, start, delimiter)
    if (piece === null) return null
    value += piece
  }
  cursor.at++
  if (delimiter === "'") {
    complain(
      cursor,
      [start, cursor.at],
      'SINGLE_QUOTES',
      'JSON strings stand in double quotes',
      `write ${quote(value)}`,
    )
  }
  return { kind: 'string', place: placeOf(cursor, start, cursor.at), value }
}

function readCharacter(cursor: Cursor, start: number, delimiter: string): string | null {
  const { text, at } = cursor
  const character = text[at]
  if (character === undefined) return complainOfEnd(cursor, start)
  if (character === '\n' || character === '\r') {
    return complain(
      cursor,
      [start, at],
      'UNTERMINATED_STRING',
      'the string does not end on its line',
      `close it with ${delimiter} on the same line`,
    )
  }
  if (character === '\\') return readEscape(cursor, delimiter)
  cursor.at++
  if (character < ' ') {
    const hint = `write ${JSON.stringify(character).slice(1, -1)}`
    complain(cursor, [at, at + 1], 'CONTROL_CHARACTER', `a string may not hold ${quote(character)} itself`, hint)
  }
  return character
}

function readEscape(cursor: Cursor, delimiter: string): string {
  const start = cursor.at
  const unicode = take(cursor, UNICODE_ESCAPE)
  if (unicode !== null) return String.fromCharCode(Number.parseInt(unicode.slice(2), 16))
  const letter = cursor.text[start + 1]
  // Before the end of the line there is nothing to take: the string's own reader reports that end.
  cursor.at += letter === undefined || letter === '\n' || letter === '\r' ? 1 : 2
  const meant = letter === delimiter ? letter : ESCAPES.get(letter ?? '')
  if (meant !== undefined) return meant
  const written = quote(cursor.text.slice(start, cursor.at))
  complain(cursor, [start, cursor.at], 'BAD_ESCAPE', `${written} is no JSON escape`, 'write \\\\ for a backslash')
  return ''
}

/** A number; also whatever else begins like one (`+1`, `.5`, `0x10`, `5ms`, `-Infinity`), which is reported. */
export function readNumber(cursor: Cursor): JsonNode {
  const start = cursor.at
  const token = take(cursor, NUMBER_LIKE)!
  const place = placeOf(cursor, start, cursor.at)
  const value = NUMBER.test(token) ? Number(token) : Number.NaN
  if (Number.isFinite(value)) return { kind: 'number', place, value }
  complainOfNumber(cursor, [start, cursor.at], token)
  return { kind: 'invalid', place }
}

function complainOfNumber(cursor: Cursor, span: readonly [number, number], token: string): void {
  if (NOT_FINITE.test(token)) complain(cursor, span, 'NOT_A_NUMBER', `JSON has no ${token}`, DIGITS_HINT)
  else if (NUMBER.test(token)) complain(cursor, span, 'NUMBER_OVERFLOW', `${quote(token)} is too large`, DIGITS_HINT)
  else complain(cursor, span, 'BAD_NUMBER', `${quote(token)} is no JSON number`, hintForNumber(token))
}

function hintForNumber(token: string): string {
  if (parseDurationMs(token) !== null) return `a duration is a string: write ${quote(token)}`
  const plain = Number(token.replaceAll('_', ''))
  return Number.isFinite(plain) ? `write ${plain}` : DIGITS_HINT
}

const DIGITS_HINT = 'write digits, such as 12 or 0.5'

/** Behind a word that should be a string: only the quote before it was left out. */
function takeQuote(cursor: Cursor): void {
  if (cursor.text[cursor.at] === '"') cursor.at++
}

/** `true`, `false`, `null`; any other bare word is reported. Null where no word stands here. */
export function readWord(cursor: Cursor): JsonNode | null {
  const start = cursor.at
  const word = take(cursor, WORD)
  if (word === null) return null
  const place = placeOf(cursor, start, cursor.at)
  if (word === 'true' || word === 'false') return { kind: 'boolean', place, value: word === 'true' }
  if (word === 'null') return { kind: 'null', place }
  takeQuote(cursor)
  complainOfWord(cursor, [start, cursor.at], word)
  return { kind: 'invalid', place }
}

function complainOfWord(cursor: Cursor, span: readonly [number, number], word: string): void {
  if (NOT_FINITE.test(word)) {
    complain(cursor, span, 'NOT_A_NUMBER', `JSON has no ${word}`, DIGITS_HINT)
    return
  }
  const meant = suggest(word, ['true', 'false', 'null'])
  const hint = meant ? `did you mean ${meant}?` : `text stands in double quotes: write ${quote(word)}`
  complain(cursor, span, 'UNKNOWN_WORD', `${quote(word)} is no JSON value`, hint)
}

/** A key: a string, or a bare word, which is reported. Null where neither stands here, or the string has no end. */
export function readKey(cursor: Cursor): { key: string; start: number } | null {
  const start = cursor.at
  if (cursor.text[start] === '"' || cursor.text[start] === "'") {
    const node = readString(cursor)
    return node && { key: node.value, start }
  }
  const key = take(cursor, WORD)
  if (key !== null) takeQuote(cursor)
  if (key === null) return complainOfCharacter(cursor, 'a key in double quotes', 'write "key": value')
  complain(cursor, [start, cursor.at], 'UNQUOTED_KEY', 'keys stand in double quotes', `write ${quote(key)}`)
  return { key, start }
}

/** What stands here is none of what may stand here; `hint` is for what no better advice is known for. */
export function complainOfCharacter(cursor: Cursor, expected: string, hint: string): null {
  const point = cursor.text.codePointAt(cursor.at)
  if (point === undefined) return complainOfEnd(cursor)
  if (isAfterSwallower(cursor)) return null
  const character = String.fromCodePoint(point)
  const isPlain = point > 0x20 && point < 0x7f
  const shown = isPlain ? `'${character}'` : `U+${point.toString(16).toUpperCase().padStart(4, '0')}`
  const span = [cursor.at, cursor.at + character.length] as const
  const message = `expected ${expected}, found ${shown}`
  return complain(cursor, span, 'UNEXPECTED_CHARACTER', message, hintForCharacter(character) ?? hint)
}

function hintForCharacter(character: string): string | null {
  if ('“”„‟″'.includes(character)) return 'use the plain double quote "'
  if (character === ',') return 'delete this comma, or write before it what is missing'
  return /\s/.test(character) ? 'replace it by a plain space' : null
}
