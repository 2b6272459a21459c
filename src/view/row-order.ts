/** Which rows the table has, and in what order. Pure. */
import type { StatsReport } from '../stats/reports.ts'
import type { Column } from './columns.ts'
import { COLUMNS } from './columns.ts'
import { stateWord } from './state-word.ts'
import type { TreeRow } from './tree.ts'
import { treeRows } from './tree.ts'

/** The title of a column; null for the order of the tree. */
export type SortTitle = string | null

export interface RowWish {
  readonly sortTitle: SortTitle
  /** Part of a name, or the beginning of a state, a health word or a role; '' for all. */
  readonly filter: string
}

/** More than any node's column: the one that the rows are sorted by stays in sight on any width. */
const SORTED_PRIORITY = 95

/** The tree; sorted or filtered, its rows without the lines that would join them. */
export function orderRows(report: Pick<StatsReport, 'nodes' | 'client'>, { sortTitle, filter }: RowWish): TreeRow[] {
  const tree = treeRows(report)
  if (sortTitle === null && filter === '') return tree
  const kept = tree.filter(row => matches(row, filter.toLowerCase()))
  const sorted = sortTitle === null ? kept : kept.sort(comparatorOf(sortTitle))
  return sorted.map(row => ({ ...row, branch: '' }))
}

/** The next title in the table's order, or the one before; the tree is between the last and the first. */
export function nextSort(sortTitle: SortTitle, step: 1 | -1): SortTitle {
  const titles = [null, ...COLUMNS.map(({ title }) => title)]
  const i = titles.indexOf(sortTitle) + step
  return titles.at(i % titles.length)!
}

/** The columns, with an arrow at the one that the rows are sorted by. */
export function markSorted(columns: readonly Column[], sortTitle: SortTitle): readonly Column[] {
  if (sortTitle === null) return columns
  return columns.map((column, i) => {
    if (column.title !== sortTitle) return column
    return {
      ...column,
      title: `${sortTitle}${i === 0 ? '↑' : '↓'}`,
      priority: Math.max(column.priority, SORTED_PRIORITY),
    }
  })
}

function matches({ node, health }: TreeRow, filter: string): boolean {
  const words = [node.state, stateWord(node), node.role, health.text, ...health.names, ...(node.panic ? ['panic'] : [])]
  return node.id.includes(filter) || words.some(word => word.startsWith(filter))
}

/** `server-2` before `server-10`. */
const NAMES = new Intl.Collator('en', { numeric: true })

/** Greatest first, nothing last, equal ones by name: rows that change places without a reason cannot be read. */
function comparatorOf(sortTitle: string): (a: TreeRow, b: TreeRow) => number {
  const { sortValue } = COLUMNS.find(({ title }) => title === sortTitle)!
  return (a, b) => compareValues(sortValue(b), sortValue(a)) || NAMES.compare(a.node.id, b.node.id)
}

/** No figure is below zero. */
function compareValues(a: number | null, b: number | null): number {
  return (a ?? -1) - (b ?? -1)
}
