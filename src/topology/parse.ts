/**
 * The one door from text to Topology. It decides whether a file can run at all, fills in what it leaves out, and
 * says everything that is wrong with it at once. It never touches the file system: who owns a path, and whether
 * something listens there, only the launcher can know.
 */

import type { Locator } from './check-graph.ts'
import { checkCircles, checkForwarders } from './check-graph.ts'
import { checkCount, checkUnique } from './check-ids.ts'
import { NODES_MAX } from './defaults.ts'
import { readJson } from './json-reader.ts'
import type { JsonNode, Report } from './json-tree.ts'
import { makeNodes } from './make-nodes.ts'
import type { Entry } from './read-entry.ts'
import { isId, nodeIdsOf } from './read-entry.ts'
import type { FileValues } from './read-file.ts'
import { readFile } from './read-file.ts'
import { allEntries, resolveBehind } from './resolve-behind.ts'
import { checkSocketPaths } from './socket-path.ts'
import type { NodeId, NodeSpec, NonEmpty, ParseResult, Problem, Topology } from './types.ts'

export interface ParseLimits {
  readonly nodesMax: number
}

/**
 * Reads a topology file's text. Pure, and never throws for what the text says: either a topology that can run,
 * complete and frozen, or all that is wrong with it in the order of the text.
 */
export function parse(text: string, limits: ParseLimits = { nodesMax: NODES_MAX }): ParseResult {
  const { tree, problems: syntax } = readJson(text)
  const problems: Problem[] = [...syntax]
  const topology = tree && readTopology(tree, limits, problem => problems.push(problem))
  const [first, ...rest] = problems.sort((a, b) => a.line - b.line || a.column - b.column)
  if (topology && !first) return { ok: true, topology: freezeDeep(topology) }
  return { ok: false, problems: [first, ...rest] as readonly Problem[] as NonEmpty<Problem> }
}

function readTopology(tree: JsonNode, limits: ParseLimits, report: Report): Topology | null {
  const file = readFile(tree, report)
  if (!file) return null
  const { socketDir, load, health, restart, shutdown } = file
  return { socketDir, nodes: readNodes(file, limits, report), load, health, restart, shutdown }
}

/** Each check trusts what the ones before it found sound, so that one fault of the file is one problem. */
function readNodes(file: FileValues, { nodesMax }: ParseLimits, report: Report): readonly NodeSpec[] {
  const entries = allEntries(file.entries)
  if (!checkCount(entries, nodesMax, report)) return []
  const isUnique = checkUnique(entries, report)
  const placement = resolveBehind(file.entries, report)
  const nodes = makeNodes(file, placement)
  if (isUnique) checkGraph(nodes, placement.isWhole, makeLocator(entries), report)
  const ids = nodes.map(node => node.id).filter(isId)
  const tooLong = checkSocketPaths(file.socketDir, ids, file.socketDirPlace)
  if (tooLong) report(tooLong)
  return nodes
}

function checkGraph(nodes: readonly NodeSpec[], isWhole: boolean, locate: Locator, report: Report): void {
  checkCircles(nodes, locate, report)
  if (isWhole) checkForwarders(nodes, locate, report)
}

function makeLocator(entries: readonly Entry[]): Locator {
  const byId = new Map<NodeId, Entry>(entries.flatMap(entry => nodeIdsOf(entry).map(id => [id, entry] as const)))
  const placeOfId = (id: NodeId) => byId.get(id)!.idPlace
  return {
    id: placeOfId,
    behind: (id, parent) => byId.get(id)!.behind?.find(reference => reference.id === parent)?.place ?? placeOfId(id),
  }
}

function freezeDeep<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.values(value).forEach(freezeDeep)
  return Object.freeze(value)
}
