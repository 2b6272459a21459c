/**
 * Keeps one node alive: starts its process, notices its end, starts the next by the restart rule, and sums what all of
 * its lives counted. It knows nothing of other nodes; the fleet tells it what its process should be.
 */
import type { Rng } from '../base/rng.ts'
import { formatLatency } from '../base/units.ts'
import { NO_FAILED_STARTS, type RestartState, stepRestart } from '../restart/restart-rule.ts'
import type { ProcessCounts } from '../stats/process-laws.ts'
import type { EventName, ProcessState, UpstreamEvent } from '../stats/reports.ts'
import type { RestartSpec } from '../topology/types.ts'
import type { ChildEnding } from './child.ts'
import { type ForkChild, Life } from './life.ts'
import type { Counters, Task, ToChild } from './messages.ts'

/** From a process's own fork to its READY. */
const READY_LIMIT_MS = 5_000

export interface KeeperContext {
  readonly id: string
  readonly rng: Rng
  readonly reportEveryMs: number
  restartSpec(): RestartSpec
  fork: ForkChild
  /** What a life of this generation should be, by the topology of now. */
  taskFor(generation: number): Task
  /** A life is ready: whoever sends to it should know. Not called for the first. */
  onBack(): void
  onEvent(event: EventName, detail: string, fields?: Record<string, string | number | null>): void
  /** Counts of a life that is over, last word or not. */
  onBuried(account: Counters | null, isExact: boolean): void
  /** A life has told its account; `before` is the one that it told last. */
  onAccount(life: Life, before: Counters | null): void
}

export class Keeper {
  state: ProcessState = 'starting'
  restarts = 0
  lastExit: string | null = null
  /** Of the newest life. */
  generation = 0
  /** Of the newest life that was ready: what others should connect to. */
  readyGeneration = 0
  life: Life | null = null
  /** Older lives that finish what they have while a replacement serves. */
  private leaving: Life[] = []
  private restartState: RestartState = NO_FAILED_STARTS
  private restartTimer: NodeJS.Timeout | null = null
  private readyTimer: NodeJS.Timeout | null = null
  private isWanted = true
  private starts = 0
  private asked = 0
  private exits = 0
  private spawnErrors = 0
  private isFirstStart = true
  private tellStarted: ((problem: string | null) => void) | null = null
  private readonly context: KeeperContext

  constructor(context: KeeperContext) {
    this.context = context
  }

  /**
   * Forks at once and lets the process begin when `gate` opens. Resolves with null when it is ready, or with why it is
   * not, also where it is stopped before; then nothing is left running, and nothing is started again by itself.
   */
  start(gate: Promise<unknown>): Promise<string | null> {
    this.isWanted = true
    this.isFirstStart = true
    this.restartState = NO_FAILED_STARTS
    this.callOffRestart()
    return new Promise(resolve => {
      this.tellStarted = resolve
      this.asked++
      this.begin(gate)
    })
  }

  /** A new process beside the old one, which goes on until `leaveOld`. Resolves as `start` does; a failure keeps the old. */
  async replace(): Promise<string | null> {
    const old = this.life?.isReady && !this.life.isOver ? this.life : null
    if (old) {
      old.isLeaving = true
      this.leaving.push(old)
    } else await this.life?.kill() // on its way to what nobody wants any more
    const problem = await this.start(Promise.resolve())
    if (problem === null || !this.isWanted) return problem
    this.isFirstStart = false
    if (old && !old.isOver) this.takeBack(old)
    else this.scheduleRestart(null, null)
    return problem
  }

  private takeBack(old: Life): void {
    this.leaving = this.leaving.filter(life => life !== old)
    old.isLeaving = false
    this.life = old
    this.state = 'up'
  }

  /** Ends what `replace` left beside the new process. */
  async leaveOld(limitMs: number): Promise<void> {
    await Promise.all(this.leaving.map(life => life.leave(limitMs)))
  }

  apply(): Promise<void> {
    const life = this.life
    return life ? life.apply(this.context.taskFor(life.generation)) : Promise.resolve()
  }

  send(message: ToChild): void {
    this.life?.send(message)
  }

  /** Drains and ends the process, in order (true) or killed at the limit (false). Nothing is started again. */
  async stop(limitMs: number): Promise<boolean> {
    this.unwant()
    if (this.life && !this.life.isOver) this.state = 'draining'
    const ends = await Promise.all(
      [...this.leaving, ...(this.life ? [this.life] : [])].map(life => life.leave(limitMs)),
    )
    this.state = 'stopped'
    return ends.every(isExact => isExact)
  }

  async kill(): Promise<void> {
    this.unwant()
    await Promise.all([...this.leaving, ...(this.life ? [this.life] : [])].map(life => life.kill()))
    this.state = 'stopped'
  }

  /** Accounts of the lives that are not over. */
  openAccounts(): Counters[] {
    return this.openLives().flatMap(life => life.account ?? [])
  }

  openLives(): Life[] {
    return [...this.leaving, ...(this.life ? [this.life] : [])].filter(life => !life.isOver)
  }

  processes(): ProcessCounts {
    const { starts, asked, exits, spawnErrors, restarts } = this
    return { starts, asked, running: this.openLives().length, exits, spawnErrors, restarts }
  }

  private unwant(): void {
    this.isWanted = false
    this.callOffRestart()
  }

  private callOffRestart(): void {
    if (this.restartTimer) clearTimeout(this.restartTimer)
    this.restartTimer = null
  }

  private begin(gate: Promise<unknown>): void {
    this.state = 'starting'
    this.starts++
    const generation = ++this.generation
    const life: Life = new Life(generation, this.context.fork, {
      onReady: () => this.onReady(life),
      onExit: (ending, readyForMs) => this.onExit(life, ending, readyForMs),
      onUpstreamEvent: told => this.context.onEvent(told.event, sentenceOf(told), fieldsOf(told)),
      onAccount: before => this.context.onAccount(life, before),
    })
    this.life = life
    this.readyTimer = setTimeout(() => {
      life.problem = `not ready within ${READY_LIMIT_MS / 1_000} s`
      life.child.kill('SIGKILL')
    }, READY_LIMIT_MS)
    void gate.then(() => life.start(this.context.taskFor(generation), this.context.reportEveryMs))
  }

  private onReady(life: Life): void {
    if (this.readyTimer) clearTimeout(this.readyTimer)
    this.readyGeneration = life.generation
    this.state = 'up'
    const isBack = !this.isFirstStart
    this.isFirstStart = false
    this.answerStart(null)
    if (!isBack) return
    this.restarts++
    this.context.onEvent('up', `pid ${life.child.pid}`, { pid: life.child.pid, restarts: this.restarts })
    this.context.onBack()
  }

  private onExit(life: Life, ending: ChildEnding, readyForMs: number | null): void {
    if (life === this.life && this.readyTimer) clearTimeout(this.readyTimer)
    this.leaving = this.leaving.filter(other => other !== life)
    if (life.child.pid === 0) this.spawnErrors++
    else this.exits++
    this.context.onBuried(life.account, life.isExact)
    if (life === this.life && life.isLeaving) this.answerStart('stopped before it was ready')
    if (life !== this.life || life.isLeaving) return
    this.lastExit = life.problem ?? ending.text
    this.life = null
    if (this.isFirstStart) return this.failStart(ending)
    this.tellExit(ending)
    if (this.isWanted) this.scheduleRestart(ending.exitCode, readyForMs)
  }

  private failStart(ending: ChildEnding): void {
    this.state = 'down'
    const said = ending.lastLines.length > 0 ? `; it said: ${ending.lastLines.join(' | ')}` : ''
    this.answerStart(`${this.lastExit}${said}`)
  }

  private answerStart(problem: string | null): void {
    this.tellStarted?.(problem)
    this.tellStarted = null
  }

  private tellExit(ending: ChildEnding): void {
    const lines = ending.lastLines.map(line => `\n  ${line}`).join('')
    this.context.onEvent('exit', `${this.lastExit}${lines}`, { code: ending.exitCode, signal: ending.signal })
  }

  private scheduleRestart(exitCode: number | null, readyForMs: number | null): void {
    const step = stepRestart(
      this.restartState,
      { readyForMs, exitCode },
      this.context.restartSpec(),
      performance.now(),
      this.context.rng,
    )
    const wasLoop = this.state === 'crash-loop'
    this.restartState = step.state
    this.state = step.isCrashLoop ? 'crash-loop' : 'down'
    if (step.isCrashLoop && !wasLoop) this.context.onEvent('crash-loop', describeLoop(step.delayMs, this.lastExit))
    if (step.delayMs === null) return
    this.restartTimer = setTimeout(() => {
      this.context.onEvent('restart', `after ${this.lastExit}`)
      const isLoop = this.state === 'crash-loop'
      this.begin(Promise.resolve())
      if (isLoop) this.state = 'crash-loop'
    }, step.delayMs)
  }
}

/** `server-3: 5 failures in a row, for 2.07s`. */
function sentenceOf({ upstream, reason, forMs }: UpstreamEvent): string {
  const untilWhen = forMs === undefined ? '' : `, for ${formatLatency(forMs * 1_000)}`
  return `${upstream === null ? '' : `${upstream}: `}${reason}${untilWhen}`
}

function fieldsOf({ upstream, reason, forMs }: UpstreamEvent): Record<string, string | number> {
  return {
    ...(upstream === null ? {} : { upstream }),
    reason,
    ...(forMs === undefined ? {} : { forMs: Math.round(forMs) }),
  }
}

function describeLoop(delayMs: number | null, lastExit: string | null): string {
  const next = delayMs === null ? 'not started again' : `next start in ${Math.round(delayMs / 1_000)} s`
  return `${lastExit}; ${next}`
}
