/** The two lines above the table: what runs, and what its clients got. */
import { formatLatency } from '../base/units.ts'
import type { ClientStats, NodeStats, StatsReport } from '../stats/reports.ts'
import { formatRate, formatUptime } from './figures.ts'
import { safe } from './sanitize.ts'
import type { Segment } from './segments.ts'

/** `udsim · topology.json · generation 3 · 9/9 up · 200 req/s asked · uptime 12s` */
export function titleSegments(report: StatsReport, topologyName: string): Segment[] {
  const segments: Segment[] = [
    { text: 'udsim', priority: 6, style: 'strong' },
    { text: safe(topologyName), priority: 5 },
    { text: `generation ${report.generation}`, priority: 2 },
    upSegment(report),
    { text: askedText(report.client.targetRate), priority: 3 },
    { text: `uptime ${formatUptime(report.uptimeMs)}`, priority: 4 },
  ]
  if (report.phase === 'running') return segments
  return [...segments, { text: report.phase, priority: 8, style: 'warn' }]
}

/** `clients · sent 2400 · answered 2398 · failed 0 · pending 2 · p50 412µs · p99 1.24ms · 200 req/s` */
export function clientSegments(client: ClientStats): Segment[] {
  const about = client.approximate ? '~' : ''
  return [
    { text: 'clients', priority: 3, style: 'strong' },
    { text: `sent ${about}${client.sent}`, priority: 9 },
    { text: `answered ${about}${client.answered}`, priority: 5 },
    { text: `failed ${about}${client.failed}`, priority: 8, style: client.failed > 0 ? 'bad' : 'plain' },
    { text: `pending ${client.pending}`, priority: 6 },
    { text: `p50 ${formatLatency(client.latency.p50Us)}`, priority: 4 },
    { text: `p99 ${formatLatency(client.latency.p99Us)}`, priority: 7 },
    { text: `${formatRate(client.perSecond)} req/s`, priority: 2 },
  ]
}

/** `8/9 up`: of the nodes that should run, so removed ones are not counted. */
export function upSegment({ nodes, phase }: Pick<StatsReport, 'nodes' | 'phase'>): Segment {
  const up = nodes.filter(node => node.state === 'up').length
  const wanted = phase === 'stopping' ? nodes.length : nodes.filter(isWanted).length
  const isShort = phase === 'running' && up < wanted
  return { text: `${up}/${wanted} up`, priority: 7, style: isShort ? 'bad' : 'plain' }
}

function isWanted(node: NodeStats): boolean {
  return node.state !== 'stopped'
}

function askedText(targetRate: number): string {
  return targetRate > 0 ? `${formatRate(targetRate)} req/s asked` : 'load off'
}
