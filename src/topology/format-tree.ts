/**
 * A topology as the tree that requests walk down: what `check` prints. A node's line tells what matters most of it
 * and whatever is not as by default; below the tree stands, once for each role, what the lines leave out.
 */
import { deepEqual } from '../base/equal.ts'
import { DEFAULTS } from './defaults.ts'
import { childrenOf } from './graph.ts'
import { idlenessOf } from './key-use.ts'
import { ROLE_KEYS, ROLES } from './role-keys.ts'
import { LOAD_BALANCER_DEFAULTS, PROXY_DEFAULTS, SERVER_DEFAULTS } from './shapes.ts'
import { socketPathOf } from './socket-path.ts'
import { keyOf, writtenValue } from './spec-fields.ts'
import type { NodeId, NodeSpec, Role, Topology } from './types.ts'
import { visible } from './visible.ts'
import { wrapItems } from './wrap-items.ts'

/** A node, and what begins the lines below it that its own goes on in. */
interface Row {
  readonly head: string
  readonly stem: string
  readonly items: readonly string[]
}

/** Wide enough for most, narrow enough to read. */
const WIDTH_MAX = 120

/** What the nodes of a role show whatever it is. */
const CHIEF_KEYS: Readonly<Record<Role, readonly string[]>> = {
  'load-balancer': ['policy'],
  proxy: ['policy'],
  server: ['serviceTime', 'concurrency'],
}

const BUILT_IN: Readonly<Record<Role, Readonly<Record<string, unknown>>>> = {
  'load-balancer': LOAD_BALANCER_DEFAULTS,
  proxy: PROXY_DEFAULTS,
  server: SERVER_DEFAULTS,
}

/** The tree, what it leaves out, the blocks that hold for all of it, and the counts, in lines that fit so many columns. */
export function formatTree(topology: Topology, columns = WIDTH_MAX): string {
  const width = Math.min(columns, WIDTH_MAX)
  const rows = treeRows(topology)
  const headWidth = Math.max(...rows.map(({ head, items }) => (items.length === 0 ? 0 : head.length)))
  const tree = rows.flatMap(({ head, stem, items }) =>
    wrapItems(items, `${head.padEnd(headWidth)}  `, `${stem.padEnd(headWidth)}  `, width),
  )
  const [defaults, blocks] = [defaultRows(topology), blockRows(topology)]
  const nameWidth = Math.max(...[...defaults, ...blocks].map(([name]) => name.length))
  const table = (rows: readonly TableRow[]) => formatTable(rows, nameWidth, width)
  const leftOut = ['Where the tree says nothing else:', ...table(defaults), '']
  return [...tree, '', ...leftOut, ...table(blocks), '', formatCounts(topology)].join('\n')
}

/** A node behind several others is told of once, and named where it recurs. */
function treeRows(topology: Topology): Row[] {
  const children = childrenOf(topology.nodes)
  const told = new Map<NodeId, NodeId>()
  const rows: Row[] = []
  const walk = (node: NodeSpec, parent: NodeId, branch: string, indent: string) => {
    const earlier = told.get(node.id)
    if (earlier !== undefined) {
      rows.push({ head: `${branch}${node.id} (also behind ${earlier})`, stem: '', items: [] })
      return
    }
    told.set(node.id, parent)
    const below = children.get(node.id)!
    const stem = below.length === 0 ? indent : `${indent}│`
    rows.push({ head: `${branch}${node.id}`, stem, items: itemsOf(node) })
    below.forEach((child, index) => {
      const isLast = index === below.length - 1
      walk(child, node.id, `${indent}${isLast ? '└' : '├'} `, `${indent}${isLast ? ' ' : '│'} `)
    })
  }
  for (const node of topology.nodes) if (node.role === 'load-balancer') walk(node, '', '', '')
  return rows
}

/** What is chief first, then what is not as by default. */
function itemsOf(node: NodeSpec): string[] {
  const written = writtenOf(node)
  const chief = CHIEF_KEYS[node.role]
  const others = keysOf(node.role).filter(key => !chief.includes(key) && !isDefault(node, key))
  return [...chief, ...others].map(key => `${key} ${written.get(key)}`)
}

/** The keys that nodes of the role may have, in the table's order. */
function keysOf(role: Role): readonly string[] {
  return Object.keys(DEFAULTS[ROLE_KEYS[role].defaults])
}

/** The values of a spec by the file's keys, as the file would write them. */
function writtenOf(spec: object): ReadonlyMap<string, string> {
  return new Map(Object.entries(spec).map(([field, value]) => [keyOf(field), writtenValue(field, value)]))
}

function isDefault(node: NodeSpec, key: string): boolean {
  const [, value] = Object.entries(node).find(([field]) => keyOf(field) === key)!
  return deepEqual(value, BUILT_IN[node.role][key])
}

type TableRow = readonly [name: string, items: readonly string[]]

/** What some node of the role leaves out, if it does anything there. */
function defaultRows({ nodes }: Topology): TableRow[] {
  return ROLES.flatMap((role): TableRow[] => {
    const own = nodes.filter(node => node.role === role)
    const isLeftOut = (key: string) => own.some(node => isDefault(node, key) && !idlenessOf(key, node))
    const keys = keysOf(role).filter(key => !CHIEF_KEYS[role].includes(key) && isLeftOut(key))
    const table: Readonly<Record<string, unknown>> = DEFAULTS[ROLE_KEYS[role].defaults]
    return keys.length === 0 ? [] : [[role.replace('-', ' '), keys.map(key => `${key} ${table[key]}`)]]
  })
}

function blockRows({ load, health, restart, shutdown, socketDir }: Topology): TableRow[] {
  const rowOf = (name: 'load' | 'health' | 'restart' | 'shutdown', block: object): TableRow => {
    const written = writtenOf(block)
    const keys = Object.keys(DEFAULTS[name]).filter(key => !idlenessOf(key, block))
    return [name, keys.map(key => `${key} ${written.get(key)}`)]
  }
  return [
    load.rate === 0 ? ['load', ['none (rate 0)']] : rowOf('load', load),
    rowOf('health', health),
    rowOf('restart', restart),
    rowOf('shutdown', shutdown),
    ['sockets', [visible(socketPathOf(socketDir, '<id>'))]],
  ]
}

function formatTable(rows: readonly TableRow[], nameWidth: number, width: number): string[] {
  return rows.flatMap(([name, items]) =>
    wrapItems(items, `  ${name.padEnd(nameWidth)}  `, ' '.repeat(nameWidth + 4), width),
  )
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
