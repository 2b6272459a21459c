/** How the lines of a screen are shared out between the table and the events. Pure. */
import { HEADER_LINES } from './table.ts'

export interface FramePlan {
  /** Lines of the table below its header. */
  readonly tableRows: number
  /** How nodes that die again and again ended. */
  readonly crashLines: number
  readonly eventLines: number
  /** Room for blank lines between the parts. */
  readonly isAiry: boolean
}

/** Below this, every line goes to figures. */
export const AIRY_ROWS_MIN = 14

/** Title and client line above, keys below. */
const FIXED_LINES = 3

/** Events of the last moments explain the table: so many lines where nodes scroll anyway, one where all can be seen. */
const EVENTS_BESIDE_WINDOW = 3
const EVENTS_BESIDE_WHOLE = 1

/** Of what crash loops say, while nodes scroll, and at most: events have their place too. */
const CRASH_BESIDE_WINDOW = 1
const CRASH_LINES_MAX = 6

/** A rejected edit is read whole, or not at all; on low terminals nodes are to be seen beside it. */
const BANNER_LINES: readonly (readonly [rowsMin: number, lines: number])[] = [
  [24, 5],
  [AIRY_ROWS_MIN, 3],
  [10, 2], // from here up, two nodes are in sight below the head
  [0, 1],
]

export function bannerLinesMax(rows: number): number {
  return BANNER_LINES.find(([rowsMin]) => rows >= rowsMin)![1]
}

/**
 * The table first, but for a line or a few of events, and never less than half; then the events take what is left, of
 * which crash loops have up to half.
 */
export function planFrame(
  rows: number,
  nodes: number,
  bannerLines: number,
  events: number,
  crashWanted = 0,
): FramePlan {
  const isAiry = rows >= AIRY_ROWS_MIN
  const blank = isAiry ? 1 : 0
  const room = Math.max(0, rows - FIXED_LINES - bannerLines - HEADER_LINES - blank)
  const below = events + crashWanted
  const roomBeside = (lines: number) => (isAiry && below > 0 ? room - blank - Math.min(below, lines) : room)
  const crashLeast = Math.min(crashWanted, CRASH_BESIDE_WINDOW)
  const fitsWhole = nodes <= roomBeside(EVENTS_BESIDE_WHOLE + crashLeast)
  const windowRows = Math.max(1, Math.ceil(room / 2), roomBeside(EVENTS_BESIDE_WINDOW + crashLeast))
  const tableRows = fitsWhole ? nodes : Math.min(nodes, windowRows)
  const left = Math.max(0, room - tableRows - blank)
  const crashLines = Math.min(crashWanted, CRASH_LINES_MAX, Math.max(left - events, Math.ceil(left / 2)))
  return { tableRows, crashLines, eventLines: Math.max(0, Math.min(events, left - crashLines)), isAiry }
}
