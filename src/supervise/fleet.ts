/**
 * All processes of a topology: started leaves first, told of each other, stopped entry first. What the topology is, and
 * when it changes, is decided elsewhere.
 */
import { availableParallelism } from 'node:os'
import { makeHostClock, type Timer } from '../base/clock.ts'
import { Condition } from '../base/condition.ts'
import { every } from '../base/every.ts'
import type { Rng } from '../base/rng.ts'
import type { LogLevel } from '../stats/log-line.ts'
import type { EventName, RunEvent } from '../stats/reports.ts'
import { CLIENTS } from '../stats/violation.ts'
import { startOrder } from '../topology/order.ts'
import { socketPathOf } from '../topology/socket-path.ts'
import type { NodeId, NodeSpec, Topology } from '../topology/types.ts'
import { clientWiringOf, wiringOf } from '../topology/wiring.ts'
import { AccountBook } from './account-book.ts'
import { type Child, startChild } from './child.ts'
import { makeGate } from './gate.ts'
import { Keeper } from './keeper.ts'
import type { ForkChild, Life } from './life.ts'
import { type LogIntake, makeLogIntake } from './log-intake.ts'
import { LogStore } from './log-store.ts'
import type { Counters, Task } from './messages.ts'

/** What is left to a node to drain that stands behind a slow one. */
const DRAIN_MS_MIN = 200
/** How often processes are looked at for signs of life, which come once a second at least. */
const LOOK_EVERY_MS = 250
/** What a process printed last is read within a moment; what it started itself may hold its outputs for long. */
const LAST_WORDS_MS = 500

export interface FleetOptions {
  readonly childEntry: string
  readonly cwd: string
  readonly rng: Rng
  /** How often children tell what they counted. */
  readonly reportEveryMs: number
  /** What their logs write at all. */
  readonly logLevel: LogLevel
  /** Whether the clients trace their requests, and write a line for each. */
  readonly logsRequests: boolean
  onEvent(event: RunEvent): void
  /** A life of this node, or of the clients, has told its account; `before` is the one that it told last. */
  onAccount?(id: string, life: Life, before: Counters | null): void
}

/** One tended node. A removed one stays, stopped, with its account. */
export interface Tended {
  spec: NodeSpec
  readonly keeper: Keeper
  readonly book: AccountBook
}

export interface StartFailure {
  readonly id: string
  readonly reason: string
}

export class Fleet {
  topology: Topology
  readonly nodes = new Map<NodeId, Tended>()
  readonly clientsBook = new AccountBook()
  readonly clients: Keeper
  readonly logs = new LogStore()
  /** Whose output may still bring lines. */
  private readonly printing = new Set<object>()
  private readonly quiet = new Condition(() => this.printing.size === 0)
  isStopping = false
  private readonly options: FleetOptions
  private watching: Timer | null = null

  constructor(topology: Topology, options: FleetOptions) {
    this.topology = topology
    this.options = options
    this.clients = this.makeKeeper(CLIENTS, '', this.clientsBook, () => this.clientsTask())
    for (const spec of topology.nodes) this.tend(spec)
  }

  /** Starts everything, the clients last and still silent. Null, or the first that did not become ready. */
  async startAll(): Promise<StartFailure | null> {
    this.watching = every(
      makeHostClock(this.options.rng.fork('watch')),
      () => LOOK_EVERY_MS,
      lateMs => this.look(lateMs),
    )
    const limit = makeGate(2 * availableParallelism())
    const started = this.startEach(startOrder(this.topology), limit)
    const balancers = Promise.all(started.values())
    await limit.enter()
    const clients = this.startOne(this.clients, balancers)
    void clients.then(() => limit.leave())
    return firstFailure([...started.entries(), [CLIENTS, clients]])
  }

  private look(lateMs: number): void {
    this.clients.look(lateMs)
    for (const { keeper } of this.nodes.values()) keeper.look(lateMs)
  }

  /** Starts these nodes, each when those behind it are ready. Null, or the first that did not become ready. */
  async startNodes(specs: readonly NodeSpec[]): Promise<StartFailure | null> {
    for (const spec of specs) this.tend(spec)
    return firstFailure([...this.startEach(specs, makeGate(2 * availableParallelism())).entries()])
  }

  private startEach(
    specs: readonly NodeSpec[],
    limit: ReturnType<typeof makeGate>,
  ): Map<NodeId, Promise<string | null>> {
    const started = new Map<NodeId, Promise<string | null>>()
    let isFailed = false
    const startInTurn = async (keeper: Keeper, gate: Promise<unknown>) => {
      await limit.enter()
      // Whoever hears of the failure ends all, also those whose turn has not come.
      const problem = isFailed ? 'not started, since another did not become ready' : await this.startOne(keeper, gate)
      if (problem !== null) isFailed = true
      limit.leave()
      return problem
    }
    for (const spec of specs) {
      // Those behind it come earlier in the order, so their places at the gate are never waited for in a circle.
      const behind = specs.filter(other => other.behind.includes(spec.id)).map(other => started.get(other.id))
      started.set(spec.id, startInTurn(this.nodes.get(spec.id)!.keeper, Promise.all(behind)))
    }
    return started
  }

  /** Its turn may come only after everything was told to stop. */
  private startOne(keeper: Keeper, gate: Promise<unknown>): Promise<string | null> {
    return this.isStopping ? Promise.resolve('stopped before it started') : keeper.start(gate)
  }

  /** Tells every process that sends to this node where and who it is now. */
  async tellParents(id: NodeId): Promise<void> {
    const spec = this.nodes.get(id)!.spec
    const parents = spec.behind.map(parent => this.nodes.get(parent)?.keeper)
    if (spec.role === 'load-balancer') parents.push(this.clients)
    await Promise.all(parents.map(parent => parent?.apply()))
  }

  /** Entry first: a node drains when nobody sends to it any more. True if all ended in order. */
  async stopAll(): Promise<boolean> {
    this.beginStop()
    const endMs = performance.now() + this.topology.shutdown.drainTimeoutMs
    const remainingMs = () => Math.max(endMs - performance.now(), DRAIN_MS_MIN)
    const clients = this.clients.stop(remainingMs())
    const stopped = new Map<NodeId, Promise<boolean>>()
    for (const { spec, keeper } of this.entryFirst()) {
      const before = [clients, ...spec.behind.map(parent => stopped.get(parent))]
      stopped.set(
        spec.id,
        Promise.all(before).then(() => keeper.stop(remainingMs())),
      )
    }
    const ends = await Promise.all([clients, ...stopped.values()])
    await this.lastWords()
    return ends.every(isInOrder => isInOrder)
  }

  async killAll(): Promise<void> {
    this.beginStop()
    await Promise.all([this.clients.kill(), ...[...this.nodes.values()].map(({ keeper }) => keeper.kill())])
    await this.lastWords()
  }

  private async lastWords(): Promise<void> {
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, LAST_WORDS_MS)
      this.quiet.whenTrue(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }

  /** From here on each process has a limit of its own to end within. */
  private beginStop(): void {
    this.isStopping = true
    this.watching?.cancel()
  }

  /** Makes the node known, or gives a known one its new spec. */
  tend(spec: NodeSpec): Tended {
    const known = this.nodes.get(spec.id)
    if (known) {
      known.spec = spec
      return known
    }
    const book = new AccountBook()
    const socket = socketPathOf(this.topology.socketDir, spec.id)
    const keeper = this.makeKeeper(spec.id, socket, book, generation => this.taskOf(spec.id, generation))
    const tended: Tended = { spec, keeper, book }
    this.nodes.set(spec.id, tended)
    return tended
  }

  event(event: EventName, node: NodeId | null, detail: string, fields?: RunEvent['fields']): void {
    this.options.onEvent({ timeMs: Date.now(), event, node, detail, ...(fields ? { fields } : {}) })
  }

  /** What an edit has removed and is not gone yet comes last: nobody sends to it any more. */
  private entryFirst(): Tended[] {
    const present = startOrder(this.topology)
      .reverse()
      .map(spec => this.nodes.get(spec.id)!)
    const going = [...this.nodes.values()].filter(tended => !present.includes(tended))
    return [...present, ...going.filter(({ keeper }) => keeper.state !== 'stopped')]
  }

  private taskOf(id: NodeId, generation: number): Task {
    const wiring = wiringOf(this.topology, this.nodes.get(id)!.spec, other => this.readyGeneration(other))
    return { kind: 'node', wiring: { ...wiring, generation } }
  }

  private clientsTask(): Task {
    const wiring = clientWiringOf(this.topology, other => this.readyGeneration(other))
    return { kind: 'clients', wiring, logsRequests: this.options.logsRequests }
  }

  private readyGeneration(id: NodeId): number {
    return this.nodes.get(id)?.keeper.readyGeneration ?? 0
  }

  private makeKeeper(id: string, socket: string, book: AccountBook, taskFor: (generation: number) => Task): Keeper {
    const { rng, reportEveryMs, onAccount } = this.options
    return new Keeper({
      id,
      rng: rng.fork(id),
      reportEveryMs,
      restartSpec: () => this.topology.restart,
      taskFor,
      fork: handlers => this.fork(id, socket, handlers),
      onBack: () => this.onBack(id),
      onBuried: (account, isExact) => book.bury(account, isExact),
      onAccount: (life, before) => onAccount?.(id, life, before),
      onEvent: (event, detail, fields) => {
        if (!this.isStopping) this.event(event, id, detail, fields)
      },
    })
  }

  private fork(id: string, socket: string, handlers: Parameters<ForkChild>[0]): Child {
    const { childEntry, cwd, logLevel } = this.options
    const intake: LogIntake = makeLogIntake({
      logs: this.logs,
      source: () => ({ node: id, role: this.nodes.get(id)?.spec.role ?? 'client', pid: child.pid }),
      onOutputEnd: () => {
        this.printing.delete(intake)
        this.quiet.check()
      },
      onNotable: ({ msg, level }, isOwn) => this.event('log', id, msg, isOwn ? { level } : undefined),
    })
    this.printing.add(intake)
    const child: Child = startChild({ entry: childEntry, cwd, node: id, socket, logLevel }, { ...handlers, ...intake })
    return child
  }

  private onBack(id: string): void {
    if (id === CLIENTS) this.clients.send({ type: 'go' })
    else void this.tellParents(id)
  }
}

async function firstFailure(
  starts: readonly (readonly [string, Promise<string | null>])[],
): Promise<StartFailure | null> {
  // The first to fail decides: those that wait for it would only time out.
  return new Promise(resolve => {
    let open = starts.length
    if (open === 0) resolve(null)
    for (const [id, start] of starts) {
      void start.then(reason => {
        if (reason !== null) resolve({ id, reason })
        else if (--open === 0) resolve(null)
      })
    }
  })
}
