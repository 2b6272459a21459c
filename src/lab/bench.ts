/**
 * One benchmark from an empty folder to the last process gone: real nodes, started by the real fleet, and a client in
 * this process, which does nothing else meanwhile. However it ends, nothing of it is left.
 */
import { makeHostClock } from '../base/clock.ts'
import { makeRng } from '../base/rng.ts'
import type { RunEvent } from '../stats/reports.ts'
import { Fleet } from '../supervise/fleet.ts'
import type { Topology } from '../topology/types.ts'
import { makeUdsTransport } from '../transport/uds.ts'
import type { ClosedLoopResult } from './bench-result.ts'
import { HopPath } from './hop-path.ts'
import { readMachine } from './machine.ts'
import type { MeasuredPath } from './measured-path.ts'
import { benchTopology, HOP_PATHS, PAYLOAD_BYTES, wiringTo } from './paths.ts'
import { RawEchoPath, type RawEchoProcess, startRawEcho } from './raw-echo.ts'
import { measure, type Progress } from './rounds.ts'
import { enterScratchDir } from './scratch-dir.ts'

export const ROUNDS_DEFAULT = 5

/** Children that tell their counts would disturb what is measured; nobody reads them here. */
export const REPORT_EVERY_MS = 3_600_000
const RAW_SOCKET = 'raw.sock'

export interface BenchPlan {
  readonly rounds: number
  /** The compiled entry of nodes, and that of the raw echo. */
  readonly childEntry: string
  readonly echoEntry: string
  readonly tell: Progress
}

export class Bench {
  private readonly plan: BenchPlan
  private readonly topology: Topology = benchTopology()
  private fleet: Fleet | null = null
  private echo: RawEchoProcess | null = null
  private paths: MeasuredPath[] = []
  private tellFailed: (error: Error) => void = () => {}
  private readonly failed: Promise<never>

  constructor(plan: BenchPlan) {
    this.plan = plan
    this.failed = new Promise((_, reject) => {
      this.tellFailed = reject
    })
    this.failed.catch(() => {}) // it may come when nobody waits any more
  }

  /** Resolves or rejects when nothing of the run is left. A rejection's message is a line for the user. */
  async run(): Promise<ClosedLoopResult> {
    const { rounds, tell } = this.plan
    const { node, platform, arch, cpus, loadAverage } = readMachine()
    const machine = { node, platform, arch, cpus, loadAverage }
    const timeMs = Date.now()
    const dir = enterScratchDir()
    try {
      tell('starting')
      await this.orFailure(this.start(dir.path))
      const figures = await this.orFailure(measure(this.paths, rounds, tell))
      tell('stopping')
      await this.orFailure(this.stop())
      return { timeMs, ...machine, payloadBytes: PAYLOAD_BYTES, rounds, ...figures }
    } finally {
      await this.kill()
      dir.remove()
    }
  }

  /** Ends the run at once: `run` rejects with this reason when everything is gone. The first reason stands. */
  abort(reason: string): void {
    this.tellFailed(new Error(reason))
  }

  private orFailure<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.failed])
  }

  private async start(cwd: string): Promise<void> {
    this.echo = startRawEcho({ entry: this.plan.echoEntry, cwd, socket: RAW_SOCKET }, why => this.abort(why))
    this.fleet = new Fleet(this.topology, {
      childEntry: this.plan.childEntry,
      cwd,
      rng: makeRng(`bench/${process.pid}`),
      logLevel: 'warn',
      reportEveryMs: REPORT_EVERY_MS,
      logsRequests: false,
      onEvent: event => this.onEvent(event),
    })
    const failure = await this.fleet.startAll()
    if (failure) throw new Error(`${failure.id} did not become ready: ${failure.reason}`)
    await this.echo.ready
    await this.connect()
  }

  private async connect(): Promise<void> {
    const rng = makeRng(`bench/client/${process.pid}`)
    const world = { rng, clock: makeHostClock(rng), transport: makeUdsTransport() }
    const open = (make: (onReady: () => void) => MeasuredPath) =>
      new Promise<void>(resolve => {
        this.paths.push(make(resolve))
      })
    await open(onReady => new RawEchoPath(RAW_SOCKET, PAYLOAD_BYTES, onReady))
    for (const spec of HOP_PATHS) {
      await open(onReady => new HopPath(spec, wiringTo(this.topology, spec.entry), world, onReady))
    }
  }

  /** A node that dies would be started again, and the round be of another process: nothing to measure any more. */
  private onEvent({ event, node, detail }: RunEvent): void {
    if (event === 'exit') this.abort(`${node} ended while it was measured: ${detail}`)
  }

  private async stop(): Promise<void> {
    for (const path of this.paths) path.close()
    await this.fleet!.stopAll()
  }

  private async kill(): Promise<void> {
    for (const path of this.paths) path.close()
    await Promise.all([this.fleet?.killAll(), this.echo?.kill()])
  }
}
