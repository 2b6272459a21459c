/** How the lines of a screen are shared out between the table and the events. Pure. */
import { HEADER_LINES } from './table.ts'

export interface FramePlan {
  /** Lines of the table below its header. */
  readonly tableRows: number
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

/** The table first, but for a line or a few of events; then the events take what is left. */
export function planFrame(rows: number, nodes: number, bannerLines: number, events: number): FramePlan {
  const isAiry = rows >= AIRY_ROWS_MIN
  const blank = isAiry ? 1 : 0
  const room = Math.max(0, rows - FIXED_LINES - bannerLines - HEADER_LINES - blank)
  const roomBeside = (lines: number) => (isAiry && events > 0 ? room - blank - Math.min(events, lines) : room)
  const fitsWhole = nodes <= roomBeside(EVENTS_BESIDE_WHOLE)
  const tableRows = fitsWhole ? nodes : Math.min(nodes, Math.max(1, roomBeside(EVENTS_BESIDE_WINDOW)))
  const eventLines = Math.max(0, Math.min(events, room - tableRows - blank))
  return { tableRows, eventLines, isAiry }
}
