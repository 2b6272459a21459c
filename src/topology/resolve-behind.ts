/** Whom each entry stands behind: what it names must exist, what it leaves out follows from the roles. */
import { suggest } from '../base/suggest.ts'
import type { Report } from './json-tree.ts'
import { problemAt } from './json-tree.ts'
import type { Entry, Reference } from './read-entry.ts'
import { isId, nodeIdsOf } from './read-entry.ts'
import type { Entries } from './read-file.ts'
import type { ListValues } from './read-object.ts'
import type { NodeId } from './types.ts'
import { quote } from './visible.ts'

const NAMES_IN_HINT_MAX = 8
/** These bound what a file full of wrong names costs: names that get a suggestion, and with how many they are compared. */
const SUGGESTIONS_MAX = 100
const CANDIDATES_MAX = 256

/** What an entry may name, and what it may take for a name. */
interface Names {
  readonly loadBalancers: readonly NodeId[]
  readonly forwarders: readonly NodeId[]
  readonly isForwarder: ReadonlySet<NodeId>
  readonly servers: ReadonlySet<NodeId>
  /** The ids that stand for an entry with replicas, by the id that the entry was given. */
  readonly numbered: ReadonlyMap<string, readonly NodeId[]>
  readonly hasProxies: boolean
  /** The forwarder that a wrong name may be meant for. */
  meantBy(id: string): NodeId | null
  /** The same of forwarders whose ids are none, which is reported: with those mended, the name may be right. */
  meantByBad(id: string): string | null
  /** Whether all forwarders could be read: else a name that none bears may be meant for one that could not. */
  readonly isWhole: boolean
}

export interface Placement {
  readonly behind: ReadonlyMap<Entry, readonly NodeId[]>
  /** Whether every entry could be placed where its author meant it to be. */
  readonly isWhole: boolean
}

/** Places every entry; what cannot be placed is reported and left behind nothing. */
export function resolveBehind(entries: Entries, report: Report): Placement {
  const names = collectNames(entries)
  const all = allEntries(entries)
  const behind = new Map<Entry, readonly NodeId[]>()
  const isRead = entries.servers?.isWhole === true && all.every(entry => entry.isWhole)
  let isWhole = names.isWhole && isRead
  for (const entry of all) {
    const ids = placeEntry(entry, names, report)
    behind.set(entry, ids ?? [])
    isWhole &&= ids !== null
  }
  return { behind, isWhole }
}

/** Load balancers, proxies, servers, as far as they could be read. */
export function allEntries({ loadBalancers, proxies, servers }: Entries): readonly Entry[] {
  return [...(loadBalancers?.items ?? []), ...(proxies?.items ?? []), ...(servers?.items ?? [])]
}

function collectNames(entries: Entries): Names {
  const { loadBalancers, proxies, servers } = entries
  const forwarders = [...(loadBalancers?.items ?? []), ...(proxies?.items ?? [])]
  const forwarderIds = forwarders.flatMap(nodeIdsOf)
  const replicated = allEntries(entries).filter(entry => entry.id !== null && entry.replicas !== null)
  return {
    loadBalancers: (loadBalancers?.items ?? []).flatMap(nodeIdsOf),
    forwarders: forwarderIds,
    isForwarder: new Set(forwarderIds),
    servers: new Set((servers?.items ?? []).flatMap(nodeIdsOf)),
    numbered: new Map(replicated.map(entry => [entry.id!, nodeIdsOf(entry)])),
    meantBy: makeSuggester(forwarderIds),
    meantByBad: makeSuggester(forwarderIds.filter(id => !isId(id))),
    hasProxies: !proxies || proxies.items.length > 0,
    isWhole: [loadBalancers, proxies].every(list => list?.isWhole) && forwarders.every(entry => entry.isWhole),
  }
}

function makeSuggester(forwarders: readonly NodeId[]): Names['meantBy'] {
  const candidates = forwarders.slice(0, CANDIDATES_MAX)
  let asked = 0
  return id => (asked++ < SUGGESTIONS_MAX ? suggest(id, candidates) : null)
}

function placeEntry(entry: Entry, names: Names, report: Report): readonly NodeId[] | null {
  if (entry.role === 'load-balancer') return []
  if (entry.behind) return placeBehind(entry, entry.behind, names, report)
  if (!entry.isWhole) return null
  if (entry.role === 'proxy' || !names.hasProxies) return names.loadBalancers
  const place = { ...entry.idPlace, path: `${entry.node.place.path}.behind` }
  const message = `${quote(entry.id ?? '')} does not say which proxy it stands behind`
  const proxy = names.forwarders.find(id => !names.loadBalancers.includes(id)) ?? 'proxy-1'
  report(problemAt(place, 'MISSING_BEHIND', message, `add "behind": ${quote(proxy)}`))
  return null
}

function placeBehind(
  entry: Entry,
  references: ListValues<Reference>,
  names: Names,
  report: Report,
): readonly NodeId[] | null {
  const own = new Set(nodeIdsOf(entry))
  const seen = new Set<string>()
  let { isWhole } = references
  for (const reference of references.items) {
    const isFirst = !seen.has(reference.id)
    const isGood = isFirst ? checkReference(reference, own, names, report) : reportRepeated(reference, report)
    isWhole &&= isGood
    seen.add(reference.id)
  }
  return isWhole ? [...seen] : null
}

function checkReference(reference: Reference, own: ReadonlySet<NodeId>, names: Names, report: Report): boolean {
  const { id, place } = reference
  if (own.has(id)) {
    const hint = `name whoever sends to it: ${listNames(names.forwarders.filter(other => !own.has(other)))}`
    report(problemAt(place, 'BEHIND_SELF', `${quote(id)} cannot stand behind itself`, hint))
  } else if (names.isForwarder.has(id)) return true
  else if (names.servers.has(id)) {
    const message = `${place.path} names ${quote(id)}, which is a server: servers forward nothing`
    report(problemAt(place, 'BEHIND_SERVER', message, 'name a load balancer or a proxy'))
  } else if (names.isWhole && names.meantByBad(id) === null) {
    const message = `${place.path} names ${quote(id)}, which does not exist`
    report(problemAt(place, 'UNKNOWN_NODE', message, hintForUnknown(id, names)))
  }
  return false
}

function reportRepeated({ id, place }: Reference, report: Report): boolean {
  report(problemAt(place, 'DUPLICATE_BEHIND', `${place.path} names ${quote(id)} again`, 'name each node once'))
  return true
}

function hintForUnknown(id: string, names: Names): string {
  const numbered = names.numbered.get(id)
  if (numbered) return `${quote(id)} has replicas: name ${listNames(numbered)}`
  const meant = names.meantBy(id)
  return meant === null ? `forwarders: ${listNames(names.forwarders)}` : `did you mean ${quote(meant)}?`
}

function listNames(ids: readonly NodeId[]): string {
  const first = ids.slice(0, NAMES_IN_HINT_MAX).join(', ')
  return ids.length > NAMES_IN_HINT_MAX ? `${first}, …` : first
}
