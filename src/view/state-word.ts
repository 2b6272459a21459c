/** A node's state as it is shown: what the launcher knows of its process, or that this gives no sign of life. Pure. */
import type { NodeStats, ProcessState } from '../stats/reports.ts'
import type { Style } from './styles.ts'

export type StateWord = ProcessState | 'hung'

interface StateLook {
  readonly glyph: string
  readonly style: Style
  /** The order of trouble: what is sorted by state has the greatest on top. */
  readonly urgency: number
}

/** Glyph, word and colour say the same three times: for colour-blind eyes, for plain text, for a glance. */
export const STATE_LOOKS: Readonly<Record<StateWord, StateLook>> = {
  starting: { glyph: '◐', style: 'busy', urgency: 5 },
  up: { glyph: '●', style: 'good', urgency: 2 },
  draining: { glyph: '◌', style: 'busy', urgency: 4 },
  hung: { glyph: '◆', style: 'bad', urgency: 6 },
  down: { glyph: '✖', style: 'bad', urgency: 7 },
  'crash-loop': { glyph: '▲', style: 'bad', urgency: 8 },
  stopped: { glyph: '○', style: 'dim', urgency: 1 },
}

/** Of a forwarder in panic: between `up` and `draining`. */
export const PANIC_URGENCY = 3

/** `hung` is no state of its own to the launcher: the process is there. */
export function stateWord({ state, hung }: Pick<NodeStats, 'state' | 'hung'>): StateWord {
  return hung && (state === 'up' || state === 'draining') ? 'hung' : state
}

/** `● up` */
export function stateText(node: Pick<NodeStats, 'state' | 'hung'>): string {
  const word = stateWord(node)
  return `${STATE_LOOKS[word].glyph} ${word}`
}

/** Whether the process should serve and does not. */
export function isTroubled(node: Pick<NodeStats, 'state' | 'hung'>): boolean {
  return STATE_LOOKS[stateWord(node)].style === 'bad'
}
