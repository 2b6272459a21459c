/**
 * One benchmark from an empty folder to the last process gone: real nodes, started by the real fleet, and a client in
 * this process, which does nothing else meanwhile. However it ends, nothing of it is left.
 */
import { setTimeout } from 'node:timers/promises'
import type { Topology } from '../topology/types.ts'
import { type Anatomy, anatomyOf } from './anatomy.ts'
import type { BenchResult, RoundOf } from './bench-result.ts'
import { warningsOf } from './bench-warnings.ts'
import { Book } from './book.ts'
import { Ground } from './ground.ts'
import { hopCostsOf } from './hop-costs.ts'
import { readMachine } from './machine.ts'
import { measureBox } from './measure-box.ts'
import { orAborted } from './or-aborted.ts'
import { asMeasured, PLAIN_PIPES } from './paths.ts'
import type { PlannedBox } from './planned-box.ts'
import { measureRounds, type RoundsPlan } from './rounds.ts'
import { enterScratchDir, type ScratchDir } from './scratch-dir.ts'
import { Tracer } from './tracer.ts'

/** From the end of its connections to the end of a process, as its launcher hears of it. */
const DEATH_TOLD_MS = 200

export interface BenchPlan extends RoundsPlan {
  readonly topology: Topology
  /** What the topology is called, and the hash of its text. */
  readonly name: string
  readonly hash: string
  /** Whether one failed request ends it: where nothing may fail, something is wrong. */
  readonly endsOnFailure: boolean
  /** Of the command line, after the verb. */
  readonly args: readonly string[]
  /** The compiled entries of nodes and of floors. */
  readonly childEntry: string
  readonly echoEntry: string
  readonly tell: (line: string) => void
}

export class Bench {
  private readonly plan: BenchPlan
  private readonly book = new Book()
  private readonly tracer = new Tracer()
  private readonly ending = new AbortController()
  private isInterrupted = false
  private dir: ScratchDir | null = null

  constructor(plan: BenchPlan) {
    this.plan = plan
  }

  /**
   * Resolves or rejects when nothing of the run is left. After an interruption it resolves with what was measured until
   * then. A rejection's message is a line for the user.
   */
  async run(): Promise<BenchResult> {
    const [timeMs, machine] = [Date.now(), readMachine()]
    this.dir = enterScratchDir()
    const ground = new Ground(asMeasured(this.plan.topology), {
      ...this.plan,
      cwd: this.dir.path,
      onLost: why => this.abort(why),
    })
    try {
      await this.measure(ground)
    } catch (error) {
      const reason = await this.reasonOf(error)
      if (!this.isInterrupted || this.book.isEmpty()) throw reason
    } finally {
      this.plan.tell('stopping')
      await ground.kill()
      this.dir.remove()
    }
    return this.resultOf(timeMs, machine, ground)
  }

  /** Ends the run at once: `run` rejects with this reason when everything is gone. The first reason stands. */
  abort(reason: string): void {
    this.ending.abort(new Error(reason))
  }

  /** Ends the run at once, and what was measured stands. Without anything measured, as `abort`. */
  interrupt(reason: string): void {
    this.isInterrupted ||= !this.ending.signal.aborted
    this.abort(reason)
  }

  /** For whoever cannot wait until every process is gone: takes the folder away. All of them have been killed by then. */
  abandon(): void {
    this.dir?.remove()
  }

  /** What broke when a process died is known before its death is, and says less. */
  private async reasonOf(error: unknown): Promise<unknown> {
    const { signal } = this.ending
    if (!signal.aborted) await setTimeout(DEATH_TOLD_MS, undefined, { signal }).catch(() => {})
    return signal.aborted ? signal.reason : error
  }

  private async measure(ground: Ground): Promise<void> {
    const { signal } = this.ending
    const { tell, warmUps, boxes } = this.plan
    tell('starting')
    await orAborted(signal, ground.start(boxes.some(({ scenarios: [{ path }] }) => path === PLAIN_PIPES.path)))
    const canBeHad = (box: PlannedBox) => box.way !== null || ground.wires.has(box.scenarios[0].path)
    const measure = async (box: PlannedBox) => this.checked(box, await measureBox(box, ground, signal, this.tracer))
    const plan = { ...this.plan, warmUps: warmUps.filter(canBeHad), boxes: boxes.filter(canBeHad) }
    await measureRounds(plan, { measure, tell, nowMs: () => performance.now() }, this.book)
  }

  private checked({ scenarios: [{ path }] }: PlannedBox, measured: RoundOf): RoundOf {
    const { failed, doubts } = measured.round
    if (!this.plan.endsOnFailure) return measured
    if (failed > 0) throw new Error(`the path "${path}" failed: ${doubts[0]}`)
    return measured
  }

  private resultOf(timeMs: number, machine: ReturnType<typeof readMachine>, ground: Ground): BenchResult {
    const { name, hash, topology, args, rounds, warmUps } = this.plan
    const scenarios = this.book.figures()
    const result = {
      ...machine,
      timeMs,
      args,
      isPartial: this.isInterrupted,
      topology: { name, hash, nodes: topology.nodes.length },
      roundsPlanned: rounds,
      warmUpMs: sumOf(warmUps.map(({ durationMs }) => durationMs)),
      roundConditions: this.book.conditions,
      scenarios,
      hopCosts: hopCostsOf(scenarios),
      anatomy: this.anatomy(),
    }
    const own = [...ground.missing, ...this.slowness()]
    return { ...result, warnings: [...own, ...warningsOf(result)] }
  }

  private anatomy(): Anatomy | null {
    const { requests, untraced } = this.tracer
    if (requests.length === 0) return null
    const roles = new Map(this.plan.topology.nodes.map(({ id, role }) => [id, role]))
    return anatomyOf(requests, id => roles.get(id)!, untraced.percentileUs(0.5))
  }

  /** Fewer rounds than planned, and not because somebody ended it. */
  private slowness(): string[] {
    const done = this.book.conditions.length
    const { rounds, limitMs } = this.plan
    if (this.isInterrupted || done === rounds || limitMs === null) return []
    return [
      `Only ${done} of ${rounds} rounds fitted into ${Math.round(limitMs / 1_000)} s: this machine was too slow or too busy for more.`,
    ]
  }
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
