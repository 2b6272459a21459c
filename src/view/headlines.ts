/** The two lines above the table: what runs, and what its clients got. */
import { formatLatency } from '../base/units.ts'
import type { ClientStats, NodeStats, StatsReport } from '../stats/reports.ts'
import { formatRate, formatUptime } from './figures.ts'
import { mainReason } from './reasons.ts'
import { safe } from './sanitize.ts'
import type { Segment } from './segments.ts'
import { stateWord } from './state-word.ts'

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

/** `clients · sent 2400 · answered 2391 · failed 7 (mostly timeout) · pending 2 · p50 412µs · p99 1.24ms · 200 req/s` */
export function clientSegments(client: ClientStats, reasons = mainReason): Segment[] {
  const about = client.approximate ? '~' : ''
  const why = reasons(client.failedBy)
  return [
    { text: 'clients', priority: 3, style: 'strong' },
    { text: `sent ${about}${client.sent}`, priority: 10 },
    { text: `answered ${about}${client.answered}`, priority: 6 },
    { text: `failed ${about}${client.failed}`, priority: 9, style: client.failed > 0 ? 'bad' : 'plain' },
    ...(why === '' ? [] : [{ text: `(${why})`, priority: 5, style: 'bad', isAside: true } as const]),
    { text: `pending ${client.pending}`, priority: 7 },
    ...(client.retried === 0 ? [] : [{ text: `retried ${about}${client.retried}`, priority: 1 } as const]),
    { text: `p50 ${formatLatency(client.latency.p50Us)}`, priority: 4 },
    { text: `p99 ${formatLatency(client.latency.p99Us)}`, priority: 8 },
    { text: `${formatRate(client.perSecond)} req/s`, priority: 2 },
  ]
}

/** `8/9 up`: of the nodes that should run, so removed ones are not counted. */
export function upSegment({ nodes, phase }: Pick<StatsReport, 'nodes' | 'phase'>): Segment {
  const up = nodes.filter(node => stateWord(node) === 'up').length
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
