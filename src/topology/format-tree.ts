/** A topology as the tree that requests walk down, every default filled in: what `check` prints. */
import { childrenOf } from './graph.ts'
import { socketPathOf } from './socket-path.ts'
import { keyOf, writtenValue } from './spec-fields.ts'
import type { NodeId, NodeSpec, Role, Topology } from './types.ts'
import { visible } from './visible.ts'

/** A line of the tree, not yet padded. */
type Row = readonly [node: string, socket: string, parameters: string]

/** What the tree's first column and the path already say. */
const FIELDS_OF_PLACE: ReadonlySet<string> = new Set(['id', 'role', 'behind'])

/** The tree, the blocks that hold for all of it, and the counts. A node behind several others is told of once, and named where it recurs. */
export function formatTree(topology: Topology): string {
  const rows = treeRows(topology)
  const width = (column: 0 | 1) => Math.max(...rows.map(row => row[column].length))
  const [nodeWidth, socketWidth] = [width(0), width(1)]
  const lines = rows.map(([node, socket, parameters]) =>
    `${node.padEnd(nodeWidth)}  ${socket.padEnd(socketWidth)}  ${parameters}`.trimEnd(),
  )
  return [...lines, '', ...formatBlocks(topology), '', formatCounts(topology)].join('\n')
}

function treeRows(topology: Topology): Row[] {
  const children = childrenOf(topology.nodes)
  const told = new Map<NodeId, NodeId>()
  const rows: Row[] = []
  const walk = (node: NodeSpec, parent: NodeId, branch: string, indent: string) => {
    const earlier = told.get(node.id)
    if (earlier !== undefined) {
      rows.push([`${branch}${node.id} (also behind ${earlier})`, '', ''])
      return
    }
    told.set(node.id, parent)
    rows.push([`${branch}${node.id}`, visible(socketPathOf(topology.socketDir, node.id)), formatParameters(node)])
    const below = children.get(node.id)!
    below.forEach((child, index) => {
      const isLast = index === below.length - 1
      walk(child, node.id, `${indent}${isLast ? '└' : '├'} `, `${indent}${isLast ? ' ' : '│'} `)
    })
  }
  for (const node of topology.nodes) if (node.role === 'load-balancer') walk(node, '', '', '')
  return rows
}

function formatParameters(node: NodeSpec): string {
  const isShown = (field: string) =>
    !FIELDS_OF_PLACE.has(field) && !(field === 'weight' && node.role === 'load-balancer')
  return formatFields(Object.entries(node).filter(([field]) => isShown(field)))
}

function formatFields(fields: readonly [string, unknown][]): string {
  return fields.map(([field, value]) => `${keyOf(field)} ${writtenValue(field, value)}`).join(', ')
}

function formatBlocks({ load, health, restart, shutdown }: Topology): string[] {
  const blocks = Object.entries({ health, restart, shutdown })
  return [
    load.rate === 0 ? 'load: none (rate 0)' : `load: ${formatFields(Object.entries(load))}`,
    ...blocks.map(([name, block]) => `${name}: ${formatFields(Object.entries(block))}`),
  ]
}

function formatCounts({ nodes }: Topology): string {
  const count = (role: Role, one: string, many: string) => {
    const found = nodes.filter(node => node.role === role).length
    return `${found} ${found === 1 ? one : many}`
  }
  const counts = [
    count('load-balancer', 'load balancer', 'load balancers'),
    count('proxy', 'proxy', 'proxies'),
    count('server', 'server', 'servers'),
  ]
  return counts.join(', ')
}
