/**
 * A whole topology in one process and in virtual time: nodes of the real roles over the memory transport, with the
 * launcher's part (start, restart, publish the wiring, drain, kill) played by hand. A killed node does not run another
 * instruction, as a killed process would not.
 */

import { expect } from 'vitest'
import { makeRng, type Rng } from '../../src/base/rng.ts'
import { Client, type ClientListener } from '../../src/roles/client.ts'
import { makeNode, type RunningNode } from '../../src/roles/node.ts'
import { edgeViolations, type Knowledge } from '../../src/stats/edge-laws.ts'
import { growthViolations } from '../../src/stats/growth.ts'
import { Histogram } from '../../src/stats/histogram.ts'
import { clientLifeViolations, clientViolations, lifeViolations, nodeViolations } from '../../src/stats/laws.ts'
import type { ClientStats, NodeCounters, NodeStats, UpstreamEvent } from '../../src/stats/reports.ts'
import type { EndedRequest } from '../../src/stats/request-report.ts'
import { restViolations } from '../../src/stats/rest-laws.ts'
import { addNodeCounts, buryNode, NO_NODE_COUNTS } from '../../src/stats/totals.ts'
import { CLIENTS, textOf, type Violation, violation } from '../../src/stats/violation.ts'
import type { ClientWiring, NodeId, NodeSpec, Role, Topology, Wiring } from '../../src/topology/types.ts'
import { clientWiringOf, wiringOf } from '../../src/topology/wiring.ts'
import { makeMemoryTransport } from '../../src/transport/memory.ts'
import type { Connection, ConnectionHandler, Listener, Transport } from '../../src/transport/transport.ts'
import type { World } from '../../src/transport/world.ts'
import { atTestEnd } from './ends.ts'
import { makeVirtualClock, type VirtualClock } from './virtual-clock.ts'

const NO_TIMES = new Histogram().summary()
/** How long a drained process takes to be gone. */
const LEAVE_MS = 100

/** Surroundings that can be taken away between two instructions, or stand still as those of a stopped process do. */
export interface MortalWorld extends World {
  kill(): void
  /** From now on nothing happens in it: what falls due or comes waits for `thaw`. */
  freeze(): void
  thaw(): void
}

export function makeMortalWorld(world: World): MortalWorld {
  let isAlive = true
  /** What a frozen world has missed; null while it runs. */
  let missed: (() => void)[] | null = null
  const ifAlive = (act: () => void) => () => {
    if (!isAlive) return
    if (missed) missed.push(act)
    else act()
  }
  const connections = new Set<Connection>()
  const listeners: Listener[] = []
  const guarded = (handler: ConnectionHandler, connectionOf: () => Connection): ConnectionHandler => ({
    onOpen: ifAlive(() => handler.onOpen?.()),
    onBytes: bytes => ifAlive(() => handler.onBytes(bytes))(),
    onWritable: ifAlive(() => handler.onWritable()),
    onEnd: ifAlive(() => handler.onEnd()),
    onClose: reason => {
      connections.delete(connectionOf())
      ifAlive(() => handler.onClose(reason))()
    },
  })
  const transport: Transport = {
    listen: (address, accept, ready) => {
      const listener = world.transport.listen(
        address,
        connection => {
          connections.add(connection)
          return guarded(accept(connection), () => connection)
        },
        problem => isAlive && ready(problem),
      )
      listeners.push(listener)
      return listener
    },
    dial: (address, handler) => {
      const connection: Connection = world.transport.dial(
        address,
        guarded(handler, () => connection),
      )
      connections.add(connection)
      return connection
    },
  }
  return {
    clock: {
      ...world.clock,
      nowMs: () => world.clock.nowMs(),
      after: (delayMs, fire) => world.clock.after(delayMs, ifAlive(fire)),
      afterTurn: fire => world.clock.afterTurn(ifAlive(fire)),
    },
    rng: world.rng,
    transport,
    freeze: () => {
      missed ??= []
    },
    thaw: () => {
      const acts = missed ?? []
      missed = null
      for (const act of acts) ifAlive(act)()
    },
    kill: () => {
      isAlive = false
      for (const listener of listeners) listener.close()
      for (const connection of connections) connection.destroy()
    },
  }
}

const clusters: Cluster[] = []

// Whatever a story did to its cluster, the laws hold when it is over; where nothing is under way, to the last request.
atTestEnd(() => {
  for (const cluster of clusters.splice(0)) {
    expect(cluster.isAtRest() ? cluster.finalViolations() : cluster.violations()).toEqual([])
  }
})

/** One process's worth of a node. */
export interface Life {
  readonly id: NodeId
  readonly generation: number
  readonly role: Role
  readonly node: RunningNode
  readonly world: MortalWorld
  readonly ready: (string | null)[]
  isDraining: boolean
  isDrained: boolean
}

type Told = Omit<NodeCounters, 'connections'> & Knowledge & { readonly id: string }

export interface ClusterOptions {
  readonly seed?: string | number
  /** Start these nodes alone; others are the test's to play. */
  readonly only?: readonly NodeId[]
  /** Without the built-in client. */
  readonly isClientless?: boolean
  /** The client asks for the way of each request. */
  readonly isTraced?: boolean
}

export class Cluster {
  readonly clock: VirtualClock = makeVirtualClock()
  readonly rng: Rng
  readonly transport: Transport = makeMemoryTransport(this.clock)
  topology: Topology
  /** What nodes told of their upstreams: `from -> to event: reason`, in order. */
  readonly health: string[] = []
  outcomes = { answered: 0, failed: 0 }
  /** The requests that ended, where the client asks for their way. */
  readonly traced: EndedRequest[] = []
  /** How often a node or the client has said that a new wiring is in force. */
  applied = 0
  onOutcome: NonNullable<ClientListener['onOutcome']> = () => {}
  private readonly lives: Life[] = []
  private readonly past = new Map<NodeId, NodeCounters>()
  private readonly specs = new Map<NodeId, NodeSpec>()
  private readonly generations = new Map<NodeId, number>()
  private client_: Client | null = null
  private readonly isWhole: boolean
  /** What each told last: a launcher hears them at different times. */
  private readonly told = new Map<string, Told>()

  constructor(topology: Topology, options: ClusterOptions = {}) {
    clusters.push(this)
    this.topology = topology
    this.rng = makeRng(options.seed ?? 1)
    const only = options.only
    this.isWhole = !only
    const ids = topology.nodes.map(node => node.id).filter(id => !only || only.includes(id))
    // Leaves first, as the launcher does it.
    for (const id of ids.reverse()) this.start(id)
    this.clock.settle()
    if (!options.isClientless && !only) this.client_ = this.makeClient(options.isTraced === true)
    this.clock.settle()
  }

  get client(): Client {
    return this.client_!
  }

  world(label: string): World {
    return { clock: this.clock, rng: this.rng.fork(label), transport: this.transport }
  }

  wiring(id: NodeId): Wiring {
    return wiringOf(this.topology, this.specOf(id), this.generationOf)
  }

  clientWiring(): ClientWiring {
    return clientWiringOf(this.topology, this.generationOf)
  }

  /** The youngest life of a node that is not dead. */
  life(id: NodeId): Life {
    const life = this.lives.findLast(each => each.id === id)
    if (!life) throw new Error(`${id} does not run`)
    return life
  }

  node(id: NodeId): RunningNode {
    return this.life(id).node
  }

  isRunning(id: NodeId): boolean {
    return this.lives.some(life => life.id === id && !life.isDraining)
  }

  /** A process for the node, beside an older one that may still run. */
  start(id: NodeId): Life {
    const generation = this.generationOf(id) + 1
    this.generations.set(id, generation)
    this.specs.set(id, this.specOf(id))
    const world = makeMortalWorld(this.world(`${id}/${generation}`))
    const ready: (string | null)[] = []
    const node = makeNode(this.wiring(id), world, {
      onReady: problem => ready.push(problem),
      onUpstreamEvent: told => this.health.push(lineOf(id, told)),
    })
    const life: Life = {
      id,
      generation,
      role: this.specOf(id).role,
      node,
      world,
      ready,
      isDraining: false,
      isDrained: false,
    }
    this.lives.push(life)
    return life
  }

  /** Tells everybody who is whose upstream, and in which generation. */
  publish(): void {
    for (const life of this.lives) {
      if (life.isDraining || !this.topology.nodes.some(node => node.id === life.id)) continue
      life.node.apply(this.wiring(life.id), () => {
        this.applied++
      })
    }
    this.client_?.apply(this.clientWiring())
  }

  /** As the launcher restarts a node that died. */
  restart(id: NodeId): void {
    this.start(id)
    this.clock.settle()
    this.publish()
  }

  /** A new process beside the old one, everybody changes over, the old one drains. */
  replace(id: NodeId): void {
    const old = this.life(id)
    this.start(id)
    this.clock.settle()
    this.publish()
    this.clock.settle()
    this.drain(old)
  }

  /** As an edit of the file is applied: add, publish, drain what is gone. */
  edit(topology: Topology): void {
    const before = this.topology
    this.topology = topology
    const ids = new Set(topology.nodes.map(node => node.id))
    const added = topology.nodes.filter(node => !before.nodes.some(other => other.id === node.id))
    for (const { id } of [...added].reverse()) this.start(id)
    for (const spec of topology.nodes) this.specs.set(spec.id, spec)
    this.clock.settle()
    this.publish()
    this.clock.settle()
    for (const { id } of before.nodes) if (!ids.has(id) && this.isRunning(id)) this.drain(this.life(id))
  }

  drain(life: Life): void {
    life.isDraining = true
    life.node.drain(() => {
      life.isDrained = true
      this.clock.after(LEAVE_MS, () => this.kill(life))
    })
  }

  /** The process ends between two instructions. */
  kill(life: Life): void {
    const at = this.lives.indexOf(life)
    if (at < 0) return
    this.lives.splice(at, 1)
    const past = this.past.get(life.id) ?? NO_NODE_COUNTS
    this.past.set(life.id, addNodeCounts(past, buryNode({ ...life.node.counters(), latency: [] })))
    life.world.kill()
  }

  /** `count` requests, planned now. */
  send(count = 1): void {
    const nowMs = this.clock.nowMs()
    for (let i = 0; i < count; i++) this.client.send(nowMs, nowMs)
  }

  /** What the node counted in all its lives, its times left out: merging them at each step would take all the test's time. */
  counters(id: NodeId): NodeCounters {
    const living = this.lives.filter(life => life.id === id)
    return living.reduce(
      (sum, life) => addNodeCounts(sum, { ...life.node.counters(), latency: [] }),
      this.past.get(id) ?? NO_NODE_COUNTS,
    )
  }

  /** Requests that each of these nodes received. */
  received(...ids: NodeId[]): number[] {
    return ids.map(id => this.counters(id).received)
  }

  stats(): NodeStats[] {
    return [...this.specs.values()].map(spec => nodeStatsOf(spec, this.counters(spec.id)))
  }

  clientStats(): ClientStats {
    return {
      ...this.client.counters(),
      latency: NO_TIMES,
      targetRate: 0,
      perSecond: 0,
      pid: null,
      restarts: 0,
      approximate: false,
    }
  }

  /** The laws that hold at any instant. Of the nodes that `tells` names, now is what is known from here on. */
  violations(tells: (id: string) => boolean = () => true): string[] {
    return [...this.accountViolations(tells), ...this.edgeViolations()].map(textOf)
  }

  /** These, those of each life's times, and the laws that hold when nothing is under way. */
  finalViolations(): string[] {
    const lives = this.lives.flatMap(({ id, role, node }) => lifeViolations(id, role, node.counters()))
    const client = this.client_ ? clientLifeViolations(this.client.counters()) : []
    const rest = this.client_ ? restViolations(this.stats(), this.clientStats()) : []
    return [...this.violations(), ...[...lives, ...client, ...rest].map(textOf)]
  }

  /** Nothing is outstanding, as far as anybody knows. */
  isAtRest(): boolean {
    return (this.client_?.pending() ?? 0) === 0 && this.stats().every(({ inFlight }) => inFlight === 0)
  }

  private accountViolations(tells: (id: string) => boolean): Violation[] {
    const atMs = this.clock.nowMs()
    // A killed node is dead exactly at its last count: nothing of it is ever lost here.
    const tell = (account: Omit<Told, keyof Knowledge>) => {
      const before = this.told.get(account.id)
      if (tells(account.id)) this.told.set(account.id, { ...account, latestMs: atMs, sureMs: atMs })
      return before ? growthViolations(account.id, before, { ...before, ...account }) : []
    }
    const nodes = this.stats().flatMap(node => [...nodeViolations(node), ...tell({ ...node, latency: [] })])
    if (!this.client_) return nodes
    const client = this.clientStats()
    const asNode = { ...NO_NODE_COUNTS, ...client, id: CLIENTS, latency: [] }
    return [...nodes, ...clientViolations(client), ...tell(asNode), ...this.untold(client)]
  }

  private untold({ answered, failed }: ClientStats): Violation[] {
    const told = this.outcomes.answered + this.outcomes.failed
    if (told === answered + failed) return []
    return [violation('told', CLIENTS, `told of ${told} ends, but counts ${answered} + ${failed}`)]
  }

  private edgeViolations(): Violation[] {
    // Where the test plays the other ends, nobody has their accounts.
    if (!this.isWhole) return []
    const told = [...this.told.values()]
    return told.filter(({ id }) => id !== CLIENTS).flatMap(child => edgeViolations(child, told))
  }

  private makeClient(isTraced: boolean): Client {
    return new Client(this.clientWiring(), this.world('clients'), {
      ...(isTraced && { onTraced: (request: EndedRequest) => this.traced.push(request) }),
      onOutcome: (isAnswered, latencyMs) => {
        if (isAnswered) this.outcomes.answered++
        else this.outcomes.failed++
        this.onOutcome(isAnswered, latencyMs)
      },
      onUpstreamEvent: told => this.health.push(lineOf(CLIENTS, told)),
    })
  }

  private readonly generationOf = (id: NodeId): number => this.generations.get(id) ?? 0

  private specOf(id: NodeId): NodeSpec {
    return this.topology.nodes.find(node => node.id === id) ?? this.specs.get(id)!
  }
}

function lineOf(from: string, { upstream, event, reason }: UpstreamEvent): string {
  return `${from}${upstream === null ? '' : ` -> ${upstream}`} ${event}: ${reason}`
}

/** A node's own account in the launcher's form, with nothing known of its process. */
function nodeStatsOf(spec: NodeSpec, counters: NodeCounters): NodeStats {
  return {
    ...counters,
    id: spec.id,
    role: spec.role,
    behind: spec.behind,
    backup: spec.role === 'server' && spec.backup,
    state: 'up',
    pid: null,
    restarts: 0,
    latency: NO_TIMES,
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
  }
}
