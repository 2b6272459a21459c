/** More load than the servers can serve: all of them together, or one of them its share. */
import type { Place, Report } from './json-tree.ts'
import { memberOf, problemAt } from './json-tree.ts'
import type { Judged, Sound } from './judged.ts'
import { placeInEntry, rateOf } from './judged.ts'
import type { Entry } from './read-entry.ts'
import { meanServiceTimeMs } from './service-time.ts'
import type { NodeSpec, ServerSpec } from './types.ts'
import { quote } from './visible.ts'

/** More than all can serve together is one warning; else one for each server whose share is more than it can serve. */
export function warnOfLoad(judged: Judged, report: Report): void {
  const { topology, shares } = judged
  const rate = rateOf(judged)
  const servers = topology.nodes.filter(isServer).filter(({ id, weight }) => weight > 0 && shares.get(id) !== 0)
  const total = servers.reduce((sum, server) => sum + capacityOf(server), 0)
  // With nobody left it is no question of capacity.
  if (servers.length > 0 && rate > total * (1 + ROUNDING)) {
    const message = `${perSecond(rate)} are offered, and the servers can serve ${inFigures(total)} together`
    report(problemAt(placeOfRate(judged), 'LOAD_ABOVE_CAPACITY', message, `offer less, or ${MORE_CAPACITY}`))
    return
  }
  warnOfServers(servers, rate, judged, report)
}

/** Once for all replicas of an entry. */
function warnOfServers(
  servers: readonly ServerSpec[],
  rate: number,
  { shares, entryOf }: Judged,
  report: Report,
): void {
  const warned = new Set<Entry>()
  for (const server of servers) {
    const entry = entryOf.get(server.id)!
    const offered = rate * (shares.get(server.id) ?? 0)
    const capacity = capacityOf(server)
    if (offered <= capacity * (1 + ROUNDING) || warned.has(entry)) continue
    warned.add(entry)
    const place = placeInEntry(entry, 'serviceTime')
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
function placeOfRate({ tree, rate }: Sound): Place {
  const load = memberOf(tree, 'load')
  const written = rate === null && load ? memberOf(load, 'rate') : undefined
  return (written ?? memberOf(tree, 'servers') ?? tree).place
}
