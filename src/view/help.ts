/**
 * What the keys do, what states and health words mean and what the columns hold, as pages for the live view: as many as
 * a terminal of this size needs.
 */
import type { ChalkInstance } from 'chalk'
import { STATE_LOOKS, type StateWord } from './state-word.ts'
import type { Style } from './styles.ts'
import { paint } from './styles.ts'
import { clip, textWidth } from './text-width.ts'

/** The most needed first: a low terminal shows the beginning. No line of the help is longer than 39 cells. */
const KEYS: readonly (readonly [keys: string, effect: string])[] = [
  ['q Ctrl-C', 'quit in order; again: at once'],
  ['↑ ↓ j k', 'mark a row for the keys below'],
  ['x', 'kill -9 it: it is started anew'],
  ['r', 'restart it, losing no request'],
  ['z', 'freeze it; again: it goes on'],
  ['d', 'drain it; again: it is back'],
  ['l', 'its log; q: back to the table'],
  ['+ -', 'twice, half the requests'],
  ['R', 'run what the file says'],
  ['PgUp PgDn', 'mark ten further; Home, End'],
  ['s S', 'sort by next, previous column'],
  ['/', 'filter by name, state, health'],
  ['Esc', 'no filter; then none marked'],
  ['p', 'stand still; the run goes on'],
  ['Ctrl-Z', 'suspend all; fg resumes it'],
  ['Ctrl-L', 'draw the screen anew'],
]

const STATES: readonly (readonly [state: StateWord, meaning: string])[] = [
  ['starting', 'started, not ready yet'],
  ['up', 'ready, takes requests'],
  ['draining', 'finishes what it has'],
  ['hung', 'runs, no sign of life'],
  ['down', 'died, starts again soon'],
  ['crash-loop', 'dies again and again'],
  ['stopped', 'ended, or removed'],
]

/** Of a node in panic, beside its state. */
const PANIC_NOTE = ['+ panic', 'few are well: uses all'] as const

/** What parents see; the most usual first. */
const HEALTH_NOTES: readonly (readonly [sign: string, style: Style, meaning: string])[] = [
  ['HEALTH', 'strong', 'what its parents see of it'],
  ['ejected', 'bad', 'it fails: left out for a time'],
  ['probing', 'busy', 'one request tries it'],
  ['40%', 'busy', 'is back: its share grows'],
  ['silent', 'bad', 'runs, and does not answer'],
  ['lost', 'bad', 'its process is gone'],
  ['drain', 'warn', 'set so: takes nothing new'],
  ['maint', 'warn', 'set so: out of use'],
  ['1/2 ok', 'warn', 'one of two parents uses it'],
  ['backup', 'dim', 'used when others are gone'],
]

/** What no title says by itself, the most puzzling first. */
const COLUMN_NOTES: readonly (readonly [sign: string, meaning: string])[] = [
  ['~', 'perhaps more: it died'],
  ['+1', 'behind one more parent'],
  ['-', 'nothing to tell'],
  ['SHARE', 'of what its role receives'],
  ['EXPECT', 'share promised by policies'],
  ['INFLIGHT', 'held now'],
  ['QUEUED', 'of these, waiting'],
  ['ERRORS', 'failed + rejected'],
  ['RETRIED', 'sent once more'],
  ['P50 P99', 'in the node, in the last 2 s'],
  ['REQ/S', 'of the last 2 s, as SHARE'],
]

const KEY_WIDTH = 10
const STATE_WIDTH = 14
/** Of a column and the gap behind it: two fit 80 cells, and three 120, since the last needs no gap. */
const FIRST_COLUMN_WIDTH = 41
const COLUMN_WIDTH = 40

interface HelpLine {
  /** Uncoloured, with the blanks up to its text. */
  readonly head: string
  readonly style: Style
  readonly text: string
}

/** From top to bottom. */
type HelpColumn = readonly HelpLine[]

const BLANK: HelpLine = { head: '', style: 'plain', text: '' }

/** How many pages there are on so many lines. */
export function helpPageCount(columns: number, rows: number): number {
  return Math.ceil(helpColumns(rows).length / columnsBeside(columns))
}

/** At most `rows` lines, none wider than `columns`; the pages go round. */
export function helpLines(columns: number, rows: number, chalk: ChalkInstance, page = 0): string[] {
  if (rows < 1) return []
  const beside = columnsBeside(columns)
  const first = (page % helpPageCount(columns, rows)) * beside
  const shown = helpColumns(rows).slice(first, first + beside)
  const lineCount = Math.max(...shown.map(({ length }) => length))
  return Array.from({ length: lineCount }, (_, i) =>
    drawBeside(
      shown.map(column => column[i] ?? BLANK),
      columns,
      chalk,
    ),
  )
}

function columnsBeside(columns: number): number {
  return Math.max(1, 1 + Math.floor((columns - FIRST_COLUMN_WIDTH + 1) / COLUMN_WIDTH))
}

/** Blocks stay whole where a column has room for one; where the next fits below the last, it goes there. */
function helpColumns(rows: number): HelpColumn[] {
  const height = Math.max(1, rows)
  const columns: HelpLine[][] = []
  for (const block of [namedLines(KEYS), stateLines(), healthLines(), namedLines(COLUMN_NOTES)]) {
    const last = columns.at(-1)
    if (last && last.length + 1 + block.length <= height) last.push(BLANK, ...block)
    else for (let at = 0; at < block.length; at += height) columns.push(block.slice(at, at + height))
  }
  return columns
}

function drawBeside(lines: readonly HelpLine[], columns: number, chalk: ChalkInstance): string {
  let room = columns
  const cells = lines.map((line, i) => {
    const width = Math.min(room, i === 0 ? FIRST_COLUMN_WIDTH : COLUMN_WIDTH)
    room -= width
    const text = clip(line.text, Math.max(0, width - textWidth(line.head)))
    const isLast = lines.slice(i + 1).every(next => next === BLANK)
    const gap = isLast ? '' : ' '.repeat(Math.max(0, width - textWidth(line.head + text)))
    return paint(chalk, line.style, line.head) + text + gap
  })
  return cells.join('').trimEnd()
}

function healthLines(): HelpLine[] {
  return HEALTH_NOTES.map(([sign, style, text]) => ({ head: sign.padEnd(KEY_WIDTH), style, text }))
}

function namedLines(entries: readonly (readonly [name: string, meaning: string])[]): HelpLine[] {
  return entries.map(([name, text]) => ({ head: name.padEnd(KEY_WIDTH), style: 'strong', text }))
}

function stateLines(): HelpLine[] {
  const lines = STATES.map(([state, text]): HelpLine => {
    const { glyph, style } = STATE_LOOKS[state]
    return { head: `${glyph} ${state}`.padEnd(STATE_WIDTH), style, text }
  })
  const [sign, text] = PANIC_NOTE
  return [...lines, { head: sign.padEnd(STATE_WIDTH), style: 'warn', text }]
}
