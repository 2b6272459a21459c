/** That there are not too many nodes, and that no two of them share an id. */

import type { Report } from './json-tree.ts'
import { problemAt } from './json-tree.ts'
import type { Entry } from './read-entry.ts'
import { nodeIdsOf } from './read-entry.ts'
import type { NodeId } from './types.ts'
import { quote } from './visible.ts'

/** False, and a problem at the entry that goes beyond it, where there are more nodes than the limit. */
export function checkCount(entries: readonly Entry[], nodesMax: number, report: Report): boolean {
  let count = 0
  let beyond: Entry | null = null
  for (const entry of entries) {
    count += entry.replicas ?? 1
    if (count > nodesMax) beyond ??= entry
  }
  if (!beyond) return true
  const message = `the file makes ${count} nodes, the limit is ${nodesMax}`
  report(problemAt(beyond.node.place, 'TOO_MANY_NODES', message, 'delete nodes, or lower "replicas"'))
  return false
}

/** The ids that several entries give; an entry that takes earlier ones' is reported once, however many they share. */
export function checkUnique(entries: readonly Entry[], report: Report): ReadonlySet<NodeId> {
  const shared = new Set<NodeId>()
  const owners = new Map<NodeId, Entry>()
  for (const entry of entries) {
    const taken = nodeIdsOf(entry).filter(id => owners.has(id))
    if (taken[0] !== undefined) reportTaken(taken[0], owners.get(taken[0])!, entry, report)
    for (const id of taken) shared.add(id)
    for (const id of nodeIdsOf(entry)) if (!owners.has(id)) owners.set(id, entry)
  }
  return shared
}

function reportTaken(id: NodeId, owner: Entry, entry: Entry, report: Report): void {
  const message = `the id ${quote(id)} is given twice: by ${originOf(owner)} and by ${originOf(entry)}`
  report(problemAt(entry.idPlace, 'DUPLICATE_ID', message, 'every node needs an id of its own'))
}

/** `servers[0] (line 8, "server" with 3 replicas)`. */
function originOf({ node, idPlace, id, replicas }: Entry): string {
  const made = replicas === null ? '' : `, ${quote(id ?? '')} with ${replicas} replicas`
  return `${node.place.path} (line ${idPlace.line}${made})`
}
