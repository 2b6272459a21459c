/** One life of a node: a process from its fork to its end, the account that it gave of itself, and its signs of life. */
import { type Heartbeat, heardAt, lookAt, type Patience, type Verdict } from '../restart/heartbeat.ts'
import type { UpstreamEvent } from '../stats/reports.ts'
import type { Role } from '../topology/types.ts'
import type { Child, ChildEnding } from './child.ts'
import type { Counters, FromChild, Task, ToChild } from './messages.ts'
import type { ProcessFacts } from './process-facts.ts'

/** An `apply` that is not answered by then is given up on; the child may be hung, and routing goes on without it. */
const APPLY_LIMIT_MS = 2_000

export type ForkChild = (handlers: { onMessage(message: FromChild): void; onExit(ending: ChildEnding): void }) => Child

export interface LifeHandlers {
  onReady(): void
  /** Once. `readyForMs`: up to its last sign of life where it was given up; null when it never was ready. */
  onExit(ending: ChildEnding, readyForMs: number | null): void
  onUpstreamEvent(told: UpstreamEvent): void
  /** It has told its account; `before` is the one that it told last. */
  onAccount(before: Counters | null): void
  /** It was hung, and has given a sign of life. */
  onAwake(silentMs: number): void
}

export class Life {
  readonly generation: number
  readonly child: Child
  account: Counters | null = null
  /** Of the node that it runs; null for clients, and until it begins. */
  role: Role | null = null
  facts: ProcessFacts | null = null
  /** The account is the last word: nothing was counted after it. */
  isExact = false
  isReady = false
  isOver = false
  /** Why it could not become ready, in its own words. */
  problem: string | null = null
  /** Its end is wanted: not a crash. */
  isLeaving = false
  /** It was not ready in time, or hung for too long, and has been killed for it. */
  isGivenUp = false
  /** Neither did we kill it for want of an end, nor did it fail. That somebody else killed it is his affair. */
  private isOrderly = true
  private isStarted = false
  private readyAtMs: number | null = null
  private heartbeat: Heartbeat = heardAt(performance.now())
  private version = 0
  private waiting: { version: number; done: () => void }[] = []
  private readonly handlers: LifeHandlers
  private readonly over: Promise<void>
  private tellOver: () => void = () => {}

  constructor(generation: number, forkChild: ForkChild, handlers: LifeHandlers) {
    this.generation = generation
    this.handlers = handlers
    this.over = new Promise(resolve => {
      this.tellOver = resolve
    })
    this.child = forkChild({ onMessage: message => this.hear(message), onExit: ending => this.end(ending) })
  }

  start(task: Task, reportEveryMs: number): void {
    this.isStarted = true
    this.role = task.kind === 'node' ? task.wiring.spec.role : null
    this.child.send({ type: 'start', task, reportEveryMs })
  }

  /** Resolves when the child has changed over, is over, or does not answer in time. */
  apply(task: Task): Promise<void> {
    // What has not been started yet will be, with the wiring of that moment.
    if (!this.isStarted || this.isOver || this.isLeaving) return Promise.resolve()
    const version = ++this.version
    this.child.send({ type: 'apply', task, version })
    return new Promise(resolve => {
      const timer = setTimeout(resolve, APPLY_LIMIT_MS)
      this.waiting.push({
        version,
        done: () => {
          clearTimeout(timer)
          resolve()
        },
      })
    })
  }

  send(message: ToChild): void {
    this.child.send(message)
  }

  get isHung(): boolean {
    return this.heartbeat.isHung && !this.isOver
  }

  /** Whether it still gives signs of life. `lateMs`: for how long before this the launcher itself did not run. */
  look(patience: Patience, lateMs: number): { verdict: Verdict; silentMs: number } {
    const { heartbeat, verdict, silentMs } = lookAt(this.heartbeat, patience, performance.now(), lateMs)
    this.heartbeat = heartbeat
    return { verdict, silentMs }
  }

  /** Ends it for this reason: not a crash of its own. */
  giveUp(problem: string): void {
    this.isGivenUp = true
    this.problem = problem
    this.child.kill('SIGKILL')
  }

  /** Drains; what is not gone by the limit is killed. Resolves when the process is over: true if in order. */
  async leave(limitMs: number): Promise<boolean> {
    if (this.isOver) return this.isOrderly
    this.isLeaving = true
    this.child.send({ type: 'drain' })
    const timer = setTimeout(() => this.killNow(), limitMs)
    await this.over
    clearTimeout(timer)
    return this.isOrderly
  }

  /** At once, without a last word. */
  async kill(): Promise<void> {
    if (this.isOver) return
    this.isLeaving = true
    this.killNow()
    await this.over
  }

  private killNow(): void {
    this.isOrderly = false
    this.child.kill('SIGKILL')
  }

  private hear(message: FromChild): void {
    this.feelPulse()
    if (message.type === 'counters' || message.type === 'drained') {
      const before = this.account
      this.account = message.account
      this.facts = message.facts
      this.isExact = message.type === 'drained'
      this.handlers.onAccount(before)
    } else if (message.type === 'ready') this.hearReady(message.problem)
    else if (message.type === 'applied') this.settle(message.version)
    else this.handlers.onUpstreamEvent(message.told)
  }

  private feelPulse(): void {
    // Until it is ready only that counts, however much it says; and what was killed comes back no more.
    if (!this.isReady || this.isGivenUp) return
    const { isHung, aliveAtMs } = this.heartbeat
    this.heartbeat = heardAt(performance.now())
    if (isHung) this.handlers.onAwake(this.heartbeat.aliveAtMs - aliveAtMs)
  }

  private hearReady(problem: string | null): void {
    // It was told to go, or killed, before it could say so: nobody should begin to use it.
    if (this.isLeaving || this.isGivenUp) return
    this.problem = problem
    if (problem !== null) return this.child.kill('SIGKILL')
    this.isReady = true
    this.readyAtMs = performance.now()
    this.heartbeat = heardAt(this.readyAtMs)
    this.handlers.onReady()
  }

  private settle(version: number): void {
    for (const wait of this.waiting) if (wait.version <= version) wait.done()
    this.waiting = this.waiting.filter(wait => wait.version > version)
  }

  private end(ending: ChildEnding): void {
    this.isOver = true
    if (ending.exitCode !== null && ending.exitCode !== 0) this.isOrderly = false
    // Told to go before it had begun: it counted nothing, and says nothing.
    if (this.account === null && ending.exitCode === 0) this.isExact = true
    this.settle(this.version)
    const lastMs = this.isGivenUp ? this.heartbeat.aliveAtMs : performance.now()
    this.handlers.onExit(ending, this.readyAtMs === null ? null : lastMs - this.readyAtMs)
    this.tellOver()
  }
}
