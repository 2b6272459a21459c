/**
 * What crosses from nodes to the launcher and from the launcher to views: plain data, nothing else.
 * `NodeCounters` is a node's own account of one life; `NodeStats` is the launcher's account of the node.
 */
import type { Admin, NodeId, Role } from '../topology/types.ts'

/** What any node counts of requests. All only grow but `inFlight`. */
export interface RequestCounts {
  readonly received: number
  /** Of the received: from clients, which are no nodes of the topology; the built-in ones are such too. */
  readonly fromClients: number
  /** The others, by what the sender calls itself; with `fromClients` they sum to `received`. */
  readonly receivedFrom: Readonly<Record<NodeId, number>>
  readonly answered: number
  readonly failed: number
  readonly rejected: number
  readonly retried: number
  readonly inFlight: number
  /** Why accepted requests failed and others were rejected, by error name; sums to `failed` and `rejected`. */
  readonly failedBy: Readonly<Record<string, number>>
  readonly rejectedBy: Readonly<Record<string, number>>
  /** Answers that came after this node had given up on them: counted, never delivered. */
  readonly late: number
}

/** Of one life: everything since the process started. */
export interface NodeCounters extends RequestCounts {
  readonly connections: number
  /** Connections, to whomever, that ended because the peer's bytes were no part of the protocol. */
  readonly protocolErrors: number
  /** Those that ended because the peer took no bytes, or gave no sign of itself, for too long. */
  readonly stalledConnections: number
  /** Those that were closed as they came, since there were too many. */
  readonly droppedConnections: number
  /** Of those in flight: waiting, neither sent on nor served. */
  readonly queued: number
  /** So few upstreams are usable that ejections are ignored. */
  readonly panic: boolean
  readonly upstreams: readonly UpstreamCounters[]
  /** Time in this node of answered requests: bucket, count, bucket, count… (see `histogram.ts`). */
  readonly latency: readonly number[]
}

export type Health = 'unknown' | 'healthy' | 'unhealthy'
/** `closed` lets requests through, `open` blocks them (the upstream is ejected), `half-open` lets one try. */
export type Circuit = 'closed' | 'open' | 'half-open'

export interface UpstreamCounters {
  readonly id: NodeId
  /** Requests sent to it; at any instant = answered + failed + inFlight. */
  readonly picked: number
  readonly answered: number
  readonly failed: number
  /** Of the failed: ended by a lost link or a deadline, so that the upstream may never have received them. */
  readonly unconfirmed: number
  readonly inFlight: number
  readonly health: Health
  readonly circuit: Circuit
  /** How much of its share it takes, 0 to 1: below 1 for a while after a return. */
  readonly ramp: number
  readonly admin: Admin
}

/** The built-in clients' own account. `sent = answered + failed + pending` at any instant. */
export interface ClientCounters {
  readonly sent: number
  readonly answered: number
  readonly failed: number
  /** Attempts but the first of each request. */
  readonly retried: number
  readonly pending: number
  readonly failedBy: Readonly<Record<string, number>>
  readonly late: number
  /** The load balancers. */
  readonly upstreams: readonly UpstreamCounters[]
  /** From the planned send to the answer. */
  readonly latency: readonly number[]
}

export interface LatencySummary {
  readonly count: number
  /** Microseconds; null where count is 0. */
  readonly p50Us: number | null
  readonly p99Us: number | null
  readonly p999Us: number | null
  readonly maxUs: number | null
}

/** The launcher's view of the process. */
export type ProcessState = 'starting' | 'up' | 'draining' | 'down' | 'crash-loop' | 'stopped'

/** A node over all its lives: what it counted, and what the launcher knows of its process. */
export interface NodeStats extends RequestCounts {
  readonly id: NodeId
  readonly role: Role
  readonly behind: readonly NodeId[]
  readonly state: ProcessState
  readonly pid: number | null
  readonly restarts: number
  readonly protocolErrors: number
  readonly stalledConnections: number
  readonly droppedConnections: number
  readonly queued: number
  readonly panic: boolean
  /** Of a server: used only while none of its siblings that are no backups can be. */
  readonly backup: boolean
  /** Since the last line in `stats`, of the whole run in `summary`. */
  readonly latency: LatencySummary
  readonly upstreams: readonly UpstreamCounters[]
  /** Requests received per second since the last snapshot. */
  readonly perSecond: number
  /** Of all the requests that nodes of this role received since the last snapshot, 0 to 1; null without any. */
  readonly share: number | null
  /** What policies and weights promise this node of it, 0 to 1; null where a policy promises nothing. */
  readonly expectedShare: number | null
  /** Of one core since the last snapshot, 0 to 100 and above; null while no process runs. */
  readonly cpuPercent: number | null
  /** Resident set; null while no process runs. */
  readonly memoryBytes: number | null
  /** A life of this node ended before its last counts were told: the true counts are at least these. */
  readonly approximate: boolean
  /** How the last process ended, such as `signal SIGKILL` or `code 1`; null while none has. */
  readonly lastExit: string | null
  /** At most five lines that this process wrote last; none while none has ended. */
  readonly lastLines: readonly string[]
  /** A process runs, and has given no sign of life for 3 s. */
  readonly hung: boolean
  /** Lines of its log that reached the launcher, and lines that were dropped on the way, since they were too many. */
  readonly logLines: number
  readonly logDropped: number
  /** The operator's wish, as the topology in force has it. */
  readonly admin: Admin
}

/** The built-in clients over all their lives: what they counted, and what the launcher knows of their process. */
export interface ClientStats extends Omit<ClientCounters, 'latency'> {
  readonly latency: LatencySummary
  /** Requests planned per second by the load in force; 0 when it is off. */
  readonly targetRate: number
  readonly perSecond: number
  readonly pid: number | null
  readonly restarts: number
  readonly approximate: boolean
}

/** `timeMs` in all of these is Unix time in milliseconds. */
export interface ReadyReport {
  readonly timeMs: number
  readonly launcherPid: number
  readonly nodes: readonly { id: NodeId; role: Role; pid: number; socket: string }[]
  /** From the first fork to the last READY. */
  readonly tookMs: number
}

export interface StatsReport {
  readonly timeMs: number
  readonly uptimeMs: number
  /** Of the topology: 1 at start, one more with every edit that was applied. */
  readonly generation: number
  readonly phase: 'starting' | 'running' | 'stopping'
  readonly client: ClientStats
  /** Load balancers, proxies, servers in the file's order, then removed ones. */
  readonly nodes: readonly NodeStats[]
  /** Shown until the next good edit: why the last edit was rejected. */
  readonly banner: string | null
}

export type EventName =
  | 'starting'
  | 'up'
  | 'exit'
  | 'restart'
  | 'crash-loop'
  | 'hung'
  | 'awake'
  | 'ejected'
  | 'half-open'
  | 'restored'
  | 'panic'
  | 'panic-over'
  | 'backup'
  | 'backup-over'
  | 'admin'
  | 'plan'
  | 'command'
  | 'reload'
  | 'reload-rejected'
  | 'removed'
  | 'stopping'
  | 'law-violation'
  | 'log'
  | 'warning'

/** What a node has to say of whom it sends to, at the moment at which it changes. */
export interface UpstreamEvent {
  readonly event: 'ejected' | 'half-open' | 'restored' | 'panic' | 'panic-over' | 'backup' | 'backup-over' | 'admin'
  /** Null where it is about all of them. */
  readonly upstream: NodeId | null
  readonly reason: string
  /** Of an ejection that ends by time. */
  readonly forMs?: number
}

/** Something that happened at a moment. `detail` is a sentence for people; `fields` the same for machines. */
export interface RunEvent {
  readonly timeMs: number
  readonly event: EventName
  readonly node: NodeId | null
  readonly detail: string
  readonly fields?: Readonly<Record<string, string | number | boolean | null>>
}

export interface SummaryReport {
  readonly timeMs: number
  readonly uptimeMs: number
  /** Why the run ended: `duration`, `SIGINT`, `SIGTERM`, `quit`, `output closed`… */
  readonly reason: string
  readonly client: ClientStats
  readonly nodes: readonly NodeStats[]
  /** Sentences, each a law that the counters break; empty when all hold. */
  readonly violations: readonly string[]
  readonly restarts: number
  readonly reloads: number
  /** Connections to the control socket that were closed for what came over them, or for being too many. */
  readonly controlErrors: number
  readonly drainMs: number
}

/** What a run tells to whoever shows it. A view never asks anything back but what its constructor was handed. */
export interface View {
  ready(report: ReadyReport): void
  stats(report: StatsReport): void
  event(event: RunEvent): void
  summary(report: SummaryReport): void
  /** Gives the terminal back. Idempotent and synchronous: it also runs while the process dies. */
  close(): void
}
