/** A line of a node's log as a person reads it: time, level, sentence, then what else it says. Pure. */
import type { ChalkInstance } from 'chalk'
import type { LogLevel, LogLine } from '../stats/log-line.ts'
import { formatTimeOfDay } from './figures.ts'
import { safe } from './sanitize.ts'
import type { Style } from './styles.ts'
import { paint } from './styles.ts'
import { clip, textWidth } from './text-width.ts'

const STYLES: Readonly<Record<LogLevel, Style>> = {
  trace: 'dim',
  debug: 'dim',
  info: 'good',
  warn: 'warn',
  error: 'bad',
  fatal: 'bad',
}

const GAP = ' '
const LEVEL_WIDTH = 5
/** From here up there is room for milliseconds. */
const MILLISECONDS_COLUMNS_MIN = 80
/** Of what a field holds, so that a long one leaves room for the next. */
const VALUE_WIDTH_MAX = 40
/** More than any terminal is wide: the rest of a line is not looked at. */
const CHARS_MAX = 2_000

/** Told otherwise on the screen, or the same in every line of a node. */
const TOLD: ReadonlySet<string> = new Set(['level', 'time', 'pid', 'node', 'role', 'msg', 'event', 'dropped'])

/** One row, never wider than `columns`: `12:03:11.250 warn  queue is full queue=64`. */
export function logText(line: LogLine, columns: number, chalk: ChalkInstance): string {
  const time = timeText(line.timeMs, columns)
  const head = textWidth(time) + GAP.length + LEVEL_WIDTH + GAP.length
  const body = `${line.msg.slice(0, CHARS_MAX)}${fieldsText(line.text)}`
  const level = paint(chalk, STYLES[line.level], line.level.padEnd(LEVEL_WIDTH))
  return `${paint(chalk, 'dim', time)}${GAP}${level}${GAP}${clip(safe(body), columns - head)}`
}

function timeText(timeMs: number, columns: number): string {
  const time = formatTimeOfDay(timeMs)
  if (columns < MILLISECONDS_COLUMNS_MIN) return time
  return `${time}.${String(Math.floor(timeMs) % 1_000).padStart(3, '0')}`
}

function fieldsText(text: string): string {
  const fields = Object.entries(objectIn(text)).filter(([name]) => !TOLD.has(name))
  return fields
    .map(([name, value]) => ` ${name}=${clip(safe(valueText(value)), VALUE_WIDTH_MAX)}`)
    .join('')
    .slice(0, CHARS_MAX)
}

function objectIn(text: string): object {
  try {
    const read: unknown = JSON.parse(text)
    return typeof read === 'object' && read !== null ? read : {}
  } catch {
    return {}
  }
}

/** In quotes where a blank or a quote would hide where it ends. */
function valueText(value: unknown): string {
  return typeof value === 'string' && !/[\s"=]/.test(value) && value !== '' ? value : JSON.stringify(value)
}
