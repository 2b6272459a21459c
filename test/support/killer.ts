/** Kills processes of a run at random moments, as a crash does: at once, and without a word. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Rng } from '../../src/base/rng.ts'
import { STABLE_MS } from '../../src/restart/restart-rule.ts'
import { CLIENTS } from '../../src/stats/violation.ts'
import { kill } from './commands.ts'
import type { EventLine, ReadyLine, Run } from './processes.ts'

/** Whoever is killed before STABLE_MS is started again later and later; events are told a little late. */
const STABLE_ENOUGH_MS = STABLE_MS + 200
const LOOK_EVERY_MS = 20

export class Killer {
  /** In order. */
  readonly killed: string[] = []
  private readonly run: Run
  private readonly ready: ReadyLine
  private readonly rng: Rng
  /** Who may be next. */
  victims: readonly string[]

  /** Once the run is ready. */
  constructor(run: Run, rng: Rng, victims: readonly string[]) {
    this.run = run
    this.ready = run.lines.find(line => line.type === 'ready')!
    this.rng = rng
    this.victims = victims
  }

  /** One at a time: the next when the one before is back, and a random while of at most `pauseMs` has passed. */
  async killOneByOne(count: number, pauseMs: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const id = await this.next(pauseMs)
      await this.run.waitFor(() => this.isUp(id), `${id} is up again after kill ${i + 1}`)
    }
  }

  /** Whoever is up, however many are down. */
  async killMany(count: number, pauseMs: number): Promise<void> {
    for (let i = 0; i < count; i++) await this.next(pauseMs)
    await this.allBack()
  }

  /** All of these at once, until they are back. */
  async killAll(ids: readonly string[]): Promise<void> {
    await this.allStable(ids)
    for (const id of ids) this.strike(id)
    await this.allBack()
  }

  /** Whoever of them is killed from now on is started again at once. */
  async allStable(ids: readonly string[]): Promise<void> {
    while (!ids.every(id => this.isStable(id))) await sleep(LOOK_EVERY_MS)
  }

  private async next(pauseMs: number): Promise<string> {
    await sleep(this.rng.int(pauseMs + 1))
    let stable = this.stable()
    for (; stable.length === 0; stable = this.stable()) await sleep(LOOK_EVERY_MS)
    const id = stable[this.rng.int(stable.length)]!
    this.strike(id)
    return id
  }

  private async allBack(): Promise<void> {
    await this.run.waitFor(() => this.victims.every(id => this.isUp(id)), 'all are up again')
  }

  private strike(id: string): void {
    const pid = this.ups(id).at(-1)?.pid ?? this.firstPidOf(id)
    if (!kill(pid as number, 'SIGKILL')) throw new Error(`${id} was gone before it was killed`)
    this.killed.push(id)
  }

  private firstPidOf(id: string): number | null {
    return id === CLIENTS ? this.run.stats()[0]!.client.pid : this.ready.nodes.find(node => node.id === id)!.pid
  }

  /** It has come back from every kill. */
  private isUp(id: string): boolean {
    return this.ups(id).length >= this.killed.filter(other => other === id).length
  }

  private stable(): string[] {
    return this.victims.filter(id => this.isStable(id))
  }

  private isStable(id: string): boolean {
    return this.isUp(id) && Date.now() - this.upSince(id) > STABLE_ENOUGH_MS
  }

  private upSince(id: string): number {
    return this.ups(id).at(-1)?.time ?? this.ready.time
  }

  /** What was told of its coming back. */
  private ups(id: string): EventLine[] {
    return this.run.eventsOf(id).filter(({ event }) => event === 'up')
  }
}
