/**
 * That the nodes make a graph which can serve: no circles, and every forwarder has somebody to send to.
 * Asks nothing of the file but where each node stands in it.
 */
import { childrenOf, sortByBehind } from './graph.ts'
import type { Place, Report } from './json-tree.ts'
import { problemAt } from './json-tree.ts'
import type { NodeId, NodeSpec } from './types.ts'
import { quote } from './visible.ts'

/** Where a node's id stands in the file, and where it names one that it stands behind. */
export interface Locator {
  id(id: NodeId): Place
  behind(id: NodeId, parent: NodeId): Place
}

/** Reports circles of proxies, one problem for each, with the way around. */
export function checkCircles(nodes: readonly NodeSpec[], locate: Locator, report: Report): void {
  let { left } = sortByBehind(nodes)
  while (left.length > 0) {
    const circle = findCircle(left)
    const isOnCircle = new Set(circle)
    const first = circle[0]!
    const way = [...circle, first].join(' -> ')
    const place = locate.behind(first, circle.at(-1)!)
    const hint = 'a proxy cannot stand behind what stands behind it'
    report(problemAt(place, 'CYCLE', `requests would go in a circle: ${way}`, hint))
    left = sortByBehind(left.filter(node => !isOnCircle.has(node.id))).left
  }
}

/** From any of the nodes that no order has a place for, going up leads onto a circle. In the direction of requests. */
function findCircle(left: readonly NodeSpec[]): NodeId[] {
  const byId = new Map(left.map(node => [node.id, node]))
  const way = new Set<NodeId>()
  let id = left[0]!.id
  while (!way.has(id)) {
    way.add(id)
    id = byId.get(id)!.behind.find(parent => byId.has(parent))!
  }
  const ids = [...way]
  const circle = ids.slice(ids.indexOf(id)).reverse()
  const isOnCircle = new Set(circle)
  const start = circle.indexOf(left.find(node => isOnCircle.has(node.id))!.id)
  return [...circle.slice(start), ...circle.slice(0, start)]
}

/** Reports forwarders that nothing stands behind, and those behind which everything has weight 0. */
export function checkForwarders(nodes: readonly NodeSpec[], locate: Locator, report: Report): void {
  const children = childrenOf(nodes)
  for (const { id, role } of nodes) {
    if (role === 'server') continue
    const behind = children.get(id)!
    if (behind.length === 0) {
      const hint = `add "behind": "${id}" to a server, or delete ${id}`
      report(problemAt(locate.id(id), 'NOTHING_BEHIND', `nothing stands behind ${quote(id)}`, hint))
    } else if (behind.every(child => child.weight === 0)) {
      const hint = `give ${quote(behind[0]!.id)} a weight above 0`
      report(problemAt(locate.id(id), 'ALL_WEIGHTS_ZERO', `all that stands behind ${quote(id)} has weight 0`, hint))
    }
  }
}
