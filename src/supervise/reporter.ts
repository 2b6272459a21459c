/**
 * From the fleet's accounts to what views show. Totals are of the whole run; rates, shares and latencies are of a
 * window: since the last report, or, for eyes, of the last seconds.
 */
import { expectedShareByNode } from '../policy/expected-share.ts'
import { between, Histogram } from '../stats/histogram.ts'
import type {
  ClientCounters,
  ClientStats,
  LatencySummary,
  NodeCounters,
  NodeStats,
  StatsReport,
} from '../stats/reports.ts'
import type { NodeId, Role, Topology } from '../topology/types.ts'
import type { Fleet, Tended } from './fleet.ts'

/** All accounts at one moment. */
interface Snapshot {
  readonly atMs: number
  readonly nodes: ReadonlyMap<NodeId, NodeCounters>
  readonly client: ClientCounters
}

export interface ReporterOptions {
  readonly fleet: Fleet
  /** 0: each report tells what came since the one before. */
  readonly windowMs: number
}

export class Reporter {
  private readonly fleet: Fleet
  private readonly windowMs: number
  private readonly startedAtMs = performance.now()
  private first: Snapshot
  private readonly firstTopology: Topology
  /** When requests were last wanted: what comes after is the end of the run, not part of its rates. */
  private endedAtMs: number | null = null
  /** Oldest first; the first is what the next report compares with. */
  private history: Snapshot[]

  constructor(options: ReporterOptions) {
    this.fleet = options.fleet
    this.windowMs = options.windowMs
    this.first = this.snapshot()
    this.firstTopology = options.fleet.topology
    this.history = [this.first]
  }

  uptimeMs(): number {
    return Math.round((this.endedAtMs ?? performance.now()) - this.startedAtMs)
  }

  /** Requests begin now: rates of the whole run count from here. */
  begin(): void {
    this.first = { ...this.first, atMs: performance.now() }
    this.history = [this.first]
  }

  /** No more requests are wanted. */
  end(): void {
    this.endedAtMs = performance.now()
  }

  stats(phase: StatsReport['phase'], generation: number, banner: string | null): StatsReport {
    const now = this.snapshot()
    return this.report(this.baseline(now), now, phase, generation, banner)
  }

  /** The same for somebody who asks in between: what `stats` tells next is not changed by it. */
  peek(phase: StatsReport['phase'], generation: number, banner: string | null): StatsReport {
    return this.report(this.history[0]!, this.snapshot(), phase, generation, banner)
  }

  private report(
    since: Snapshot,
    now: Snapshot,
    phase: StatsReport['phase'],
    generation: number,
    banner: string | null,
  ): StatsReport {
    return {
      timeMs: Date.now(),
      uptimeMs: this.uptimeMs(),
      generation,
      phase,
      banner,
      client: this.client(since, now),
      nodes: this.nodes(since, now, expectedShareByNode(this.fleet.topology)),
    }
  }

  /** The same over the whole run. */
  total(): { client: ClientStats; nodes: NodeStats[] } {
    const now = { ...this.snapshot(), atMs: this.endedAtMs ?? performance.now() }
    // Over a run with edits no single topology tells what was to be expected.
    const isOneTopology = this.fleet.topology === this.firstTopology
    const expected = isOneTopology ? expectedShareByNode(this.fleet.topology) : new Map<NodeId, number | null>()
    return { client: this.client(this.first, now), nodes: this.nodes(this.first, now, expected) }
  }

  private baseline(now: Snapshot): Snapshot {
    this.history.push(now)
    while (this.history.length > 2 && this.history[1]!.atMs <= now.atMs - this.windowMs) this.history.shift()
    return this.history[0]!
  }

  private snapshot(): Snapshot {
    const { nodes, clients, clientsBook } = this.fleet
    return {
      atMs: performance.now(),
      nodes: new Map([...nodes].map(([id, { book, keeper }]) => [id, book.nodeTotal(keeper.openAccounts())])),
      client: clientsBook.clientTotal(clients.openAccounts()),
    }
  }

  private nodes(since: Snapshot, now: Snapshot, expected: ReadonlyMap<NodeId, number | null>): NodeStats[] {
    const gained = (id: NodeId) => now.nodes.get(id)!.received - (since.nodes.get(id)?.received ?? 0)
    const byRole = new Map<Role, number>()
    for (const { spec } of this.inOrder()) byRole.set(spec.role, (byRole.get(spec.role) ?? 0) + gained(spec.id))
    return this.inOrder().map(tended => {
      const { id, role } = tended.spec
      const ofRole = byRole.get(role)!
      return {
        ...this.nodeTotals(tended, now.nodes.get(id)!),
        latency: latencyOf(since.nodes.get(id)?.latency ?? [], now.nodes.get(id)!.latency),
        perSecond: perSecond(gained(id), since, now),
        share: ofRole === 0 ? null : roundShare(gained(id) / ofRole),
        expectedShare: roundShare(expected.get(id) ?? null),
      }
    })
  }

  private nodeTotals({ spec, keeper, book }: Tended, counters: NodeCounters): Omit<NodeStats, WindowedField> {
    const { latency: _, connections: __, ...counts } = counters
    const logs = this.fleet.logs.counts(spec.id)
    const facts = keeper.life?.isOver === false ? keeper.life.facts : null
    return {
      id: spec.id,
      role: spec.role,
      behind: spec.behind,
      backup: spec.role === 'server' && spec.backup,
      state: keeper.state,
      pid: keeper.life?.isOver === false ? keeper.life.child.pid : null,
      restarts: keeper.restarts,
      ...counts,
      cpuPercent: facts?.cpuPercent ?? null,
      memoryBytes: facts?.memoryBytes ?? null,
      approximate: book.isApproximate,
      lastExit: keeper.lastExit,
      lastLines: keeper.lastLines,
      hung: keeper.life?.isHung ?? false,
      logLines: logs.lines,
      logDropped: logs.dropped,
      admin: spec.admin,
    }
  }

  private client(since: Snapshot, now: Snapshot): ClientStats {
    const { clients, clientsBook, topology } = this.fleet
    const { latency, ...counts } = now.client
    return {
      ...counts,
      latency: latencyOf(since.client.latency, latency),
      targetRate: topology.load.rate,
      perSecond: perSecond(now.client.sent - since.client.sent, since, now),
      pid: clients.life?.isOver === false ? clients.life.child.pid : null,
      restarts: clients.restarts,
      approximate: clientsBook.isApproximate,
    }
  }

  /** The topology's nodes in its order, then those that were removed. */
  private inOrder(): Tended[] {
    const { nodes, topology } = this.fleet
    const present = topology.nodes.flatMap(({ id }) => nodes.get(id) ?? [])
    return [...present, ...[...nodes.values()].filter(tended => !present.includes(tended))]
  }
}

type WindowedField = 'latency' | 'perSecond' | 'share' | 'expectedShare'

function roundShare(share: number | null): number | null {
  return share === null ? null : Number(share.toFixed(4))
}

function perSecond(count: number, since: Snapshot, now: Snapshot): number {
  const seconds = (now.atMs - since.atMs) / 1_000
  return seconds > 0 ? Number((count / seconds).toFixed(1)) : 0
}

/** One for all: with a hundred nodes, four times a second, making them cost more than what is put into them. */
const WINDOW = new Histogram()

function latencyOf(before: readonly number[], after: readonly number[]): LatencySummary {
  return between(before, after, WINDOW).summary()
}
