/**
 * Keeps one node alive: starts its process, notices its end, or that it hangs, starts the next by the restart rule, and
 * sums what all of its lives counted. It knows nothing of other nodes; the fleet tells it what its process should be.
 */
import type { Rng } from '../base/rng.ts'
import { patienceWith } from '../restart/heartbeat.ts'
import { type Ending, NO_FAILED_STARTS, type RestartState, stepRestart } from '../restart/restart-rule.ts'
import type { ProcessCounts } from '../stats/process-laws.ts'
import type { EventName, ProcessState } from '../stats/reports.ts'
import type { RestartSpec } from '../topology/types.ts'
import type { ChildEnding } from './child.ts'
import { awakeText, exitText, givenUpText, hungText, loopText, upstreamFields, upstreamText } from './keeper-words.ts'
import { type ForkChild, Life } from './life.ts'
import type { Counters, Task, ToChild } from './messages.ts'

/** Of standard error first, where there are more. */
const LAST_LINES_MAX = 5

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

/** How a life ended, as its process told it and as the restart rule sees it. */
interface End {
  readonly told: ChildEnding
  readonly ending: Ending
}

export class Keeper {
  state: ProcessState = 'starting'
  restarts = 0
  lastExit: string | null = null
  /** What the process that ended last had written last. */
  lastLines: readonly string[] = []
  /** Of the newest life. */
  generation = 0
  /** Of the newest life that was ready: what others should connect to. */
  readyGeneration = 0
  life: Life | null = null
  /** Older lives that finish what they have while a replacement serves. */
  private leaving: Life[] = []
  private restartState: RestartState = NO_FAILED_STARTS
  private restartTimer: NodeJS.Timeout | null = null
  private isWanted = true
  private lastEnd: End | null = null
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
    } else if (this.life) {
      await this.life.kill() // on its way to what nobody wants any more
      if (!this.isWanted) return 'stopped before it started'
    }
    const problem = await this.start(Promise.resolve())
    if (problem === null || !this.isWanted) return problem
    this.isFirstStart = false
    if (old && !old.isOver) this.takeBack(old)
    else this.followRule(this.lastEnd!)
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

  /** To be called a few times a second. `lateMs`: for how long before this the launcher itself did not run. */
  look(lateMs: number): void {
    const { life } = this
    if (!life || life.isOver || life.isLeaving || life.isGivenUp) return
    const patience = patienceWith(life.isReady, this.context.restartSpec())
    const { isHung } = life
    const { verdict, silentMs } = life.look(patience, lateMs)
    if (verdict === 'given-up') life.giveUp(givenUpText(life.isReady, silentMs))
    else if (verdict === 'hung' && !isHung) this.tellHung(life, silentMs, patience.givenUpAfterMs)
  }

  private tellHung(life: Life, silentMs: number, timeoutMs: number): void {
    const fields = { pid: life.child.pid, silentMs: Math.round(silentMs), timeoutMs }
    this.context.onEvent('hung', hungText(silentMs, timeoutMs), fields)
  }

  private tellAwake(life: Life, silentMs: number): void {
    this.context.onEvent('awake', awakeText(silentMs), { pid: life.child.pid, silentMs: Math.round(silentMs) })
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
      onExit: (told, readyForMs) => this.onExit(life, told, readyForMs),
      onUpstreamEvent: told => this.context.onEvent(told.event, upstreamText(told), upstreamFields(told)),
      onAccount: before => this.context.onAccount(life, before),
      onAwake: silentMs => this.tellAwake(life, silentMs),
    })
    this.life = life
    void gate.then(() => life.start(this.context.taskFor(generation), this.context.reportEveryMs))
  }

  private onReady(life: Life): void {
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

  private onExit(life: Life, told: ChildEnding, readyForMs: number | null): void {
    this.leaving = this.leaving.filter(other => other !== life)
    if (life.child.pid === 0) this.spawnErrors++
    else this.exits++
    this.context.onBuried(life.account, life.isExact)
    if (life !== this.life) return // a newer one stands for the node
    const by = life.isGivenUp ? 'watchdog' : 'itself'
    const isWanted = this.isWanted && !life.isLeaving
    this.lastEnd = { told, ending: { by, readyForMs, exitCode: told.exitCode, isWanted } }
    if (life.isLeaving) this.answerStart('stopped before it was ready')
    else this.lose(life, told)
    if (!this.isFirstStart) this.followRule(this.lastEnd)
  }

  /** Nobody wanted it to end. */
  private lose(life: Life, { text, exitCode: code, signal, lastLines }: ChildEnding): void {
    this.life = null
    this.lastExit = life.problem ?? text
    this.lastLines = lastLines.slice(0, LAST_LINES_MAX)
    if (this.isFirstStart) return this.failStart()
    this.context.onEvent('exit', exitText(this.lastExit, this.lastLines), { code, signal })
  }

  private failStart(): void {
    this.state = 'down'
    const { lastLines } = this
    const said = lastLines.length > 0 ? `; it said: ${lastLines.join(' | ')}` : ''
    this.answerStart(`${this.lastExit}${said}`)
  }

  private answerStart(problem: string | null): void {
    this.tellStarted?.(problem)
    this.tellStarted = null
  }

  private followRule({ told, ending }: End): void {
    const { restartState, context } = this
    const step = stepRestart(restartState, ending, context.restartSpec(), performance.now(), context.rng)
    this.restartState = step.state
    if (step.isCrashLoop) this.enterLoop(told, step.delayMs)
    else if (step.delayMs !== null) this.state = 'down'
    if (step.delayMs !== null) this.restartTimer = setTimeout(() => this.restart(), step.delayMs)
  }

  private enterLoop({ exitCode: code, signal }: ChildEnding, nextMs: number | null): void {
    if (this.state === 'crash-loop') return // told already
    this.state = 'crash-loop'
    const detail = loopText(this.lastExit!, nextMs, this.lastLines)
    this.context.onEvent('crash-loop', detail, { code, signal, nextMs })
  }

  private restart(): void {
    this.context.onEvent('restart', `after ${this.lastExit}`)
    const isLoop = this.state === 'crash-loop'
    this.begin(Promise.resolve())
    // It is in the loop until it is ready again.
    if (isLoop) this.state = 'crash-loop'
  }
}
