/** Which columns a width has room for, and how wide each is. Pure. */

import type { Column } from './columns.ts'
import { GAP } from './table-chars.ts'
import { clipMiddle, textWidth } from './text-width.ts'
import type { TreeRow } from './tree.ts'

/** The first column, the names, gives way down to this before any other column is dropped. */
const NAME_WIDTH_MIN = 16
/** And down to this before one of these goes: state and requests, or what the rows are sorted by. */
const NAME_WIDTH_LEAST = 8
const ESSENTIAL_PRIORITY_MIN = 80

export interface FittedColumn {
  readonly column: Column
  readonly width: number
  /** One per row, none wider than `width`. */
  readonly cells: readonly string[]
}

interface Candidate {
  readonly column: Column
  readonly natural: number
  readonly cells: readonly string[]
}

/** Drops columns by priority until the rest fits; then the names get what room is left, up to what they need. */
export function fitColumns(columns: readonly Column[], rows: readonly TreeRow[], width: number): FittedColumn[] {
  const candidates = columns.map(column => measure(column, rows))
  const kept = new Set(candidates)
  for (const weakest of [...candidates].sort((a, b) => a.column.priority - b.column.priority)) {
    if (kept.size === 1 || widthMinOf([...kept]) <= width) break
    kept.delete(weakest)
  }
  const rest = [...kept]
  const spare = width - widthMinOf(rest)
  return rest.map((candidate, i) => (i === 0 ? fitName(candidate, nameWidthMin(rest), spare) : asMeasured(candidate)))
}

function measure(column: Column, rows: readonly TreeRow[]): Candidate {
  const cells = rows.map(row => column.cell(row))
  const natural = Math.max(column.widthMin, column.title.length, ...cells.map(textWidth))
  return { column, natural, cells }
}

function widthMinOf(candidates: readonly Candidate[]): number {
  const widths = candidates.map(({ natural }, i) => (i === 0 ? Math.min(natural, nameWidthMin(candidates)) : natural))
  return widths.reduce((sum, each) => sum + each, GAP.length * (widths.length - 1))
}

function nameWidthMin(candidates: readonly Candidate[]): number {
  const isBare = candidates.every(({ column }) => column.priority >= ESSENTIAL_PRIORITY_MIN)
  return isBare ? NAME_WIDTH_LEAST : NAME_WIDTH_MIN
}

function fitName({ column, natural, cells }: Candidate, widthMin: number, spare: number): FittedColumn {
  const width = Math.max(1, Math.min(natural, Math.min(natural, widthMin) + spare))
  return { column, width, cells: cells.map(cell => clipMiddle(cell, width)) }
}

function asMeasured({ column, natural, cells }: Candidate): FittedColumn {
  return { column, width: natural, cells }
}
