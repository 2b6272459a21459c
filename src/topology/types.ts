/** A topology after the parser: defaults filled in, replicas expanded, durations in milliseconds, frozen. */
import type { PolicyName, PolicyParameters } from './policy-names.ts'
import type { ServiceTime } from './service-time.ts'

export type NodeId = string
export type Role = 'load-balancer' | 'proxy' | 'server'

/** A policy's name, and its own parameters where it has any. */
export type PolicySpec<Name extends PolicyName = PolicyName> = Name extends keyof PolicyParameters
  ? { readonly name: Name } & PolicyParameters[Name]
  : { readonly name: Name }

interface NodeBase extends QueueSpec {
  readonly id: NodeId
  /** The forwarders that send to this node, in the file's order; empty for a load balancer. */
  readonly behind: readonly NodeId[]
  /** Share of traffic relative to its siblings, for policies that weigh; 0 takes none. */
  readonly weight: number
  /** The operator's wish; a load balancer is always `ready`. */
  readonly admin: Admin
}

/** `drain`: gets nothing new and is still watched; `maintenance`: nor is it watched. */
export type Admin = (typeof ADMINS)[number]
export const ADMINS = ['ready', 'drain', 'maintenance'] as const

/** Requests that wait for their turn; more are rejected. */
export interface QueueSpec {
  readonly queueMax: number
  readonly queueDiscipline: QueueDiscipline
  /** `codel`: the longest wait while the queue has not been empty for an interval. */
  readonly queueTargetMs: number
  readonly queueIntervalMs: number
}

export type QueueDiscipline = (typeof QUEUE_DISCIPLINES)[number]
export const QUEUE_DISCIPLINES = ['fifo', 'codel'] as const

/** When a request is sent again that one upstream did not answer. */
export interface RetrySpec {
  /** Sends of one request at most, the first included; 1: it is never sent again. */
  readonly attempts: number
  /** The longest that one attempt may take while another one, elsewhere, may follow. */
  readonly attemptTimeoutMs: number
  /** Retries for each request that came, 0 to 1, and besides so many per second. */
  readonly retryBudget: number
  readonly retryReserve: number
}

export interface ForwarderSpec extends NodeBase, RetrySpec {
  readonly role: 'load-balancer' | 'proxy'
  readonly policy: PolicySpec
  /** The longest that this hop waits for an answer, whatever the request's own deadline leaves. */
  readonly timeoutMs: number
  /** Requests sent on and unanswered at a time; more wait in the queue. */
  readonly inFlightMax: number
}

export interface ServerSpec extends NodeBase {
  readonly role: 'server'
  readonly serviceTime: ServiceTime
  /** Requests served at a time. */
  readonly concurrency: number
  /** 0 to 1: the share of requests answered with an application error. */
  readonly errorRate: number
  /** Used only while none of its siblings that are no backups can be. */
  readonly backup: boolean
}

export type NodeSpec = ForwarderSpec | ServerSpec

/** The built-in clients. */
export interface LoadSpec extends RetrySpec {
  /** Requests per second, planned whether or not answers come (open loop); 0: none. */
  readonly rate: number
  /** Connections to each load balancer. */
  readonly connections: number
  readonly payloadBytes: number
  readonly arrivals: 'poisson' | 'uniform'
  readonly idempotent: boolean
  /** The deadline of a request, from its planned send. */
  readonly timeoutMs: number
}

export interface HealthSpec {
  /** A link silent for this long is sent a PING. */
  readonly intervalMs: number
  /** A link with something outstanding and no byte for this long gets no more requests until it speaks. */
  readonly timeoutMs: number
  /** So many PINGs in a row unanswered, each given `intervalMs`, take out an upstream that nothing else is asked of. */
  readonly fall: number
  /** Signs of life in a row, each an answer to something sent, that bring back one which had fallen silent. */
  readonly rise: number
  /** So many failed requests in a row eject; 0: never. */
  readonly consecutiveFailures: number
  /** A lower share of successes within the window ejects, once so many requests ended in it; 0: never. */
  readonly successRateMin: number
  readonly successRateWindowMs: number
  readonly successRateRequests: number
  /** Of the first ejection; of the n-th in a row n times as long, up to the longest. */
  readonly ejectionTimeMs: number
  readonly ejectionTimeMaxMs: number
  /** Of the upstreams of one node, how many may be ejected at once, 0 to 1; one may always be, the last never. */
  readonly ejectedShareMax: number
  /** With a smaller share of the upstreams usable, 0 to 1, ejections are ignored. */
  readonly panicThreshold: number
  /** An upstream that returns takes its full share only after this long; 0: at once. */
  readonly slowStartMs: number
}

export interface RestartSpec {
  readonly delayMinMs: number
  readonly delayMaxMs: number
  /** A process that gives no sign of life for this long is killed and replaced. */
  readonly heartbeatTimeoutMs: number
}

export interface ShutdownSpec {
  /** The longest that a node may take to finish what it holds before it is killed. */
  readonly drainTimeoutMs: number
}

export interface Topology {
  /** As the file gives it, relative to the file's folder. */
  readonly socketDir: string
  /** Load balancers, then proxies, then servers, each in the file's order. */
  readonly nodes: readonly NodeSpec[]
  readonly load: LoadSpec
  readonly health: HealthSpec
  readonly restart: RestartSpec
  readonly shutdown: ShutdownSpec
}

export type NonEmpty<T> = readonly [T, ...T[]]

/** One thing that is wrong, where, and what to do about it. */
export interface Problem {
  /** Stable, for machines and for searching: `UNKNOWN_NODE`. */
  readonly code: string
  readonly message: string
  /** What to do about it. */
  readonly hint: string
  /** JSON path such as `servers[3].behind`; '' for the file as a whole. */
  readonly path: string
  /** Both from 1; 0 where the problem has no place in the text (an unreadable file). */
  readonly line: number
  readonly column: number
  /** Columns to underline, at least 1. */
  readonly length: number
}

export type ParseResult =
  /** `warnings`: what runs, but hardly as its author meant it; in the order of the text. */
  | { readonly ok: true; readonly topology: Topology; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: NonEmpty<Problem> }

/** What separates two topologies, node by node. */
export type TopologyChange =
  | { readonly kind: 'added'; readonly spec: NodeSpec }
  | { readonly kind: 'removed'; readonly id: NodeId }
  | { readonly kind: 'changed'; readonly before: NodeSpec; readonly after: NodeSpec }

/** One upstream as a forwarder's process needs it. */
export interface UpstreamSpec {
  readonly id: NodeId
  readonly socket: string
  readonly weight: number
  readonly backup: boolean
  readonly admin: Admin
  /** A higher number than before means: a new process listens there, connect to it and leave the old one. */
  readonly generation: number
}

/** All that one node's process needs to know; it never sees the whole topology. */
export interface Wiring {
  readonly spec: NodeSpec
  readonly socket: string
  /** Which life of this node it is: 1 at the first start, then up with each restart or replacement. */
  readonly generation: number
  readonly upstreams: readonly UpstreamSpec[]
  readonly health: HealthSpec
}

/** The same for the process of the built-in clients; its upstreams are the load balancers. */
export interface ClientWiring {
  readonly load: LoadSpec
  readonly upstreams: readonly UpstreamSpec[]
  readonly health: HealthSpec
}
