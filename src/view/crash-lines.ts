/** Nodes that die again and again: how they ended last, and what they said. Pure. */
import type { NodeStats } from '../stats/reports.ts'
import { countOf } from './figures.ts'
import { safe } from './sanitize.ts'
import { STATE_LOOKS } from './state-word.ts'
import { clip } from './text-width.ts'

type Crashed = Pick<NodeStats, 'id' | 'state' | 'lastExit' | 'lastLines'>

const { glyph: MARK } = STATE_LOOKS['crash-loop']
/** What it said: as many lines as tell an error and where it came from. */
const SAID_LINES_MAX = 3
const INDENT = '  '

/** Node.js writes it below every stack. */
const RUNTIME_LINE = /^Node\.js v\d/
/** `TypeError: x`, `Uncaught Error`, `udsim: Error: …` */
const ERROR_LINE = /^(\S+ )?\w*Error\b/

/** `▲ server-3 crash-loop after code 1` and what it said, in at most `linesMax` lines, none wider than `width`. */
export function crashLines(nodes: readonly Crashed[], width: number, linesMax: number): string[] {
  const looping = nodes.filter(({ state }) => state === 'crash-loop')
  const shown = looping.slice(0, looping.length <= linesMax ? linesMax : Math.max(0, linesMax - 1))
  const hidden = looping.length - shown.length
  const rest = hidden > 0 && linesMax > 0 ? [`${MARK} ${countOf(hidden, 'more node')} in a crash loop`] : []
  let room = linesMax - shown.length - rest.length
  const lines = shown.flatMap(node => {
    const said = saidLines(node.lastLines, Math.min(room, SAID_LINES_MAX))
    room -= said.length
    return [headOf(node), ...said.map(line => INDENT + safe(line))]
  })
  return [...lines, ...rest].map(line => clip(line, width))
}

/** The lines that `crashLines` would have for all of them. */
export function crashLinesWanted(nodes: readonly Crashed[]): number {
  return crashLines(nodes, 1, Number.POSITIVE_INFINITY).length
}

/** What it said last that tells something: the error with what follows, or else the end. */
export function saidLines(lines: readonly string[], linesMax: number): string[] {
  const telling = lines.filter(line => line.trim() !== '' && !RUNTIME_LINE.test(line))
  const error = telling.findIndex(line => ERROR_LINE.test(line))
  const from = error >= 0 ? error : Math.max(0, telling.length - linesMax)
  return telling.slice(from, from + Math.max(0, linesMax))
}

function headOf({ id, lastExit }: Crashed): string {
  return `${MARK} ${safe(id)} crash-loop after ${safe(lastExit ?? 'its start')}`
}
