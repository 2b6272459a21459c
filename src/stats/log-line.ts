/**
 * One line of a log, in the shape of pino (https://github.com/pinojs/pino): a JSON object with level, time, pid and
 * msg, and here the node that it is about and the node's role. What a process prints otherwise is wrapped in one.
 */

/** By pino's names and numbers. */
export const LOG_LEVELS = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60 } as const
export type LogLevel = keyof typeof LOG_LEVELS
const NAMES = new Map<unknown, LogLevel>(Object.entries(LOG_LEVELS).map(([name, level]) => [level, name as LogLevel]))

/** Whose line it is. */
export interface LogSource {
  /** A node's id, `built-in clients`, or `launcher`. */
  readonly node: string
  /** Of the node, or `client`, or `launcher`. */
  readonly role: string
  readonly pid: number
}

export interface LogLine extends LogSource {
  /** Unix time. */
  readonly timeMs: number
  readonly level: LogLevel
  readonly msg: string
  /** All of it as one JSON object, without the line's end and without anything that a terminal would obey. */
  readonly text: string
  /** The name of the event that views are told the same by; null where this line alone tells it. */
  readonly event: string | null
  /** So many lines before this one are missing, which it is there to say. */
  readonly dropped: number
}

/** What a line says besides its sentence: anything that JSON can hold. */
export type LogFields = Readonly<Record<string, unknown>>

const RESERVED: ReadonlySet<string> = new Set(['level', 'time', 'pid', 'node', 'role', 'msg'])

/** JSON leaves these as they are, yet a terminal that shows the line would obey or hide them. */
const UNPRINTABLE = /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu

export function isAtLeast(level: LogLevel, least: LogLevel): boolean {
  return LOG_LEVELS[level] >= LOG_LEVELS[least]
}

/**
 * The fields stand beside the line's own and never in their place. What is longer than `bytesMax` loses its fields
 * first, then the end of its sentence; it must leave some 200 for the rest.
 */
export function makeLogLine(
  source: LogSource,
  timeMs: number,
  level: LogLevel,
  msg: string,
  fields: LogFields = {},
  bytesMax = Number.POSITIVE_INFINITY,
): LogLine {
  const write = (sentence: string, more: LogFields) => textOf(source, timeMs, level, sentence, more)
  let [sentence, text] = [msg, write(msg, fields)]
  if (isLonger(text, bytesMax)) text = write(msg, { cut: true })
  while (isLonger(text, bytesMax) && sentence.length > 0) {
    // Halved, since the characters of a sentence cost from one byte to six each.
    sentence = sentence.slice(0, sentence.length >> 1)
    text = write(`${sentence}…`, { cut: true })
  }
  const { node, role, pid } = source
  return { timeMs, level, node, role, pid, msg: sentence === msg ? msg : `${sentence}…`, text, ...markedBy(fields) }
}

/** No character takes more than three bytes of UTF-8, and few lines come near the limit. */
function isLonger(text: string, bytesMax: number): boolean {
  return text.length * 3 > bytesMax && new TextEncoder().encode(text).length > bytesMax
}

/** What a child printed that is none of its log's lines. */
export function wrapLine(source: LogSource, timeMs: number, level: LogLevel, printed: string): LogLine {
  return makeLogLine(source, timeMs, level, printed)
}

/** Null unless it is a line that this node's log writes. Whatever else it may be, nothing is thrown. */
export function parseLogLine(text: string, node: string): LogLine | null {
  const read = text.startsWith('{"level":') ? objectIn(text) : null
  if (!read) return null
  const { time: timeMs, pid, role, msg } = read
  const level = NAMES.get(read.level)
  if (level === undefined || read.node !== node || typeof role !== 'string' || typeof msg !== 'string') return null
  if (!Number.isSafeInteger(timeMs) || !Number.isSafeInteger(pid)) return null
  const own = { timeMs: timeMs as number, level, node, role, pid: pid as number, msg }
  return { ...own, text: printable(text), ...markedBy(read) }
}

function textOf({ pid, node, role }: LogSource, timeMs: number, level: LogLevel, msg: string, fields: LogFields) {
  const more = Object.entries(fields).filter(([name]) => !RESERVED.has(name))
  const head = { level: LOG_LEVELS[level], time: Math.round(timeMs), pid, node, role, msg }
  return printable(JSON.stringify({ ...head, ...Object.fromEntries(more) }))
}

function objectIn(text: string): Record<string, unknown> | null {
  try {
    const read: unknown = JSON.parse(text)
    return typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : null
  } catch {
    return null
  }
}

function markedBy({ event, dropped }: LogFields): Pick<LogLine, 'event' | 'dropped'> {
  const isCount = Number.isSafeInteger(dropped) && (dropped as number) > 0
  return { event: typeof event === 'string' ? event : null, dropped: isCount ? (dropped as number) : 0 }
}

/** In JSON these can only stand in strings, where an escape says the same. */
function printable(json: string): string {
  return json.replace(UNPRINTABLE, char => char.split('').map(escapeOf).join(''))
}

/** Of one UTF-16 unit. */
function escapeOf(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
