/**
 * Retries of retries: they multiply when a system can bear it least. The built-in clients do not count, since they
 * send again only what nobody answered.
 */
import { sortByBehind } from './graph.ts'
import type { Report } from './json-tree.ts'
import { problemAt } from './json-tree.ts'
import type { Judged } from './judged.ts'
import { byPlaceWritten } from './judged.ts'
import type { ForwarderSpec, NodeId, NodeSpec } from './types.ts'
import { quote } from './visible.ts'

/** The way to a node on which most attempts can be made of one request. */
interface Way {
  readonly attempts: number
  /** The last on it that sends again, and the way to that one; null where none does. */
  readonly last: { readonly node: ForwarderSpec; readonly above: Way } | null
}

const START: Way = { attempts: 1, last: null }

export function warnOfRetries(judged: Judged, report: Report): void {
  const ways = waysOf(judged.topology.nodes)
  const nested = judged.topology.nodes.filter(
    (node): node is ForwarderSpec => node.role !== 'server' && ways.get(node.id)!.last?.node === node,
  )
  for (const [place, nodes] of byPlaceWritten(judged, nested, 'attempts')) {
    const { attempts, last } = nodes.map(({ id }) => ways.get(id)!).reduce(more)
    const above = last!.above.last
    if (!above) continue
    const product = `${factorsOf(last)} = up to ${attempts} attempts of one request`
    const message = `${quote(last!.node.id)} retries what ${quote(above.node.id)} retries too: ${product}`
    report(problemAt(place, 'NESTED_RETRIES', message, 'write "attempts": 1 here: one layer that retries is enough'))
  }
}

const FACTORS_TOLD_MAX = 8

/** From the entry down: `3 x 2 x 2`. */
function factorsOf(last: Way['last']): string {
  const factors: number[] = []
  for (let at = last; at; at = at.above.last) factors.unshift(at.node.attempts)
  return factors.length > FACTORS_TOLD_MAX ? `${factors.length} layers` : factors.join(' x ')
}

/** To each forwarder, itself included. */
function waysOf(nodes: readonly NodeSpec[]): ReadonlyMap<NodeId, Way> {
  const ways = new Map<NodeId, Way>()
  for (const node of sortByBehind(nodes).sorted) {
    if (node.role === 'server') continue
    const above = node.behind.map(id => ways.get(id)!).reduce(more, START)
    const { attempts } = node
    ways.set(node.id, attempts > 1 ? { attempts: above.attempts * attempts, last: { node, above } } : above)
  }
  return ways
}

function more(a: Way, b: Way): Way {
  return b.attempts > a.attempts ? b : a
}
