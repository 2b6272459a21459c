/**
 * From changes to steps, as data. Whoever applies them one after another never routes to a node that does not
 * listen yet, and never drains one that is still sent to. An edit of the file and every other way to change a
 * running topology act through this.
 */
import { deepEqual } from '../base/equal.ts'
import { describeBlock, describeBlocks, describeChange } from './describe.ts'
import { readJson } from './json-reader.ts'
import { memberOf, NOWHERE, problemAt } from './json-tree.ts'
import { startOrder, stopOrder } from './order.ts'
import type { NodeId, NodeSpec, Problem, Topology, TopologyChange } from './types.ts'
import { clientWiringOf, wiringOf } from './wiring.ts'

export type PlanStep =
  /** Start a node that was not there, and wait until it is ready. */
  | { readonly kind: 'start'; readonly id: NodeId; readonly line: string }
  /** Start a new process for a node that took another role; the old one drains once nobody is routed to it. */
  | { readonly kind: 'replace'; readonly id: NodeId; readonly line: string }
  /** Hand a running node its new Wiring. Without a line where only its neighbours changed. */
  | { readonly kind: 'route'; readonly id: NodeId; readonly line: string | null }
  /** Hand the built-in clients theirs. */
  | { readonly kind: 'load'; readonly line: string | null }
  /** Let a removed node finish, then stop it. */
  | { readonly kind: 'drain'; readonly id: NodeId; readonly line: string }

/**
 * The steps in the order in which they must be applied: starts and replacements (leaves first), routing, the
 * clients, drains (entry first). Changes of `restart` and `shutdown` alone need none: the launcher keeps those.
 */
export function plan(changes: readonly TopologyChange[], before: Topology, after: Topology): PlanStep[] {
  const byId = new Map(changes.map(change => [idOf(change), change]))
  return [
    ...startSteps(byId, after),
    ...routeSteps(byId, before, after),
    ...loadSteps(byId, before, after),
    ...stopOrder(before).flatMap(({ id }) => {
      const change = byId.get(id)
      return change?.kind === 'removed' ? [{ kind: 'drain', id, line: describeChange(change) } as const] : []
    }),
  ]
}

/** The steps as people read them before they are taken; none where nothing would change. */
export function planLines(steps: readonly PlanStep[], before: Topology, after: Topology): string[] {
  // Blocks that the launcher itself keeps have lines and no steps; the load's line comes with its step.
  const others = describeBlocks({ ...before, load: after.load }, after)
  const linesOf = (isDrain: boolean) => steps.flatMap(step => ((step.kind === 'drain') === isDrain && step.line) || [])
  const lines = [...linesOf(false), ...others, ...linesOf(true)]
  return lines.length === 0 && steps.length > 0 ? ['~ order of the nodes live'] : lines
}

/** Why an edit, whose text it is, cannot be applied to a running topology; null where it can. */
export function frozenChange(before: Topology, after: Topology, text: string): Problem | null {
  if (before.socketDir === after.socketDir) return null
  const tree = readJson(text, () => {})
  const place = (tree && memberOf(tree, 'socketDir')?.place) ?? NOWHERE // it may have been left out
  const hint = `put "${before.socketDir}" back, or stop and start again`
  return problemAt(place, 'SOCKET_DIR_IN_USE', 'socketDir cannot change while running', hint)
}

type Changes = ReadonlyMap<NodeId, TopologyChange>

function idOf(change: TopologyChange): NodeId {
  switch (change.kind) {
    case 'added':
      return change.spec.id
    case 'removed':
      return change.id
    case 'changed':
      return change.after.id
  }
}

function isReplacement(change: TopologyChange | undefined): boolean {
  return change?.kind === 'changed' && change.before.role !== change.after.role
}

/** New nodes and new processes of old ones in one order: each may stand behind any other. */
function startSteps(changes: Changes, after: Topology): PlanStep[] {
  return startOrder(after).flatMap(({ id }): PlanStep[] => {
    const change = changes.get(id)
    if (change?.kind === 'added') return [{ kind: 'start', id, line: describeChange(change) }]
    return change && isReplacement(change) ? [{ kind: 'replace', id, line: describeChange(change) }] : []
  })
}

/** Every surviving process whose Wiring is another than before. */
function routeSteps(changes: Changes, before: Topology, after: Topology): PlanStep[] {
  const old = new Map(before.nodes.map(node => [node.id, node]))
  const isRewired = (spec: NodeSpec, earlier: NodeSpec) =>
    !deepEqual(wiringOf(before, earlier, firstLife), wiringOf(after, spec, lifeAfter(changes)))
  return startOrder(after).flatMap((spec): PlanStep[] => {
    const earlier = old.get(spec.id)
    const change = changes.get(spec.id)
    if (!earlier || isReplacement(change) || !isRewired(spec, earlier)) return []
    return [{ kind: 'route', id: spec.id, line: change ? describeChange(change) : null }]
  })
}

function loadSteps(changes: Changes, before: Topology, after: Topology): PlanStep[] {
  if (deepEqual(clientWiringOf(before, firstLife), clientWiringOf(after, lifeAfter(changes)))) return []
  return [{ kind: 'load', line: describeBlock('load', before, after) }]
}

/** True generations are the launcher's; to see who must be told, it is enough that a replaced node's goes up. */
function firstLife(): number {
  return 1
}

function lifeAfter(changes: Changes): (id: NodeId) => number {
  return id => (isReplacement(changes.get(id)) ? 2 : 1)
}
