/** A run as the launcher would report it: nine nodes, one killed a moment ago, one slow. */
import { type LogFields, type LogLevel, type LogLine, makeLogLine } from '../../src/stats/log-line.ts'
import type {
  ClientStats,
  LatencySummary,
  NodeStats,
  RunEvent,
  StatsReport,
  SummaryReport,
  UpstreamCounters,
} from '../../src/stats/reports.ts'
import { type TreeRow, treeRows } from '../../src/view/tree.ts'
import * as accounts from '../support/stats.ts'
import { NO_LATENCY, upstreamCounts } from '../support/stats.ts'

/** Local on purpose: lines show the reader's own time of day, whatever the zone of the machine. */
export const SAMPLE_TIME_MS = new Date(2026, 0, 15, 12, 3, 11, 250).getTime()

export function latency(p50Us: number, p99Us: number): LatencySummary {
  return { count: 100, p50Us, p99Us, p999Us: p99Us * 1.6, maxUs: p99Us * 2.5 }
}

/** A server under way. */
export function nodeStats(id: string, parts: Partial<NodeStats> = {}): NodeStats {
  return accounts.nodeStats(id, {
    pid: 48_210,
    received: 400,
    answered: 400,
    latency: latency(38, 112),
    perSecond: 33.4,
    share: 1 / 6,
    expectedShare: 1 / 6,
    cpuPercent: 1.2,
    memoryBytes: 47_400_000,
    ...parts,
  })
}

export function clientStats(parts: Partial<ClientStats> = {}): ClientStats {
  return accounts.clientStats({
    sent: 2_404,
    answered: 2_398,
    failed: 4,
    pending: 2,
    failedBy: { connectionLost: 3, timeout: 1 },
    upstreams: [upstreamCounts('lb')],
    latency: latency(412, 1_240),
    targetRate: 200,
    perSecond: 199.6,
    pid: 48_219,
    ...parts,
  })
}

/** Nothing is wrong with any of them. */
function seen(ids: string): UpstreamCounters[] {
  return ids.split(' ').map(id => upstreamCounts(id))
}

export const SAMPLE_NODES: readonly NodeStats[] = [
  nodeStats('lb', {
    role: 'load-balancer',
    pid: 48_218,
    received: 2_404,
    inFlight: 2,
    latency: latency(398, 1_210),
    perSecond: 199.6,
    share: 1,
    expectedShare: 1,
    cpuPercent: 6.1,
    failed: 3,
    retried: 14,
    failedBy: { connectionLost: 2, timeout: 1 },
    upstreams: seen('proxy-1 proxy-2'),
  }),
  nodeStats('proxy-1', {
    role: 'proxy',
    behind: ['lb'],
    pid: 48_216,
    received: 1_203,
    latency: latency(204, 870),
    perSecond: 99.8,
    share: 0.5,
    expectedShare: 0.5,
    cpuPercent: 4.4,
    failed: 3,
    failedBy: { connectionLost: 3 },
    upstreams: [...seen('server-1 server-2'), upstreamCounts('server-3', { health: 'unhealthy' })],
  }),
  nodeStats('proxy-2', {
    role: 'proxy',
    behind: ['lb'],
    pid: 48_217,
    received: 1_201,
    inFlight: 1,
    latency: latency(197, 640),
    perSecond: 99.8,
    share: 0.5,
    expectedShare: 0.5,
    cpuPercent: 4.2,
    upstreams: seen('server-4 server-5 server-6'),
  }),
  nodeStats('server-1', { behind: ['proxy-1'], pid: 48_210, received: 428, share: 0.252, perSecond: 50.3 }),
  nodeStats('server-2', { behind: ['proxy-1'], pid: 48_211, received: 427, share: 0.248, perSecond: 49.5 }),
  nodeStats('server-3', {
    behind: ['proxy-1'],
    state: 'down',
    pid: null,
    received: 346,
    approximate: true,
    restarts: 1,
    inFlight: 0,
    latency: NO_LATENCY,
    share: 0,
    perSecond: 0,
    cpuPercent: null,
    memoryBytes: null,
    lastExit: 'signal SIGKILL',
  }),
  nodeStats('server-4', { behind: ['proxy-2'], pid: 48_213, received: 401, share: 0.168 }),
  nodeStats('server-5', {
    behind: ['proxy-2'],
    pid: 48_214,
    latency: latency(2_050, 11_800),
    inFlight: 1,
    share: 0.165,
    cpuPercent: 14.7,
  }),
  nodeStats('server-6', { behind: ['proxy-2'], pid: 48_215, share: 0.167 }),
]

export function statsReport(parts: Partial<StatsReport> = {}): StatsReport {
  return {
    timeMs: SAMPLE_TIME_MS,
    uptimeMs: 12_400,
    generation: 3,
    phase: 'running',
    client: clientStats(),
    nodes: SAMPLE_NODES,
    banner: null,
    ...parts,
  }
}

export function summaryReport(parts: Partial<SummaryReport> = {}): SummaryReport {
  return {
    timeMs: SAMPLE_TIME_MS,
    uptimeMs: 30_000,
    reason: 'SIGINT',
    client: clientStats({ pending: 0, answered: 2_400 }),
    nodes: SAMPLE_NODES.map(node => ({ ...node, state: 'stopped', pid: null, inFlight: 0 })),
    violations: [],
    restarts: 1,
    reloads: 2,
    controlErrors: 0,
    drainMs: 12,
    ...parts,
  }
}

export function runEvent(parts: Partial<RunEvent> = {}): RunEvent {
  return { timeMs: SAMPLE_TIME_MS, event: 'exit', node: 'server-3', detail: 'signal SIGKILL', ...parts }
}

export const SAMPLE_EVENTS: readonly RunEvent[] = [
  runEvent({ event: 'starting', node: null, detail: 'starting 9 nodes…' }),
  runEvent({ event: 'up', node: 'server-3', detail: 'pid 48212' }),
  runEvent({ event: 'reload', node: null, detail: 'generation 3: 1 changed (server-5)' }),
  runEvent(),
  runEvent({
    event: 'ejected',
    node: 'proxy-1',
    detail: 'server-3: lost',
    fields: { upstream: 'server-3', reason: 'lost' },
  }),
]

/** The same nodes on a bad day; `server-6` stands behind both proxies, which disagree. */
export const INCIDENT_NODES: readonly NodeStats[] = SAMPLE_NODES.map(node => {
  switch (node.id) {
    case 'proxy-1':
      return {
        ...node,
        panic: true,
        queued: 41,
        upstreams: [
          upstreamCounts('server-1', { circuit: 'open' }),
          upstreamCounts('server-2', { circuit: 'half-open' }),
          upstreamCounts('server-3', { health: 'unhealthy' }),
          upstreamCounts('server-6', { circuit: 'open' }),
        ],
      }
    case 'proxy-2':
      return {
        ...node,
        upstreams: [
          upstreamCounts('server-4', { ramp: 0.4 }),
          upstreamCounts('server-5', { admin: 'drain' }),
          upstreamCounts('server-6'),
        ],
      }
    case 'server-6':
      return { ...node, behind: ['proxy-1', 'proxy-2'] }
    default:
      return node
  }
})

/** A crash, then more ejections than any screen has lines, then panic. */
export const INCIDENT_EVENTS: readonly RunEvent[] = [
  runEvent(),
  ...Array.from({ length: 40 }, (_, i) =>
    runEvent({
      event: i % 2 === 0 ? 'ejected' : 'half-open',
      node: 'proxy-1',
      fields: { upstream: `server-${1 + (i % 3)}`, reason: '5 failures in a row', forMs: 2_070 },
    }),
  ),
  runEvent({ event: 'panic', node: 'proxy-1', detail: '1 of 3 usable', fields: { reason: '1 of 3 usable' } }),
]

export function logLine(msg: string, fields: LogFields = {}, level: LogLevel = 'info', node = 'server-1'): LogLine {
  return makeLogLine({ node, role: 'server', pid: 48_210 }, SAMPLE_TIME_MS, level, msg, fields)
}

/** `line 1`, `line 2` … */
export function logLines(count: number): LogLine[] {
  return Array.from({ length: count }, (_, i) => logLine(`line ${i + 1}`))
}

/** Rows of the table in the order of the tree, below clients that see nothing wrong. */
export function rowsOf(nodes: readonly NodeStats[]): TreeRow[] {
  return treeRows({ nodes, client: clientStats() })
}

/** `count` servers behind one load balancer, all up but the last. */
export function manyNodes(count: number): NodeStats[] {
  const servers = Array.from({ length: count }, (_, i) => nodeStats(`server-${i + 1}`, { behind: ['lb'] }))
  servers.push(nodeStats(`server-${count + 1}`, { behind: ['lb'], state: 'crash-loop', pid: null }))
  const upstreams = seen(servers.map(({ id }) => id).join(' '))
  return [nodeStats('lb', { role: 'load-balancer', share: 1, expectedShare: 1, upstreams }), ...servers]
}
