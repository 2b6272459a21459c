/**
 * One run, from a topology that parsed to the last process gone: takes the directory, starts the fleet, follows the
 * file, tells the view, and stops in order. The launcher is the watchdog and nothing else: no request passes it.
 */
import path from 'node:path'
import { makeRng } from '../base/rng.ts'
import { formatDuration } from '../base/units.ts'
import type { RunEvent, StatsReport, View } from '../stats/reports.ts'
import { textOf, type Violation } from '../stats/violation.ts'
import { socketPathOf } from '../topology/socket-path.ts'
import type { Problem, Topology } from '../topology/types.ts'
import { Auditor } from './auditor.ts'
import { Fleet } from './fleet.ts'
import { acquireLock } from './lock.ts'
import { rejectionBanner, rejectionText } from './rejection-text.ts'
import { type ReloadResult, reload } from './reload.ts'
import { Reporter } from './reporter.ts'
import { prepareSocketDir, sweep, sweepLeftovers } from './socket-dir.ts'
import { sentenceOf } from './system-problem.ts'
import { type FileWatch, watchFile } from './watch.ts'

export interface RunPlan {
  /** Absolute; its folder is the working directory of this process and of every child. */
  readonly file: string
  /** The same as the user typed it: what a command that he is told can name. */
  readonly typed: string
  readonly topology: Topology
  /** Of that topology: said once, as events. */
  readonly warnings: readonly Problem[]
  /** The hash of the text that was parsed. */
  readonly hash: string
  readonly childEntry: string
  /** Laid over every version of the file. */
  readonly rate: number | null
  /** From ready to the stop; null: until told. */
  readonly durationMs: number | null
  readonly statsEveryMs: number
  /** What rates and latencies in a report span; 0: since the last report. */
  readonly windowMs: number
}

export interface Outcome {
  /** 0 clean; 1 failure at run time; 2 nothing was started. */
  readonly exitCode: number
  /** For standard error, after the view has given the terminal back. */
  readonly message: string | null
}

export type MakeView = () => View

export class Launcher {
  private readonly plan: RunPlan
  private readonly makeView: MakeView
  private view: View | null = null
  private fleet: Fleet | null = null
  private auditor: Auditor | null = null
  private reporter: Reporter | null = null
  private watch: FileWatch | null = null
  private statsTimer: NodeJS.Timeout | null = null
  private phase: StatsReport['phase'] = 'starting'
  private generation = 1
  private reloads = 0
  private rateInFile: number
  private banner: string | null = null
  private pendingText: string | null = null
  private isReloading = false
  /** Of the version of the file that holds. */
  private toldWarnings: ReadonlySet<string> = new Set()
  private reason: string | null = null
  private tellStop: (reason: string) => void = () => {}
  private readonly stopped: Promise<string>

  constructor(plan: RunPlan, makeView: MakeView) {
    this.plan = plan
    this.rateInFile = plan.topology.load.rate
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
      const problems = await clear(
        topology,
        topology.nodes.map(node => node.id),
      )
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

  /** Whether `stop` was called: a second wish to end is a wish to end now. */
  isStopping(): boolean {
    return this.reason !== null
  }

  /** Kills every process and gives the terminal back; resolves when they are gone. */
  async force(): Promise<void> {
    this.view?.close()
    await this.fleet?.killAll()
    await this.sweepOwn()
  }

  private async runLocked(topology: Topology, notices: readonly string[]): Promise<Outcome> {
    const fleet = this.makeFleet(topology)
    this.fleet = fleet
    this.auditor = new Auditor(fleet, violation => this.tellViolation(violation))
    this.view = this.makeView()
    for (const notice of notices) fleet.event('log', null, notice)
    this.tellWarnings(this.plan.warnings)
    fleet.event('starting', null, `${topology.nodes.length} nodes…`)
    this.reporter = new Reporter({ fleet, windowMs: this.plan.windowMs })
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
      onEvent: event => this.tellEvent(event),
      onAccount: (id, life, before) => this.auditor?.hear(id, life, before),
    })
  }

  private tellEvent(event: RunEvent): void {
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
      onChange: text => this.onEdit(text),
      onTrouble: message => this.reject(message),
      onRestored: () => {
        this.banner = null
      },
    })
  }

  private tellStats(): void {
    this.view!.stats(this.reporter!.stats(this.phase, this.generation, this.banner))
  }

  /** One edit at a time; of those that come meanwhile only the newest counts. */
  private onEdit(text: string): void {
    this.pendingText = text
    if (!this.isReloading) void this.reloadPending()
  }

  private async reloadPending(): Promise<void> {
    this.isReloading = true
    while (this.pendingText !== null && this.reason === null) {
      const text = this.pendingText
      this.pendingText = null
      const result = await reload(text, {
        fleet: this.fleet!,
        override: topology => this.override(topology),
        clear,
        onApplied: (lines, tookMs) => this.tellApplied(lines, tookMs),
        rate: this.plan.rate,
        rateInFile: this.rateInFile,
        onHeldRate: rateInFile => this.tellHeldRate(rateInFile),
        onWarnings: warnings => this.tellWarnings(warnings),
      })
      // An edit that the end of the run came in the way of is no bad edit.
      if (this.reason === null) this.endReload(text, result)
    }
    this.isReloading = false
  }

  private endReload(text: string, result: ReloadResult): void {
    if (result.kind === 'rejected') {
      const { typed } = this.plan
      return this.reject(rejectionText(typed, text, result), rejectionBanner(typed, result))
    }
    // What was told of an edit that was no good must not stand as the last word.
    if (result.kind === 'same' && this.banner) this.fleet!.event('reload', null, 'the file is again what runs')
    this.banner = null
  }

  /** Routing has changed over; what was removed still drains. */
  private tellApplied(lines: readonly string[], tookMs: number): void {
    this.generation++
    this.reloads++
    this.banner = null
    const how = `generation ${this.generation} in ${Math.round(tookMs)}ms`
    this.fleet!.event('reload', null, `${lines.join('; ')} · ${how}`, {
      generation: this.generation,
      changes: lines.length,
      tookMs: Math.round(tookMs),
    })
  }

  private tellHeldRate(rateInFile: number): void {
    this.rateInFile = rateInFile
    this.fleet!.event('reload', null, `load.rate ${rateInFile} in the file; --rate ${this.plan.rate} holds`)
  }

  /** What an edit has left as it was is no news. */
  private tellWarnings(warnings: readonly Problem[]): void {
    const told = this.toldWarnings
    this.toldWarnings = new Set(warnings.map(sentenceOf))
    for (const warning of warnings) {
      if (told.has(sentenceOf(warning))) continue
      const place = `${this.plan.typed}:${warning.line}:${warning.column}`
      this.fleet!.event('warning', null, `${place} ${sentenceOf(warning)}`, { code: warning.code })
    }
  }

  /** The run goes on as it was; the banner stays until an edit is good. */
  private reject(why: string, banner = why): void {
    this.banner = banner
    const still = `Still running generation ${this.generation}.`
    this.fleet!.event('reload-rejected', null, `${why}\n${still}`, { generation: this.generation })
    if (this.phase === 'running') this.tellStats()
  }

  private override(topology: Topology): Topology {
    const { rate } = this.plan
    return rate === null ? topology : { ...topology, load: { ...topology.load, rate } }
  }

  private async finish(): Promise<Outcome> {
    this.phase = 'stopping'
    this.watch?.close()
    const fleet = this.fleet!
    fleet.event('stopping', null, `${this.whyStopping()}; Ctrl-C stops at once`, { reason: this.reason })
    this.reporter!.end()
    const startedAtMs = performance.now()
    const isInOrder = await fleet.stopAll()
    if (this.statsTimer) clearInterval(this.statsTimer)
    await this.sweepOwn()
    return this.summarize(performance.now() - startedAtMs, isInOrder)
  }

  private whyStopping(): string {
    const { reason, plan } = this
    if (reason === 'duration') return `${formatDuration(plan.durationMs!)} are over`
    if (reason === 'quit') return 'q was pressed'
    return reason === 'output closed' ? 'nobody reads the output any more' : `${reason} came`
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
      reloads: this.reloads,
      drainMs: Math.round(drainMs),
    })
    this.view!.close()
    const messages = [
      ...(isInOrder ? [] : ['not every node drained in time: some were killed']),
      ...(violations.length === 0 ? [] : [brokenText(violations.length)]),
    ]
    return messages.length === 0 ? { exitCode: 0, message: null } : { exitCode: 1, message: messages.join('\n') }
  }

  /** A start that failed: nothing of it stays. */
  private async abort(message: string): Promise<Outcome> {
    await this.force()
    return { exitCode: 1, message: `${message}\nEverything was stopped again.` }
  }

  private async sweepOwn(): Promise<void> {
    const { fleet } = this
    if (!fleet) return
    await clear(fleet.topology, [...fleet.nodes.keys()])
    await sweepLeftovers(fleet.topology.socketDir)
  }
}

async function clear(topology: Topology, ids: readonly string[]): Promise<readonly Problem[]> {
  const { problems } = await sweep(ids.map(id => ({ id, socket: socketPathOf(topology.socketDir, id) })))
  return problems
}

function brokenText(count: number): string {
  const laws = count === 1 ? '1 conservation law is' : `${count} conservation laws are`
  return `${laws} broken: the summary says which. The counts of this run cannot be trusted; please report it as a bug.`
}

/** With what was done before it came to nothing. */
function failure(exitCode: number, problems: readonly Problem[], notices: readonly string[] = []): Outcome {
  return { exitCode, message: [...notices, ...problems.map(sentenceOf)].join('\n') }
}
