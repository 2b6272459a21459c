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
] as const
const GROWING_OF_EDGE = ['picked', 'answered', 'failed', 'unconfirmed'] as const
const GROWING_BY_NAME = ['failedBy', 'rejectedBy', 'receivedFrom'] as const

/** What is less in the later of two accounts. All of it is one violation: where one count falls, others do. */
export function growthViolations(id: string, before: Counts, after: Counts): Violation[] {
  const fallen = [
    ...falls(GROWING, before as never, after as never),
    ...GROWING_BY_NAME.flatMap(kind => fallsByName(kind, namedIn(before, kind), namedIn(after, kind))),
    ...before.upstreams.flatMap(edge => fallsOfEdge(edge, after.upstreams)),
    ...fallsByName('times in bucket', timesByBucket(before), timesByBucket(after)),
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

function timesByBucket({ latency }: Counts): Record<string, number> {
  const times: Record<string, number> = {}
  for (let i = 0; i + 1 < latency.length; i += 2) times[latency[i]!] = latency[i + 1]!
  return times
}
