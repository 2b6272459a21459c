/** The order of the table: every node under the one it stands behind. Pure. */
import type { NodeStats, StatsReport } from '../stats/reports.ts'
import type { NodeId } from '../topology/types.ts'
import { type HealthWord, healthWords } from './health-word.ts'

export interface TreeRow {
  readonly node: NodeStats
  /** `│ ├ `; empty for a root. */
  readonly branch: string
  /** How many more nodes it stands behind than the one that it is drawn under. */
  readonly moreParents: number
  readonly health: HealthWord
}

interface Place {
  readonly node: NodeStats
  /** What the lines of everything below this node begin with. */
  readonly indent: string
  readonly branch: string
}

/**
 * Rows depth first, siblings in their given order. A node behind several is drawn once, under the first of them that
 * is in the list; one behind none of the list is a root. Walks with a stack of its own: a chain may be long.
 */
export function treeRows(report: Pick<StatsReport, 'nodes' | 'client'>): TreeRow[] {
  const { nodes } = report
  const health = healthWords(report)
  const ids = new Set(nodes.map(node => node.id))
  const childrenOf = groupByParent(nodes, ids)
  const rows: TreeRow[] = []
  const placed = new Set<NodeId>()
  const walk = (root: NodeStats) => {
    const stack: Place[] = [{ node: root, indent: '', branch: '' }]
    for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
      if (placed.has(place.node.id)) continue
      placed.add(place.node.id)
      rows.push({
        node: place.node,
        branch: place.branch,
        moreParents: moreParents(place.node, ids),
        health: health.get(place.node.id)!,
      })
      stack.push(...placesBelow(place, childrenOf.get(place.node.id) ?? []).reverse())
    }
  }
  for (const node of nodes) if (parentOf(node, ids) === null) walk(node)
  // Removed nodes keep what they stood behind, so two of them may point at each other: draw those as roots.
  for (const node of nodes) if (!placed.has(node.id)) walk(node)
  return rows
}

function groupByParent(nodes: readonly NodeStats[], ids: ReadonlySet<NodeId>): Map<NodeId, NodeStats[]> {
  const childrenOf = new Map<NodeId, NodeStats[]>()
  for (const node of nodes) {
    const parent = parentOf(node, ids)
    if (parent === null) continue
    const siblings = childrenOf.get(parent)
    if (siblings) siblings.push(node)
    else childrenOf.set(parent, [node])
  }
  return childrenOf
}

function parentOf(node: NodeStats, ids: ReadonlySet<NodeId>): NodeId | null {
  return node.behind.find(id => ids.has(id)) ?? null
}

function moreParents(node: NodeStats, ids: ReadonlySet<NodeId>): number {
  return Math.max(0, node.behind.filter(id => ids.has(id)).length - 1)
}

function placesBelow(parent: Place, children: readonly NodeStats[]): Place[] {
  return children.map((node, i) => {
    const isLast = i === children.length - 1
    return {
      node,
      branch: `${parent.indent}${isLast ? '└' : '├'} `,
      indent: `${parent.indent}${isLast ? '  ' : '│ '}`,
    }
  })
}
