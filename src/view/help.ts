/** What the keys do, what states and health words mean and what the columns hold, as lines for the live view. */
import type { ChalkInstance } from 'chalk'
import type { ProcessState } from '../stats/reports.ts'
import { STATE_LOOKS } from './columns.ts'
import type { Style } from './styles.ts'
import { paint } from './styles.ts'
import { clip, textWidth } from './text-width.ts'

/** The most needed first: a low terminal shows the beginning. No text is longer than 40 columns have room for. */
const KEYS: readonly (readonly [keys: string, effect: string])[] = [
  ['q Ctrl-C', 'quit in order; again: at once'],
  ['↑ ↓ j k', 'mark a row; it stays in sight'],
  ['PgUp PgDn', 'mark ten further; Home, End'],
  ['s S', 'sort by next, previous column'],
  ['/', 'filter by name, state, health'],
  ['Esc', 'no filter, then no selection'],
  ['p', 'stand still; the run goes on'],
  ['Ctrl-Z', 'suspend the run; fg resumes it'],
  ['Ctrl-L', 'draw the screen anew'],
]

const STATES: readonly (readonly [state: ProcessState, meaning: string])[] = [
  ['starting', 'started, not ready yet'],
  ['up', 'ready, takes requests'],
  ['draining', 'finishes what it has'],
  ['down', 'died, starts again soon'],
  ['crash-loop', 'dies again and again'],
  ['stopped', 'ended, or removed'],
]

/** Of a node in panic, beside its state. */
const PANIC_NOTE = ['+ panic', 'few are well: it uses all'] as const

/** What parents see; the most usual first. */
const HEALTH_NOTES: readonly (readonly [sign: string, style: Style, meaning: string])[] = [
  ['HEALTH', 'strong', 'what its parents see of it'],
  ['ejected', 'bad', 'it fails: skipped for now'],
  ['probing', 'busy', 'one request tries it'],
  ['40%', 'busy', 'is back: its share grows'],
  ['silent', 'bad', 'runs, and does not answer'],
  ['lost', 'bad', 'its process is gone'],
  ['drain', 'warn', 'edited: takes nothing new'],
  ['maint', 'warn', 'edited: out of use'],
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
  ['RETRIED', 'sent once more, elsewhere'],
  ['P50 P99', 'in the node, in the last 2 s'],
  ['REQ/S', 'of the last 2 s, as SHARE'],
]

const KEY_WIDTH = 10
const STATE_WIDTH = 14
/** From here up, the columns stand beside keys and states, else below. */
const SIDE_BY_SIDE_COLUMNS_MIN = 80
const LEFT_WIDTH = 42

interface HelpLine {
  /** Uncoloured, with the blanks up to its text. */
  readonly head: string
  readonly style: Style
  readonly text: string
}

const BLANK: HelpLine = { head: '', style: 'plain', text: '' }

/** At most `rows` lines, none wider than `columns`. */
export function helpLines(columns: number, rows: number, chalk: ChalkInstance): string[] {
  const left = [...namedLines(KEYS), BLANK, ...stateLines()]
  const right = [...healthLines(), ...namedLines(COLUMN_NOTES)]
  const draw = ({ head, style, text }: HelpLine, width: number) =>
    paint(chalk, style, head) + clip(text, Math.max(0, width - textWidth(head)))
  const drawBoth = (i: number) => {
    const [line = BLANK, note] = [left[i], right[i]]
    const gap = ' '.repeat(LEFT_WIDTH - textWidth(line.head + line.text))
    return draw(line, LEFT_WIDTH) + (note ? gap + draw(note, columns - LEFT_WIDTH) : '')
  }
  const lines =
    columns < SIDE_BY_SIDE_COLUMNS_MIN
      ? [...left, BLANK, ...right].map(line => draw(line, columns))
      : Array.from({ length: Math.max(left.length, right.length) }, (_, i) => drawBoth(i))
  return lines.slice(0, Math.max(0, rows))
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
