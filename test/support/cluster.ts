/**
 * A whole topology in one process and in virtual time: nodes of the real roles over the memory transport, with the
 * launcher's part (start, restart, publish the wiring, drain, kill) played by hand.
 */

import { expect } from 'vitest'
import { makeRng, type Rng } from '../../src/base/rng.ts'
import { Client, type ClientListener } from '../../src/roles/client.ts'
import { makeNode, type RunningNode } from '../../src/roles/node.ts'
import { clientLifeViolations, lifeViolations } from '../../src/stats/laws.ts'
import type { ClientStats, NodeCounters, NodeStats, UpstreamEvent } from '../../src/stats/reports.ts'
import type { EndedRequest } from '../../src/stats/request-report.ts'
import { restViolations } from '../../src/stats/rest-laws.ts'
import { addNodeCounts, buryNode, NO_NODE_COUNTS } from '../../src/stats/totals.ts'
import { CLIENTS, textOf, type Violation, violation } from '../../src/stats/violation.ts'
import type { ClientWiring, NodeId, NodeSpec, Role, Topology, Wiring } from '../../src/topology/types.ts'
import { clientWiringOf, wiringOf } from '../../src/topology/wiring.ts'
import { makeMemoryTransport } from '../../src/transport/memory.ts'
import type { Transport } from '../../src/transport/transport.ts'
import type { World } from '../../src/transport/world.ts'
import { atTestEnd } from './ends.ts'
import { LawWatch } from './law-watch.ts'
import { type MortalWorld, makeMortalWorld } from './mortal-world.ts'
import { makeSlowWorld, type Slowness } from './slow-world.ts'
import { clientStats, NO_LATENCY, nodeStats } from './stats.ts'
import { makeVirtualClock, type VirtualClock } from './virtual-clock.ts'

/** How long a drained process takes to be gone. */
const LEAVE_MS = 100

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

export interface ClusterOptions {
  readonly seed?: string | number
  /** Start these nodes alone; others are the test's to play. */
  readonly only?: readonly NodeId[]
  /** Without the built-in client. */
  readonly isClientless?: boolean
  /** The client asks for the way of each request. */
  readonly isTraced?: boolean
  /** How slow the surroundings of a node are, or those of the `clients`; without it nothing but work takes time. */
  readonly slowness?: (id: string) => Slowness
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
  private readonly laws: LawWatch
  private readonly slowness: (id: string) => Slowness

  constructor(topology: Topology, options: ClusterOptions = {}) {
    clusters.push(this)
    this.topology = topology
    this.rng = makeRng(options.seed ?? 1)
    this.slowness = options.slowness ?? (() => ({}))
    const only = options.only
    // Where the test plays the other ends, nobody has their accounts.
    this.laws = new LawWatch(!only)
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
    const world = makeMortalWorld(makeSlowWorld(this.world(`${id}/${generation}`), this.slowness(id)))
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
    return { ...clientStats({ targetRate: 0, pid: null }), ...this.client.counters(), latency: NO_LATENCY }
  }

  /** The laws that hold at any instant. Of the nodes that `tells` names, now is what is known from here on. */
  violations(tells: (id: string) => boolean = () => true): string[] {
    const client = this.client_ && this.clientStats()
    const broken = this.laws.look(this.stats(), client, this.clock.nowMs(), tells)
    return [...broken, ...(client ? this.untold(client) : [])].map(textOf)
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

  private untold({ answered, failed }: ClientStats): Violation[] {
    const told = this.outcomes.answered + this.outcomes.failed
    if (told === answered + failed) return []
    return [violation('told', CLIENTS, `told of ${told} ends, but counts ${answered} + ${failed}`)]
  }

  private makeClient(isTraced: boolean): Client {
    return new Client(this.clientWiring(), makeSlowWorld(this.world('clients'), this.slowness('clients')), {
      ...(isTraced && { onTraced: (request: EndedRequest) => this.traced.push(request) }),
      onOutcome: (isAnswered, ...rest) => {
        if (isAnswered) this.outcomes.answered++
        else this.outcomes.failed++
        this.onOutcome(isAnswered, ...rest)
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
  const { id, role, behind } = spec
  const backup = role === 'server' && spec.backup
  return { ...nodeStats(id, { role, behind, backup, pid: null }), ...counters, latency: NO_LATENCY }
}
