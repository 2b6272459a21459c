/**
 * Where the time of traced requests goes: hop by hop, part by part, and where those are that took longest. Pure; plain
 * data, whose keys are those of the JSON. All times are in microseconds.
 */
import type { EndedRequest } from '../stats/request-report.ts'
import type { Role } from '../topology/types.ts'
import { PARTS, type Part, partsOf, type RequestParts } from './request-parts.ts'

export interface Spread {
  readonly p50Us: number
  readonly p99Us: number
  readonly meanUs: number
}

/** What a part took in the requests of a group. */
export interface GroupPart {
  readonly meanUs: number
  /** Of the response time of each request; the mean of these. */
  readonly share: number
}

export interface PartAnatomy extends Spread {
  /** See `PARTS`. */
  readonly part: Part
  readonly median: GroupPart
  readonly tail: GroupPart
}

/** All nodes of a role that are as far from the clients. */
export interface HopAnatomy {
  /** Links from the client, which is 0. */
  readonly hop: number
  readonly role: Role | 'client'
  /** Those that were met. */
  readonly nodes: readonly string[]
  /** That came by one of them: the spreads of the parts are theirs. */
  readonly requests: number
  readonly parts: readonly PartAnatomy[]
}

/** Traced requests with response times between these. */
export interface RequestGroup {
  readonly requests: number
  readonly fromUs: number
  readonly toUs: number
  readonly meanUs: number
}

export interface Anatomy {
  /** Traced, answered, and told of their whole way: all figures are of these. */
  readonly requests: number
  /** Traced, and not answered. */
  readonly failed: number
  /** Traced and answered, but some node on the way told nothing. */
  readonly cut: number
  /** Of `requests`, with stamps of different processes that did not fit by more than rounding; see RequestParts. */
  readonly moved: number
  /** The response times; null without a request. */
  readonly response: Spread | null
  /** Of the requests beside them that were not traced: the difference is what tracing costs. Null: not known. */
  readonly untracedP50Us: number | null
  /** From the 45th to the 55th percentile. */
  readonly median: RequestGroup | null
  /** From the 99th percentile up. */
  readonly tail: RequestGroup | null
  /** From the client on. */
  readonly hops: readonly HopAnatomy[]
}

const MEDIAN_FROM = 0.45
const MEDIAN_TO = 0.55
const TAIL_FROM = 0.99
const ROLES: readonly HopAnatomy['role'][] = ['client', 'load-balancer', 'proxy', 'server']

/** `roleOf`: of the nodes that requests are sent to. `untracedP50Us`: of the other requests at the same time. */
export function anatomyOf(
  requests: readonly EndedRequest[],
  roleOf: (node: string) => Role,
  untracedP50Us: number | null = null,
): Anatomy {
  const answered = requests.filter(({ code }) => code === 0)
  const told = answered.map(partsOf).filter(parts => parts !== null)
  const responses = told.map(({ responseUs }) => responseUs).sort((a, b) => a - b)
  const between = (fromUs: number, toUs: number) =>
    told.filter(({ responseUs }) => responseUs >= fromUs && responseUs <= toUs)
  const median = between(rank(responses, MEDIAN_FROM), rank(responses, MEDIAN_TO))
  const tail = between(rank(responses, TAIL_FROM), Infinity)
  return {
    requests: told.length,
    failed: requests.length - answered.length,
    cut: answered.length - told.length,
    moved: told.filter(({ isMoved }) => isMoved).length,
    response: told.length === 0 ? null : spreadOf(responses),
    untracedP50Us,
    median: groupOf(median),
    tail: groupOf(tail),
    hops: hopsOf(told, roleOf, median, tail),
  }
}

/** One stop of one request. */
interface Stop {
  readonly hop: number
  readonly role: HopAnatomy['role']
  readonly request: RequestParts
}

function hopsOf(
  told: readonly RequestParts[],
  roleOf: (node: string) => Role,
  median: readonly RequestParts[],
  tail: readonly RequestParts[],
): HopAnatomy[] {
  const groups = [new Set(median), new Set(tail)] as const
  /** By how far from the client they are, and in what role. */
  const byPlace: Stop[][] = []
  for (const request of told) {
    for (const [hop, { node }] of request.hops.entries()) {
      const role = node === null ? 'client' : roleOf(node)
      const place = hop * ROLES.length + ROLES.indexOf(role)
      byPlace[place] ??= []
      byPlace[place].push({ hop, role, request })
    }
  }
  return byPlace.filter(stops => stops !== undefined).map(stops => hopOf(stops, ...groups))
}

function hopOf(stops: readonly Stop[], median: ReadonlySet<RequestParts>, tail: ReadonlySet<RequestParts>): HopAnatomy {
  const { hop, role } = stops[0]!
  const nodes = new Set(stops.map(({ request }) => request.hops[hop]!.node).filter(node => node !== null))
  const met = PARTS.filter(part => stops.some(({ request }) => partOf(request, hop, part) !== undefined))
  const parts = met.map((part): PartAnatomy => {
    const taken = (request: RequestParts) => partOf(request, hop, part) ?? 0
    const own = stops.map(({ request }) => request)
    return {
      part,
      ...spreadOf(own.map(taken).sort((a, b) => a - b)),
      median: groupPartOf(own, median, taken),
      tail: groupPartOf(own, tail, taken),
    }
  })
  return { hop, role, nodes: [...nodes].sort(), requests: stops.length, parts }
}

const partOf = (request: RequestParts, hop: number, part: Part): number | undefined => request.hops[hop]!.us[part]

/** `own`: those that came by; in the others of the group the part took nothing. */
function groupPartOf(
  own: readonly RequestParts[],
  group: ReadonlySet<RequestParts>,
  taken: (request: RequestParts) => number,
): GroupPart {
  let [us, shares] = [0, 0]
  for (const request of own) {
    if (!group.has(request)) continue
    us += taken(request)
    if (request.responseUs > 0) shares += taken(request) / request.responseUs
  }
  return { meanUs: round(us / group.size, 3), share: round(shares / group.size, 6) }
}

function groupOf(requests: readonly RequestParts[]): RequestGroup | null {
  if (requests.length === 0) return null
  const all = requests.map(({ responseUs }) => responseUs).sort((a, b) => a - b)
  return { requests: all.length, fromUs: all[0]!, toUs: all.at(-1)!, meanUs: meanOf(all) }
}

/** `sorted`: from the lowest up, and not empty. */
const spreadOf = (sorted: readonly number[]): Spread => ({
  p50Us: rank(sorted, 0.5),
  p99Us: rank(sorted, 0.99),
  meanUs: meanOf(sorted),
})

/** The value that this share of them do not exceed: nearest rank. */
const rank = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(Math.ceil(share * sorted.length), 1) - 1] ?? 0

const meanOf = (values: readonly number[]): number =>
  round(values.reduce((sum, value) => sum + value, 0) / values.length, 3)

const round = (value: number, digits: number): number => Number(value.toFixed(digits))
