/** What the keys do, what the states mean and what the columns hold, as lines for the live view. */
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
  ['/', 'filter by name, state or role'],
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

/** What no title says by itself, the most puzzling first. */
const COLUMN_NOTES: readonly (readonly [sign: string, meaning: string])[] = [
  ['~', 'perhaps more: it died'],
  ['+1', 'behind one more parent'],
  ['-', 'nothing to tell'],
  ['SHARE', 'of what its role receives'],
  ['EXPECT', 'share promised by policies'],
  ['INFLIGHT', 'held now'],
  ['ERRORS', 'failed + rejected'],
  ['P50 P99', 'in the node, in the last 2 s'],
  ['REQUESTS', 'received since the start'],
  ['REQ/S', 'of the last 2 s, as SHARE'],
  ['RESTARTS', 'of its process'],
  ['CPU', '100% is one core'],
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
  const right = namedLines(COLUMN_NOTES)
  const draw = ({ head, style, text }: HelpLine, width: number) =>
    paint(chalk, style, head) + clip(text, Math.max(0, width - textWidth(head)))
  const lines =
    columns < SIDE_BY_SIDE_COLUMNS_MIN
      ? [...left, BLANK, ...right].map(line => draw(line, columns))
      : left.map((line, i) => {
          const gap = ' '.repeat(LEFT_WIDTH - textWidth(line.head + line.text))
          const note = right[i]
          return draw(line, LEFT_WIDTH) + (note ? gap + draw(note, columns - LEFT_WIDTH) : '')
        })
  return lines.slice(0, Math.max(0, rows))
}

function namedLines(entries: readonly (readonly [name: string, meaning: string])[]): HelpLine[] {
  return entries.map(([name, text]) => ({ head: name.padEnd(KEY_WIDTH), style: 'strong', text }))
}

function stateLines(): HelpLine[] {
  return STATES.map(([state, text]) => {
    const { glyph, style } = STATE_LOOKS[state]
    return { head: `${glyph} ${state}`.padEnd(STATE_WIDTH), style, text }
  })
}
