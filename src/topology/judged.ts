/** What warnings are made from: a sound topology, and where in the file each part of it stands. */
import { childrenOf } from './graph.ts'
import type { JsonNode, Place } from './json-tree.ts'
import { memberOf } from './json-tree.ts'
import type { Entry } from './read-entry.ts'
import { nodeIdsOf } from './read-entry.ts'
import { ROLE_KEYS } from './role-keys.ts'
import type { NodeId, NodeSpec, Topology } from './types.ts'

/** From 0 to 1 among the servers; null where the policies promise none. Handed in: what policies promise is theirs. */
export type Shares = ReadonlyMap<NodeId, number | null>

export interface Sound {
  readonly topology: Topology
  readonly tree: JsonNode
  readonly entries: readonly Entry[]
  /** Requests per second that are asked for instead of `load.rate`; null: what the file says. */
  readonly rate: number | null
  readonly shares: Shares
}

export interface Judged extends Sound {
  readonly entryOf: ReadonlyMap<NodeId, Entry>
  readonly children: ReadonlyMap<NodeId, readonly NodeSpec[]>
}

export function judgedOf(sound: Sound): Judged {
  const entryOf = new Map(sound.entries.flatMap(entry => nodeIdsOf(entry).map(id => [id, entry] as const)))
  return { ...sound, entryOf, children: childrenOf(sound.topology.nodes) }
}

/** Where a node's key is written: in its entry, else in `defaults`; null where nobody wrote it. */
export function placeWritten({ tree, entryOf }: Judged, { id, role }: NodeSpec, key: string): Place | null {
  const block = memberOf(tree, 'defaults')
  const common = block && memberOf(block, ROLE_KEYS[role].defaults)
  const written = memberOf(entryOf.get(id)!.node, key) ?? (common && memberOf(common, key))
  return written?.place ?? null
}

/** The same; the node's id where nobody wrote it. */
export function placeFor(judged: Judged, node: NodeSpec, key: string): Place {
  return placeWritten(judged, node, key) ?? judged.entryOf.get(node.id)!.idPlace
}

/** The nodes that get a key from the same place, by that place: replicas, and all that `defaults` give it to. */
export function byPlaceWritten<N extends NodeSpec>(
  judged: Judged,
  nodes: readonly N[],
  key: string,
): ReadonlyMap<Place, readonly N[]> {
  const groups = new Map<Place, N[]>()
  for (const node of nodes) {
    const place = placeWritten(judged, node, key)
    if (!place) continue
    const group = groups.get(place)
    if (group) group.push(node)
    else groups.set(place, [node])
  }
  return groups
}

/** Requests per second that the built-in clients send. */
export function rateOf({ rate, topology }: Sound): number {
  return rate ?? topology.load.rate
}

/** Where an entry writes a key, else its id: for what the entry is to be asked about, whoever gave it the value. */
export function placeInEntry({ node, idPlace }: Entry, key: string): Place {
  return memberOf(node, key)?.place ?? idPlace
}
