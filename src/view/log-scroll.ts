/** Which lines of a node's log are in sight, and how a key moves them. Pure. */
import type { LogLine } from '../stats/log-line.ts'
import type { NodeId } from '../topology/types.ts'
import type { Key } from './keys.ts'

export interface LogPlace {
  readonly id: NodeId
  /** The last line in sight, itself and not its index: lines come and go at both ends. Null: whatever is newest. */
  readonly last: LogLine | null
}

/** All lines that are kept, oldest first, and how many of them are in sight. */
export interface LogWindow {
  readonly lines: readonly LogLine[]
  readonly rows: number
}

export const NO_LOG: LogWindow = { lines: [], rows: 0 }

/** The indices of the first line in sight and of the one behind the last. */
export function linesInSight({ last }: LogPlace, { lines, rows }: LogWindow): { first: number; end: number } {
  const at = last === null ? -1 : lines.lastIndexOf(last)
  // A line that is no longer kept was older than all that are.
  const wished = last === null ? lines.length : at + 1
  const end = Math.min(lines.length, Math.max(wished, rows))
  return { first: Math.max(0, end - rows), end }
}

/** Null for a key that moves nothing. At the newest line, those that come follow. */
export function stepScroll(place: LogPlace, key: Key, window: LogWindow): LogPlace | null {
  const by = MOVES[key]?.(Math.max(1, window.rows - 1))
  if (by === undefined) return null
  const { lines, rows } = window
  const end = Math.max(Math.min(rows, lines.length), linesInSight(place, window).end + by)
  return { ...place, last: end >= lines.length ? null : lines[end - 1]! }
}

/** As pagers have them. A page keeps one line in sight. */
const MOVES: Readonly<Record<Key, (page: number) => number>> = {
  up: () => -1,
  k: () => -1,
  down: () => 1,
  j: () => 1,
  'page-up': page => -page,
  b: page => -page,
  'page-down': page => page,
  ' ': page => page,
  home: () => Number.NEGATIVE_INFINITY,
  g: () => Number.NEGATIVE_INFINITY,
  end: () => Number.POSITIVE_INFINITY,
  G: () => Number.POSITIVE_INFINITY,
}
