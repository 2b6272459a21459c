/** Time-outs that can never pass, since whoever asked has given up before; servers that nobody waits for. */
import { formatDuration } from '../base/units.ts'
import type { Report } from './json-tree.ts'
import { problemAt } from './json-tree.ts'
import type { Judged } from './judged.ts'
import { byPlaceWritten } from './judged.ts'
import type { Patience } from './patience.ts'
import { patienceBefore } from './patience.ts'
import { meanServiceTimeMs } from './service-time.ts'
import type { ForwarderSpec, NodeId, ServerSpec } from './types.ts'
import { quote } from './visible.ts'

type Before = ReadonlyMap<NodeId, Patience>

export function warnOfTimeouts(judged: Judged, report: Report): void {
  const before = patienceBefore(judged, 'last attempt')
  const { nodes } = judged.topology
  const forwarders = nodes.filter((node): node is ForwarderSpec => node.role !== 'server')
  warnOfDeadlines('timeout', forwarders, node => node.timeoutMs, judged, before, report)
  const retrying = forwarders.filter(({ attempts }) => attempts > 1)
  warnOfDeadlines('attemptTimeout', retrying, node => node.attemptTimeoutMs, judged, before, report)
  const servers = nodes.filter((node): node is ServerSpec => node.role === 'server')
  warnOfSlowServers(servers, judged, patienceBefore(judged, 'each attempt'), report)
}

/** What `defaults` say is meant for all, and told of only where it passes for none. */
function warnOfDeadlines(
  key: string,
  forwarders: readonly ForwarderSpec[],
  msOf: (node: ForwarderSpec) => number,
  judged: Judged,
  before: Before,
  report: Report,
): void {
  for (const [place, nodes] of byPlaceWritten(judged, forwarders, key)) {
    const [first] = nodes
    if (!first || nodes.some(node => msOf(node) <= before.get(node.id)!.ms)) continue
    const { ms, by } = before.get(first.id)!
    const message = `${place.path}, ${formatDuration(msOf(first))}, is above the deadline: ${by} is ${formatDuration(ms)}`
    const hint = `write at most "${formatDuration(ms)}", or raise ${by}`
    report(problemAt(place, 'TIMEOUT_ABOVE_DEADLINE', message, hint))
  }
}

function warnOfSlowServers(servers: readonly ServerSpec[], judged: Judged, before: Before, report: Report): void {
  for (const [place, nodes] of byPlaceWritten(judged, servers, 'serviceTime')) {
    const slow = nodes.find(node => meanServiceTimeMs(node.serviceTime) > before.get(node.id)!.ms)
    if (!slow) continue
    const { ms, by } = before.get(slow.id)!
    const time = formatDuration(meanServiceTimeMs(slow.serviceTime))
    const takes = slow.serviceTime.kind === 'fixed' ? `takes ${time} for each request` : `takes ${time} on average`
    const message = `${quote(slow.id)} ${takes}, and is given up before: ${by} is ${formatDuration(ms)}`
    report(problemAt(place, 'SERVICE_ABOVE_TIMEOUT', message, `lower "serviceTime", or raise ${by}`))
  }
}
