/**
 * The one door from text to Topology. It decides whether a file can run at all, fills in what it leaves out, and
 * says everything that is wrong with it at once. It never touches the file system: who owns a path, and whether
 * something listens there, only the launcher can know.
 */

import type { Locator } from './check-graph.ts'
import { checkCircles, checkForwarders } from './check-graph.ts'
import { checkCount, checkUnique } from './check-ids.ts'
import { NODES_MAX } from './defaults.ts'
import { gatherProblems } from './gather-problems.ts'
import { readJson } from './json-reader.ts'
import type { JsonNode, Report } from './json-tree.ts'
import type { Shares } from './judged.ts'
import { makeNodes } from './make-nodes.ts'
import type { Entry } from './read-entry.ts'
import { isId, nodeIdsOf } from './read-entry.ts'
import type { FileValues } from './read-file.ts'
import { readFile } from './read-file.ts'
import { allEntries, resolveBehind } from './resolve-behind.ts'
import { checkSocketPaths } from './socket-path.ts'
import type { NodeId, NodeSpec, NonEmpty, ParseResult, Problem, Topology } from './types.ts'
import { warn } from './warnings.ts'

export interface ParseOptions {
  readonly nodesMax?: number
  /** Requests per second that are asked for instead of the file's `load.rate`; for warnings alone. */
  readonly rate?: number | null
  /** What share of the requests each server is promised; without it no single server is warned of. */
  readonly sharesOf?: (topology: Topology) => Shares
}

/**
 * Reads a topology file's text. Pure, and never throws for what the text says: either a topology that can run,
 * complete and frozen, or all that is wrong with it in the order of the text.
 */
export function parse(text: string, options: ParseOptions = {}): ParseResult {
  const { value: read, problems } = gatherProblems(report => {
    const tree = readJson(text, report)
    return tree && readTopology(tree, options, report)
  })
  const [first, ...rest] = problems
  if (read && !first) return { ok: true, topology: freezeDeep(read.topology), warnings: warningsOf(read, options) }
  return { ok: false, problems: [first, ...rest] as readonly Problem[] as NonEmpty<Problem> }
}

interface Read {
  readonly tree: JsonNode
  readonly entries: readonly Entry[]
  readonly topology: Topology
}

function readTopology(tree: JsonNode, options: ParseOptions, report: Report): Read | null {
  const file = readFile(tree, report)
  if (!file) return null
  const { socketDir, load, health, restart, shutdown } = file
  const entries = allEntries(file.entries)
  const nodes = readNodes(file, entries, options, report)
  return { tree, entries, topology: { socketDir, nodes, load, health, restart, shutdown } }
}

function warningsOf(read: Read, { rate = null, sharesOf }: ParseOptions): readonly Problem[] {
  const shares = sharesOf?.(read.topology) ?? new Map()
  return gatherProblems(report => warn({ ...read, rate, shares }, report)).problems
}

/** Each check trusts what the ones before it found sound, so that one fault of the file is one problem. */
function readNodes(
  file: FileValues,
  entries: readonly Entry[],
  { nodesMax = NODES_MAX }: ParseOptions,
  report: Report,
): readonly NodeSpec[] {
  if (!checkCount(entries, nodesMax, report)) return []
  const taken = checkUnique(entries, report)
  const placement = resolveBehind(file.entries, report)
  const nodes = makeNodes(file, placement)
  // Of nodes that share an id nobody knows which one is meant.
  const own = nodes.filter(node => !taken.has(node.id))
  checkCircles(own, makeLocator(entries), report)
  if (placement.isWhole && taken.size === 0) checkForwarders(nodes, makeLocator(entries), report)
  const ids = nodes.map(node => node.id).filter(isId)
  const tooLong = checkSocketPaths(file.socketDir, ids, file.socketDirPlace)
  if (tooLong) report(tooLong)
  return nodes
}

function makeLocator(entries: readonly Entry[]): Locator {
  const byId = new Map<NodeId, Entry>(entries.flatMap(entry => nodeIdsOf(entry).map(id => [id, entry] as const)))
  const placeOfId = (id: NodeId) => byId.get(id)!.idPlace
  return {
    id: placeOfId,
    behind: (id, parent) =>
      byId.get(id)!.behind?.items.find(reference => reference.id === parent)?.place ?? placeOfId(id),
  }
}

function freezeDeep<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.values(value).forEach(freezeDeep)
  return Object.freeze(value)
}
