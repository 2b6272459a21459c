/** Accounts for tests: consistent ones, of which a test changes the few counts that it cares about. */
import type { ClientStats, LatencySummary, NodeStats, UpstreamCounters } from '../../src/stats/reports.ts'

export const NO_LATENCY: LatencySummary = { count: 0, p50Us: null, p99Us: null, p999Us: null, maxUs: null }

export function nodeStats(id: string, counts: Partial<NodeStats> = {}): NodeStats {
  return {
    id,
    role: 'server',
    behind: [],
    state: 'up',
    pid: 1_000,
    restarts: 0,
    received: 0,
    // Who sent them is of no matter to most tests: clients.
    fromClients: (counts.received ?? 0) - Object.values(counts.receivedFrom ?? {}).reduce((sum, each) => sum + each, 0),
    receivedFrom: {},
    answered: 0,
    failed: 0,
    rejected: 0,
    retried: 0,
    inFlight: 0,
    failedBy: {},
    rejectedBy: {},
    late: 0,
    protocolErrors: 0,
    stalledConnections: 0,
    droppedConnections: 0,
    queued: 0,
    panic: false,
    backup: false,
    latency: NO_LATENCY,
    upstreams: [],
    perSecond: 0,
    share: null,
    expectedShare: null,
    cpuPercent: null,
    memoryBytes: null,
    approximate: false,
    lastExit: null,
    lastLines: [],
    hung: false,
    logLines: 0,
    logDropped: 0,
    admin: 'ready',
    ...counts,
  }
}

/** As an upstream is while nothing is wrong with it. */
const WELL = { health: 'healthy', circuit: 'closed', ramp: 1, admin: 'ready' } as const

export function upstreamCounts(id: string, counts: Partial<UpstreamCounters> = {}): UpstreamCounters {
  return { id, picked: 0, answered: 0, failed: 0, unconfirmed: 0, inFlight: 0, ...WELL, ...counts }
}

export function clientStats(counts: Partial<ClientStats> = {}): ClientStats {
  return {
    sent: 0,
    answered: 0,
    failed: 0,
    retried: 0,
    pending: 0,
    failedBy: {},
    late: 0,
    upstreams: [],
    latency: NO_LATENCY,
    targetRate: 50,
    perSecond: 0,
    pid: 999,
    restarts: 0,
    approximate: false,
    ...counts,
  }
}
