/**
 * What is allowed and yet hardly meant: a node that gets no traffic, a policy with nothing to choose, more load than
 * the servers can serve. None of it stops a start.
 */
import { childrenOf } from './graph.ts'
import type { JsonNode, Place, Report } from './json-tree.ts'
import { memberOf, problemAt } from './json-tree.ts'
import { POLICY_NAMES } from './policy-names.ts'
import type { Entry } from './read-entry.ts'
import { nodeIdsOf } from './read-entry.ts'
import { meanServiceTimeMs } from './service-time.ts'
import type { ForwarderSpec, NodeId, NodeSpec, ServerSpec, Topology } from './types.ts'
import { quote } from './visible.ts'

/** From 0 to 1 among the servers; null where the policies promise none. Handed in: what policies promise is theirs. */
export type Shares = ReadonlyMap<NodeId, number | null>

/** A sound topology, and where in the file each part of it stands. */
export interface Judged {
  readonly topology: Topology
  readonly tree: JsonNode
  readonly entries: readonly Entry[]
  /** Requests per second that are asked for instead of `load.rate`; null: what the file says. */
  readonly rate: number | null
  readonly shares: Shares
}

/** Reports everything worth a second look. */
export function warn(judged: Judged, report: Report): void {
  const entryOf = new Map(judged.entries.flatMap(entry => nodeIdsOf(entry).map(id => [id, entry] as const)))
  warnOfWeights(judged, report)
  warnOfPolicies(judged, entryOf, report)
  warnOfLoad(judged, entryOf, report)
}

function placeIn({ node, idPlace }: Entry, key: string): Place {
  return memberOf(node, key)?.place ?? idPlace
}

/** Once for all replicas of an entry. */
function warnOfWeights({ topology, entries }: Judged, report: Report): void {
  const weights = new Map(topology.nodes.map(node => [node.id, node.weight]))
  for (const entry of entries) {
    if (weights.get(nodeIdsOf(entry)[0]!) !== 0) continue
    const hint = 'give it a weight above 0, or leave it so to keep it out of traffic'
    const message = `${quote(entry.id!)} has weight 0: it is started and gets no requests`
    report(problemAt(placeIn(entry, 'weight'), 'WEIGHT_ZERO', message, hint))
  }
}

/** Only of a policy that the node itself names: one from `defaults` is meant for all, and does no harm here. */
function warnOfPolicies({ topology }: Judged, entryOf: ReadonlyMap<NodeId, Entry>, report: Report): void {
  const children = childrenOf(topology.nodes)
  const warned = new Set<Entry>()
  for (const node of topology.nodes) {
    const entry = entryOf.get(node.id)!
    if (node.role === 'server' || warned.has(entry) || !hasNothingToChoose(node, children.get(node.id)!)) continue
    const place = memberOf(entry.node, 'policy')?.place
    if (place === undefined) continue
    warned.add(entry)
    const message = `${quote(node.id)} sends to one node only, so ${node.policy.name} has nothing to choose`
    const hint = `put another node behind ${quote(node.id)}, or leave its policy out`
    report(problemAt(place, 'NOTHING_TO_CHOOSE', message, hint))
  }
}

function hasNothingToChoose({ policy }: ForwarderSpec, behind: readonly NodeSpec[]): boolean {
  return policy.name !== POLICY_NAMES[0] && behind.filter(child => child.weight > 0).length === 1
}

/** More than all can serve together is one warning; else one for each server whose share is more than it can serve. */
function warnOfLoad(judged: Judged, entryOf: ReadonlyMap<NodeId, Entry>, report: Report): void {
  const { topology, shares } = judged
  const rate = judged.rate ?? topology.load.rate
  const servers = topology.nodes.filter(isServer).filter(({ id, weight }) => weight > 0 && shares.get(id) !== 0)
  const total = servers.reduce((sum, server) => sum + capacityOf(server), 0)
  if (rate > total * (1 + ROUNDING)) {
    const message = `${perSecond(rate)} are offered, and the servers can serve ${inFigures(total)} together`
    report(problemAt(placeOfRate(judged), 'LOAD_ABOVE_CAPACITY', message, `offer less, or ${MORE_CAPACITY}`))
    return
  }
  warnOfServers(servers, rate, shares, entryOf, report)
}

/** Once for all replicas of an entry. */
function warnOfServers(
  servers: readonly ServerSpec[],
  rate: number,
  shares: Shares,
  entryOf: ReadonlyMap<NodeId, Entry>,
  report: Report,
): void {
  const warned = new Set<Entry>()
  for (const server of servers) {
    const entry = entryOf.get(server.id)!
    const offered = rate * (shares.get(server.id) ?? 0)
    const capacity = capacityOf(server)
    if (offered <= capacity * (1 + ROUNDING) || warned.has(entry)) continue
    warned.add(entry)
    const place = placeIn(entry, 'serviceTime')
    const message = `${quote(server.id)} gets ${inFigures(offered)} of ${perSecond(rate)}, and can serve ${inFigures(capacity)}`
    report(problemAt(place, 'SERVER_ABOVE_CAPACITY', message, `lower its share, or ${MORE_CAPACITY}`))
  }
}

/** A sixth of 600 may come out a bit above 100. */
const ROUNDING = 1e-9
const MORE_CAPACITY = 'raise "concurrency", lower "serviceTime" or add servers'

function isServer(node: NodeSpec): node is ServerSpec {
  return node.role === 'server'
}

/** Requests per second: as many places, each taken for a service time. */
function capacityOf(server: ServerSpec): number {
  const meanMs = meanServiceTimeMs(server.serviceTime)
  return meanMs === 0 ? Number.POSITIVE_INFINITY : (1_000 * server.concurrency) / meanMs
}

function perSecond(rate: number): string {
  return `${inFigures(rate)} request${rate === 1 ? '' : 's'} per second`
}

/** Whole numbers, but for the smallest: nobody plans with more. */
function inFigures(rate: number): string {
  return String(rate < 10 ? Number(rate.toPrecision(2)) : Math.round(rate))
}

/** Where the rate is written; else the list of those that cannot serve it. */
function placeOfRate({ tree, rate }: Judged): Place {
  const load = memberOf(tree, 'load')
  const written = rate === null && load ? memberOf(load, 'rate') : undefined
  return (written ?? memberOf(tree, 'servers') ?? tree).place
}
