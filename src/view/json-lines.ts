/** The view for scripts: one JSON object per line, a contract (see the README). */
import type { RunEvent, View } from '../stats/reports.ts'

/** Of the lines' form; goes up when a script that reads them could break. */
const VERSION = 1

/** JSON leaves these as they are, yet a terminal that shows the lines would obey or hide them. */
const UNPRINTABLE = /[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

export interface JsonViewOptions {
  write(text: string): void
}

/** Writes every report as one line, at once but for what comes before `ready`. */
export function makeJsonView({ write }: JsonViewOptions): View {
  const writeLine = (type: string, timeMs: number, rest: object) => {
    const line = JSON.stringify(bodyOf(type, timeMs, rest))
    write(`${line.replace(UNPRINTABLE, escapeChar)}\n`)
  }
  // A script's first line is `ready`: what happened before it is told after it, or before a summary without it.
  let early: RunEvent[] | null = []
  const writeEvent = (event: RunEvent) => writeLine('event', event.timeMs, eventBody(event))
  const writeEarly = () => {
    early?.forEach(writeEvent)
    early = null
  }
  return {
    ready: ({ timeMs, ...rest }) => {
      writeLine('ready', timeMs, rest)
      writeEarly()
    },
    stats: ({ timeMs, ...rest }) => writeLine('stats', timeMs, rest),
    event: event => {
      if (early) early.push(event)
      else writeEvent(event)
    },
    summary: ({ timeMs, violations, ...rest }) => {
      writeEarly()
      writeLine('summary', timeMs, { ...rest, laws: violations.length === 0 ? 'ok' : violations })
    },
    close: () => {},
  }
}

const RESERVED = new Set(['type', 'v', 'time', 'event', 'node', 'detail'])

function bodyOf(type: string, timeMs: number, rest: object): object {
  return { type, v: VERSION, time: Math.round(timeMs), ...rest }
}

/** An event as it stands in a line. */
export function eventObject(event: RunEvent): object {
  return bodyOf('event', event.timeMs, eventBody(event))
}

/** The event's own fields stand beside ours, and never in their place. */
function eventBody({ event, node, detail, fields = {} }: RunEvent): object {
  const own = Object.entries(fields).filter(([name]) => !RESERVED.has(name))
  return { event, node, detail, ...Object.fromEntries(own) }
}

function escapeChar(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
}
