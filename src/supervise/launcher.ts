/**
 * One run, from a topology that parsed to the last process gone: takes the directory, starts the fleet, follows the
 * file, tells the view, and stops in order. The launcher is the watchdog and nothing else: no request passes it.
 */
import path from 'node:path'
import { makeRng } from '../base/rng.ts'
import type { Command, Reply } from '../control/command.ts'
import type { LogLine } from '../stats/log-line.ts'
import type { RunEvent, StatsReport, View } from '../stats/reports.ts'
import { textOf, type Violation } from '../stats/violation.ts'
import { CONTROL_ID, socketPathOf } from '../topology/socket-path.ts'
import type { NodeId, Problem, Topology } from '../topology/types.ts'
import { Auditor } from './auditor.ts'
import { Changes } from './changes.ts'
import { ControlServer } from './control-server.ts'
import { EventLog } from './event-log.ts'
import { Fleet } from './fleet.ts'
import { acquireLock } from './lock.ts'
import { makeObey, type Obey } from './obey.ts'
import type { ControlTexts } from './obey-context.ts'
import { endOf, failure, type Outcome, whyStopping } from './outcome.ts'
import { Reporter } from './reporter.ts'
import type { RunLog } from './run-log.ts'
import { prepareSocketDir, sweep, sweepLeftovers } from './socket-dir.ts'
import { type FileWatch, readTextFile, watchFile } from './watch.ts'

export interface RunPlan {
  /** Absolute; its folder is the working directory of this process and of every child. */
  readonly file: string
  /** The same as the user typed it: what a command that he is told can name. */
  readonly typed: string
  readonly topology: Topology
  /** Of that topology: said once, as events. */
  readonly warnings: readonly Problem[]
  /** What was parsed, and its hash. */
  readonly text: string
  readonly hash: string
  readonly childEntry: string
  /** Laid over every version of the file. */
  readonly rate: number | null
  /** From ready to the stop; null: until told. */
  readonly durationMs: number | null
  readonly statsEveryMs: number
  readonly logsRequests: boolean
  /** What rates and latencies in a report span; 0: since the last report. */
  readonly windowMs: number
  readonly log: RunLog
  readonly texts: ControlTexts
}

export type MakeView = () => View

export class Launcher {
  private readonly plan: RunPlan
  private readonly makeView: MakeView
  private view: View | null = null
  private fleet: Fleet | null = null
  private changes: Changes | null = null
  private auditor: Auditor | null = null
  private reporter: Reporter | null = null
  private watch: FileWatch | null = null
  private control: ControlServer | null = null
  private obeyer: Obey | null = null
  private readonly events = new EventLog()
  private statsTimer: NodeJS.Timeout | null = null
  private phase: StatsReport['phase'] = 'starting'
  private reason: string | null = null
  private tellStop: (reason: string) => void = () => {}
  private readonly stopped: Promise<string>

  constructor(plan: RunPlan, makeView: MakeView) {
    this.plan = plan
    this.makeView = makeView
    this.stopped = new Promise(resolve => {
      this.tellStop = resolve
    })
  }

  /** Resolves when nothing of the run is left. */
  async run(): Promise<Outcome> {
    const topology = this.override(this.plan.topology)
    const dir = prepareSocketDir(topology.socketDir)
    if (!dir.ok) return failure(1, dir.problems)
    const lock = await acquireLock(topology.socketDir)
    if (!lock.ok) return failure(1, [lock.problem], dir.notices)
    try {
      const problems = await clear(topology, [CONTROL_ID, ...topology.nodes.map(node => node.id)])
      if (problems.length > 0) return failure(1, problems, dir.notices)
      await sweepLeftovers(topology.socketDir)
      return await this.runLocked(topology, dir.notices)
    } finally {
      lock.release()
    }
  }

  /** Ends the run in order. Idempotent: the first reason stands. */
  stop(reason: string): void {
    if (this.reason !== null) return
    this.reason = reason
    this.tellStop(reason)
  }

  /** The lines of its log that are kept, oldest first. */
  logsOf(id: NodeId): readonly LogLine[] {
    return this.fleet?.logs.last(id, Number.POSITIVE_INFINITY) ?? []
  }

  /** Whether `stop` was called: a second wish to end is a wish to end now. */
  isStopping(): boolean {
    return this.reason !== null
  }

  /** What an operator asks by a key; over the control socket it is the same. */
  obey(command: Command): Promise<Reply> {
    return this.obeyer!(command)
  }

  /** Kills every process and gives the terminal back; resolves when they are gone. */
  async force(): Promise<void> {
    this.view?.close()
    await this.fleet?.killAll()
    this.control?.close()
    await this.sweepOwn()
  }

  private async runLocked(topology: Topology, notices: readonly string[]): Promise<Outcome> {
    const fleet = this.makeFleet(topology)
    this.fleet = fleet
    this.changes = this.makeChanges(fleet)
    this.plan.log.follow(fleet.logs)
    this.auditor = new Auditor(fleet, violation => this.tellViolation(violation))
    this.view = this.plan.log.besides(this.makeView())
    this.plan.log.onTrouble = message => fleet.event('warning', null, message)
    for (const notice of notices) fleet.event('log', null, notice)
    this.changes.tellWarnings(this.plan.warnings)
    fleet.event('starting', null, `${topology.nodes.length} nodes…`)
    this.reporter = new Reporter({ fleet, windowMs: this.plan.windowMs })
    this.obeyer = this.makeObeyer(fleet)
    const problem = await this.openControl(topology)
    if (problem !== null) return this.abort(problem)
    const startedAtMs = performance.now()
    const starting = fleet.startAll()
    const outcome = await Promise.race([starting, this.stopped])
    if (typeof outcome === 'string') return this.finish()
    if (outcome !== null) return this.abort(`${outcome.id} did not become ready: ${outcome.reason}`)
    this.becomeReady(performance.now() - startedAtMs)
    await this.stopped
    return this.finish()
  }

  private makeFleet(topology: Topology): Fleet {
    return new Fleet(topology, {
      childEntry: this.plan.childEntry,
      cwd: path.dirname(this.plan.file),
      rng: makeRng(`launcher/${process.pid}`),
      reportEveryMs: Math.max(Math.min(this.plan.statsEveryMs / 4, 1_000), 250),
      logLevel: this.plan.log.least,
      logsRequests: this.plan.logsRequests,
      onEvent: event => this.tellEvent(event),
      onAccount: (id, life, before) => this.auditor?.hear(id, life, before),
    })
  }

  private makeChanges(fleet: Fleet): Changes {
    const { file, typed, text, topology, rate } = this.plan
    return new Changes({
      fleet,
      clear,
      typed,
      version: { text, topology },
      rate,
      readFile: () => readTextFile(file),
      isOver: () => this.reason !== null,
      onRejected: () => {
        if (this.phase === 'running') this.tellStats()
      },
      onUndone: () => this.watch?.retry(),
    })
  }

  private makeObeyer(fleet: Fleet): Obey {
    return makeObey({
      fleet,
      changes: this.changes!,
      events: this.events,
      texts: this.plan.texts,
      file: this.plan.typed,
      phase: () => this.phase,
      report: () => this.reporter!.peek(this.phase, this.changes!.generation, this.changes!.banner),
      broken: () => this.auditor!.broken(),
      controlErrors: () => this.control!.errors,
      clearSocket: async id => {
        await clear(fleet.topology, [id])
      },
    })
  }

  /** Null, or why commands cannot come. */
  private async openControl(topology: Topology): Promise<string | null> {
    this.control = new ControlServer({
      address: socketPathOf(topology.socketDir, CONTROL_ID),
      obey: this.obeyer!,
      say: text => this.fleet!.event('log', null, text),
    })
    const problem = await this.control.open()
    return problem === null ? null : `the control socket: ${problem}`
  }

  private tellEvent(event: RunEvent): void {
    this.events.add(event)
    this.view?.event(event)
  }

  private tellViolation(violation: Violation): void {
    const { law, subject, sentence } = violation
    const [node = subject, child] = subject.split(' -> ')
    this.fleet!.event('law-violation', node, child ? textOf(violation) : sentence, { law, subject })
  }

  private becomeReady(tookMs: number): void {
    const { fleet, plan } = this
    this.phase = 'running'
    const nodes = fleet!.topology.nodes.map(({ id, role }) => ({
      id,
      role,
      pid: fleet!.nodes.get(id)!.keeper.life?.child.pid ?? 0,
      socket: socketPathOf(fleet!.topology.socketDir, id),
    }))
    this.view!.ready({ timeMs: Date.now(), launcherPid: process.pid, tookMs, nodes })
    this.auditor!.checkSockets(nodes.filter(({ id }) => fleet!.nodes.get(id)!.keeper.state === 'up'))
    this.reporter!.begin()
    fleet!.clients.send({ type: 'go' })
    this.tellStats()
    this.statsTimer = setInterval(() => this.tellStats(), plan.statsEveryMs)
    if (plan.durationMs !== null) setTimeout(() => this.stop('duration'), plan.durationMs).unref()
    this.watch = watchFile(plan.file, {
      knownHash: plan.hash,
      onChange: text => this.changes!.onFile(text),
      onTrouble: message => this.changes!.onTrouble(message),
    })
  }

  private tellStats(): void {
    const { generation, banner } = this.changes!
    this.view!.stats(this.reporter!.stats(this.phase, generation, banner))
  }

  private override(topology: Topology): Topology {
    const { rate } = this.plan
    return rate === null ? topology : { ...topology, load: { ...topology.load, rate } }
  }

  private async finish(): Promise<Outcome> {
    this.phase = 'stopping'
    this.watch?.close()
    const fleet = this.fleet!
    fleet.event('stopping', null, `${whyStopping(this.reason!, this.plan.durationMs)}; Ctrl-C stops at once`, {
      reason: this.reason,
    })
    this.reporter!.end()
    const startedAtMs = performance.now()
    const isInOrder = await fleet.stopAll()
    if (this.statsTimer) clearInterval(this.statsTimer)
    this.control?.close()
    await this.sweepOwn()
    return this.summarize(performance.now() - startedAtMs, isInOrder)
  }

  private summarize(drainMs: number, isInOrder: boolean): Outcome {
    const { client, nodes } = this.reporter!.total()
    const violations = this.auditor!.finish(nodes, client)
    this.view!.summary({
      timeMs: Date.now(),
      uptimeMs: this.reporter!.uptimeMs(),
      reason: this.reason!,
      client,
      nodes,
      violations,
      restarts: [client, ...nodes].reduce((sum, each) => sum + each.restarts, 0),
      reloads: this.changes!.generation - 1,
      controlErrors: this.control!.errors,
      drainMs: Math.round(drainMs),
    })
    this.view!.close()
    return endOf(isInOrder, violations.length)
  }

  /** A start that failed: nothing of it stays. */
  private async abort(message: string): Promise<Outcome> {
    await this.force()
    return { exitCode: 1, message: `${message}\nEverything was stopped again.` }
  }

  private async sweepOwn(): Promise<void> {
    const { fleet } = this
    if (!fleet) return
    await clear(fleet.topology, [CONTROL_ID, ...fleet.nodes.keys()])
    await sweepLeftovers(fleet.topology.socketDir)
  }
}

async function clear(topology: Topology, ids: readonly string[]): Promise<readonly Problem[]> {
  const { problems } = await sweep(ids.map(id => ({ id, socket: socketPathOf(topology.socketDir, id) })))
  return problems
}
