/**
 * A strict JSON reader that says where everything stands, which JSON.parse does not, and keeps going after what it
 * can make sense of (comments, trailing commas, keys given twice), so that all problems of a file come at once.
 */

import type { Cursor } from './json-cursor.ts'
import { complain, complainOfEnd, describeOpen, isAfterSwallower, makeCursor, placeOf, skipGap } from './json-cursor.ts'
import { complainOfCharacter, readKey, readNumber, readString, readWord } from './json-scalars.ts'
import type { JsonMember, JsonNode, Place, Report } from './json-tree.ts'
import { problemAt } from './json-tree.ts'
import { byteLength } from './socket-path.ts'
import { quote } from './visible.ts'

export const FILE_BYTES_MAX = 1_048_576
export const DEPTH_MAX = 32

/** Names through which plain objects reach their prototypes. */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** What the file as a whole is blamed for is shown at its first character. */
const START: Place = { path: '', line: 1, column: 1, length: 1 }

/**
 * Reads a whole text. Columns count UTF-16 units from 1; a byte order mark counts nothing. Null where the text could
 * not be read to its end; where problems were reported, the tree is as good as could be made of the text.
 */
export function readJson(text: string, report: Report): JsonNode | null {
  if (!checkSize(text, report)) return null
  const cursor = makeCursor(withoutMark(text), report)
  skipGap(cursor)
  if (cursor.at === cursor.text.length) {
    report(problemAt(START, 'EMPTY_FILE', 'the file is empty', EMPTY_HINT))
    return null
  }
  const tree = readValue(cursor)
  return tree && isOver(cursor) ? tree : null
}

const EMPTY_HINT = 'begin with { "loadBalancers": [{ "id": "lb" }], "servers": [{ "id": "server-1" }] }'

/** The text without the byte order mark that some editors write first. */
export function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}

function checkSize(text: string, report: Report): boolean {
  const bytes = byteLength(text)
  if (bytes <= FILE_BYTES_MAX) return true
  const message = `the file is ${(bytes / FILE_BYTES_MAX).toFixed(1)} MiB, the limit is 1 MiB`
  report(problemAt(START, 'FILE_TOO_LARGE', message, 'use "replicas" for nodes that are alike'))
  return false
}

/** False where so much follows that what was read may be the lesser part; what follows is reported. */
function isOver(cursor: Cursor): boolean {
  skipGap(cursor)
  const { at, text } = cursor
  if (at === text.length) return true
  const hint = 'delete it, or look above for a bracket that closes too early'
  complain(cursor, [at, text.length], 'EXTRA_TEXT', 'text follows the end of the JSON value', hint)
  return /^[\s\]},]*$/.test(text.slice(at))
}

function readValue(cursor: Cursor): JsonNode | null {
  const character = cursor.text[cursor.at]
  if (character === '{') return readObject(cursor)
  if (character === '[') return readArray(cursor)
  if (character === '"' || character === "'") return readString(cursor)
  if (character !== undefined && '-+.0123456789'.includes(character)) return readNumber(cursor)
  return readWord(cursor) ?? complainOfCharacter(cursor, 'a value', VALUE_HINT)
}

const VALUE_HINT = 'a value is text in double quotes, a number, true, false, null, a list [ ] or an object { }'

function readArray(cursor: Cursor): JsonNode | null {
  const start = cursor.at
  const items: JsonNode[] = []
  const isRead = readList(cursor, ']', () => {
    const item = readAt(cursor, `${cursor.path}[${items.length}]`, readValue)
    if (item) items.push(item)
    return item !== null
  })
  return isRead ? { kind: 'array', place: placeOf(cursor, start, cursor.at), items } : null
}

function readObject(cursor: Cursor): JsonNode | null {
  const start = cursor.at
  const members = new Map<string, JsonMember>()
  const isRead = readList(cursor, '}', () => {
    const member = readMember(cursor)
    if (member && isNewKey(cursor, member, members.get(member.key))) members.set(member.key, member)
    return member !== null
  })
  return isRead ? { kind: 'object', place: placeOf(cursor, start, cursor.at), members: [...members.values()] } : null
}

function readMember(cursor: Cursor): JsonMember | null {
  const found = readKey(cursor)
  if (!found) return null
  const path = joinKey(cursor.path, found.key)
  const place = { ...placeOf(cursor, found.start, cursor.at), path }
  skipGap(cursor)
  if (cursor.text[cursor.at] !== ':') {
    const expected = `':' after the key ${quote(found.key)}`
    return complainOfCharacter(cursor, expected, `write ${quote(found.key)}: and then the value`)
  }
  cursor.at++
  skipGap(cursor)
  const value = readAt(cursor, path, readValue)
  return value && { key: found.key, place, value }
}

function joinKey(path: string, key: string): string {
  if (!/^[$\w-]+$/.test(key)) return `${path}[${quote(key)}]`
  return path === '' ? key : `${path}.${key}`
}

function readAt(cursor: Cursor, path: string, read: (cursor: Cursor) => JsonNode | null): JsonNode | null {
  const outer = cursor.path
  cursor.path = path
  const node = read(cursor)
  cursor.path = outer
  return node
}

function isNewKey(cursor: Cursor, { key, place }: JsonMember, earlier: JsonMember | undefined): boolean {
  if (FORBIDDEN_KEYS.has(key)) {
    cursor.report(problemAt(place, 'FORBIDDEN_KEY', `the key ${quote(key)} is forbidden`, 'delete it'))
    return false
  }
  if (!earlier) return true
  const lines = `lines ${earlier.place.line} and ${place.line}`
  cursor.report(problemAt(place, 'DUPLICATE_KEY', `${place.path} is given twice (${lines})`, 'keep one of them'))
  return false
}

/** From an opening bracket to its close, with commas between; false where the text makes no sense any more. */
function readList(cursor: Cursor, close: ']' | '}', readItem: () => boolean): boolean {
  if (cursor.opened.length === DEPTH_MAX) {
    const message = `lists and objects lie more than ${DEPTH_MAX} deep`
    complain(
      cursor,
      [cursor.at, cursor.at + 1],
      'TOO_DEEP',
      message,
      'close a bracket before this: a topology has a few levels',
    )
    return false
  }
  cursor.opened.push(cursor.at++)
  skipGap(cursor)
  while (cursor.text[cursor.at] !== close) {
    if (!readItem() || !readSeparator(cursor, close)) return false
    skipGap(cursor)
  }
  cursor.at++
  cursor.opened.pop()
  return true
}

/** The comma after an item, if the list goes on; one too many or too few is reported and read over. */
function readSeparator(cursor: Cursor, close: ']' | '}'): boolean {
  skipGap(cursor)
  const { text, at } = cursor
  if (text[at] === close) return true
  if (text[at] === undefined) return complainOfEnd(cursor) !== null
  if (text[at] !== ',') return readOverGap(cursor, close)
  cursor.at++
  skipGap(cursor)
  if (text[cursor.at] === close) {
    const hint = 'delete it: JSON allows no comma before a closing bracket'
    complain(cursor, [at, at + 1], 'TRAILING_COMMA', `no comma may stand before '${close}'`, hint)
  }
  return true
}

function readOverGap(cursor: Cursor, close: ']' | '}'): boolean {
  const { text, at } = cursor
  const startsItem = close === '}' ? /["']/ : /["'{[\d-]/
  if (!startsItem.test(text[at]!)) {
    const opened = describeOpen(cursor, cursor.opened.at(-1)!)
    const isOtherClose = text[at] === ']' || text[at] === '}'
    const hint = isOtherClose ? `add '${close}' before this` : `separate by ',' what belongs here, and delete the rest`
    return complainOfCharacter(cursor, `',' or '${close}' (${opened})`, hint) !== null
  }
  if (isAfterSwallower(cursor)) return true
  complain(
    cursor,
    [at, at + 1],
    'MISSING_COMMA',
    'a comma is missing before this',
    `write ',' after what stands before`,
  )
  return true
}
