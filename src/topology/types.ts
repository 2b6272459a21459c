/** A topology after the parser: defaults filled in, replicas expanded, durations in milliseconds, frozen. */
import type { ServiceTime } from './service-time.ts'

export type NodeId = string
export type Role = 'load-balancer' | 'proxy' | 'server'

/** A policy's name and its own parameters, as the file gave them. */
export interface PolicySpec {
  readonly name: string
}

interface NodeBase {
  readonly id: NodeId
  /** The forwarders that send to this node, in the file's order; empty for a load balancer. */
  readonly behind: readonly NodeId[]
  /** Share of traffic relative to its siblings, for policies that weigh; 0 takes none. */
  readonly weight: number
}

export interface ForwarderSpec extends NodeBase {
  readonly role: 'load-balancer' | 'proxy'
  readonly policy: PolicySpec
  /** The longest that this hop waits for an answer, whatever the request's own deadline leaves. */
  readonly timeoutMs: number
  /** Requests that this node holds at a time; more are rejected. */
  readonly inFlightMax: number
}

export interface ServerSpec extends NodeBase {
  readonly role: 'server'
  readonly serviceTime: ServiceTime
  /** Requests served at a time. */
  readonly concurrency: number
  /** Requests that may wait for a place; more are rejected. */
  readonly queueMax: number
  /** 0 to 1: the share of requests answered with an application error. */
  readonly errorRate: number
}

export type NodeSpec = ForwarderSpec | ServerSpec

/** The built-in clients. */
export interface LoadSpec {
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
}

export interface RestartSpec {
  readonly delayMinMs: number
  readonly delayMaxMs: number
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
