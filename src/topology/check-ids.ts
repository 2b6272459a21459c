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

/** False where an entry takes an id which an earlier one has; reported once, however many ids the two share. */
export function checkUnique(entries: readonly Entry[], report: Report): boolean {
  let isUnique = true
  const owners = new Map<NodeId, Entry>()
  for (const entry of entries) {
    const taken = nodeIdsOf(entry).find(id => owners.has(id))
    if (taken !== undefined) reportTaken(taken, owners.get(taken)!, entry, report)
    isUnique &&= taken === undefined
    for (const id of nodeIdsOf(entry)) if (!owners.has(id)) owners.set(id, entry)
  }
  return isUnique
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
