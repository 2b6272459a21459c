/** The law of time: whatever is counted only grows, over the reports of one life and over all lives of a node. */
import type { ClientCounters, NodeCounters, UpstreamCounters } from './reports.ts'
import { countOf, type Violation, violation } from './violation.ts'

type Counts = Omit<NodeCounters, 'connections'> | ClientCounters

const GROWING = [
  'received',
  'sent',
  'fromClients',
  'answered',
  'failed',
  'rejected',
  'retried',
  'late',
  'protocolErrors',
  'stalledConnections',
  'droppedConnections',
] as const
const GROWING_OF_EDGE = ['picked', 'answered', 'failed', 'unconfirmed'] as const
const GROWING_BY_NAME = ['failedBy', 'rejectedBy', 'receivedFrom'] as const

/** What is less in the later of two accounts. All of it is one violation: where one count falls, others do. */
export function growthViolations(id: string, before: Counts, after: Counts): Violation[] {
  const fallen = [
    ...falls(GROWING, before as never, after as never),
    ...GROWING_BY_NAME.flatMap(kind => fallsByName(kind, namedIn(before, kind), namedIn(after, kind))),
    ...before.upstreams.flatMap(edge => fallsOfEdge(edge, after.upstreams)),
    ...fallsOfTimes(before.latency, after.latency),
  ]
  return fallen.length === 0 ? [] : [violation('growth', id, `counts fell: ${fallen.join(', ')}`)]
}

type Numbers = Readonly<Record<string, number | undefined>>

function falls(names: readonly string[], before: Numbers, after: Numbers): string[] {
  return names.flatMap(name =>
    (before[name] ?? 0) > (after[name] ?? 0) ? `${name} from ${before[name]} to ${after[name]}` : [],
  )
}

function fallsByName(kind: string, before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>) {
  return Object.entries(before).flatMap(([name, count]) => {
    const now = countOf(after, name)
    return count > now ? `${kind} ${name} from ${count} to ${now}` : []
  })
}

function fallsOfEdge(edge: UpstreamCounters, after: readonly UpstreamCounters[]): string[] {
  const now = after.find(({ id }) => id === edge.id)
  if (!now) return [`the account of ${edge.id} is gone`]
  return falls(GROWING_OF_EDGE, edge as never, now as never).map(fall => `${edge.id} ${fall}`)
}

function namedIn(counts: Counts, kind: (typeof GROWING_BY_NAME)[number]): Readonly<Record<string, number>> {
  return kind in counts ? (counts as Pick<NodeCounters, typeof kind>)[kind] : {}
}

/** Side by side, since both are in the order of their buckets and may have hundreds. */
function fallsOfTimes(before: readonly number[], after: readonly number[]): string[] {
  const fallen: string[] = []
  for (let i = 0, j = 0; i < before.length; i += 2) {
    while (j < after.length && after[j]! < before[i]!) j += 2
    const now = after[j] === before[i] ? after[j + 1]! : 0
    if (now < before[i + 1]!) fallen.push(`times in bucket ${before[i]} from ${before[i + 1]} to ${now}`)
  }
  return fallen
}
