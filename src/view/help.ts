/** What the keys do and what the states mean, as lines for the live view. */
import type { ChalkInstance } from 'chalk'
import type { ProcessState } from '../stats/reports.ts'
import { STATE_LOOKS } from './columns.ts'
import { paint } from './styles.ts'
import { clip } from './text-width.ts'

/** The most needed first: a low terminal shows the beginning. No text is longer than 40 columns have room for. */
const KEYS: readonly (readonly [keys: string, effect: string])[] = [
  ['q Ctrl-C', 'quit in order; again: at once'],
  ['↑ ↓ j k', 'select; PgUp PgDn Home End'],
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

const KEY_WIDTH = 10
const STATE_WIDTH = 14

/** At most `rows` lines, none wider than `columns`. */
export function helpLines(columns: number, rows: number, chalk: ChalkInstance): string[] {
  const keys = KEYS.map(
    ([name, effect]) => [paint(chalk, 'strong', name.padEnd(KEY_WIDTH)), effect, KEY_WIDTH] as const,
  )
  const states = STATES.map(([state, meaning]) => {
    const { glyph, style } = STATE_LOOKS[state]
    return [paint(chalk, style, `${glyph} ${state}`.padEnd(STATE_WIDTH)), meaning, STATE_WIDTH] as const
  })
  const lines = [...keys, ['', '', 0] as const, ...states].map(
    ([head, text, width]) => head + clip(text, Math.max(0, columns - width)),
  )
  return lines.slice(0, Math.max(0, rows))
}
