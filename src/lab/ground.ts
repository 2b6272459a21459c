/** All processes of one benchmark, nodes and floors, and the ways to them. */
import { makeHostClock } from '../base/clock.ts'
import { makeRng } from '../base/rng.ts'
import type { RunEvent } from '../stats/reports.ts'
import { Fleet } from '../supervise/fleet.ts'
import { socketPathOf } from '../topology/socket-path.ts'
import type { NodeId, Topology } from '../topology/types.ts'
import { makeUdsTransport } from '../transport/uds.ts'
import type { World } from '../transport/world.ts'
import { throughChannel } from './channel-wire.ts'
import { ClientTarget, type Tracing } from './client-target.ts'
import { connectingToNode, connectingToSocket } from './connecting-wire.ts'
import { type EchoProcess, startEcho } from './echo-process.ts'
import { makeFifos } from './fifos.ts'
import {
  CHANNEL_ECHO,
  type ClientShape,
  connecting,
  PIPE_ECHO,
  PLAIN_PIPES,
  TCP_ECHO,
  UNIX_ECHO,
  WHOLE_WAY,
  wiringTo,
} from './paths.ts'
import { throughFifos, toPort, toSocket } from './stream-wire.ts'
import type { OpenWire } from './wire.ts'

/** Children that tell their counts would disturb what is measured; nobody reads them here. */
export const REPORT_EVERY_MS = 3_600_000

const ECHO_SOCKET = 'echo.echo'
/** The first is dialled, the last sends back. No node can have such a name. */
const PIPE_SOCKETS: readonly string[] = ['pipe-1.echo', 'pipe-2.echo', 'pipe-3.echo']

export interface GroundOptions {
  /** The compiled entries of nodes and of floors. */
  readonly childEntry: string
  readonly echoEntry: string
  /** Where the sockets are; this process is in it. */
  readonly cwd: string
  /** A process ended that was not asked to. */
  onLost(why: string): void
}

export class Ground {
  /** By the path's name. */
  readonly wires = new Map<string, OpenWire>()
  /** Floors that cannot be had here, and why. */
  readonly missing: string[] = []
  private readonly world: World
  private boxes = 0
  private readonly topology: Topology
  private readonly options: GroundOptions
  private readonly fleet: Fleet
  private readonly echoes: EchoProcess[] = []

  constructor(topology: Topology, options: GroundOptions) {
    this.topology = topology
    this.options = options
    const rng = makeRng(`bench/client/${process.pid}`)
    this.world = { rng, clock: makeHostClock(rng), transport: makeUdsTransport() }
    this.fleet = new Fleet(topology, {
      childEntry: options.childEntry,
      cwd: options.cwd,
      rng: makeRng(`bench/${process.pid}`),
      logLevel: 'warn',
      reportEveryMs: REPORT_EVERY_MS,
      logsRequests: false,
      onEvent: event => this.onEvent(event),
    })
  }

  /** `hasPipes`: the chain of plain pipes too. Rejects with a line for the user. */
  async start(hasPipes: boolean): Promise<void> {
    const floors = Promise.all([this.startEcho(), hasPipes ? this.startPipes() : null])
    floors.catch(() => {}) // told below, unless a node fails first
    const failure = await this.fleet.startAll()
    if (failure) throw new Error(`${failure.id} did not become ready: ${failure.reason}`)
    await floors
  }

  /** For one box: each has chance of its own, or every round of an open loop would be of the same arrivals. */
  worldForBox(): World {
    return { ...this.world, rng: this.world.rng.fork(`box-${this.boxes++}`) }
  }

  /** A client with connections of its own, to one node or (null) to every load balancer. */
  connect(world: World, entry: NodeId | null, shape: ClientShape, tracing: Tracing | null): ClientTarget {
    return new ClientTarget(wiringTo(this.topology, entry, shape), world, tracing)
  }

  /** Resolves when every process is gone, however far the start came. */
  async kill(): Promise<void> {
    await Promise.all([this.fleet.killAll(), ...this.echoes.map(echo => echo.kill())])
  }

  private async startEcho(): Promise<void> {
    const made = makeFifos(this.options.cwd)
    const fifos = made.ok ? made.fifos : null
    const echo = this.fork(UNIX_ECHO.path, { kind: 'echo', socket: ECHO_SOCKET, fifos })
    const { tcpPort, tcpProblem, pipeProblem } = await echo.ready
    this.wires.set(UNIX_ECHO.path, toSocket(ECHO_SOCKET))
    this.wires.set(connecting(UNIX_ECHO).path, connectingToSocket(ECHO_SOCKET))
    this.wires.set(CHANNEL_ECHO.path, throughChannel(echo.channel))
    if (tcpPort === null) this.miss(TCP_ECHO.path, tcpProblem)
    else this.wires.set(TCP_ECHO.path, toPort(tcpPort))
    if (fifos && pipeProblem === null) this.wires.set(PIPE_ECHO.path, throughFifos(fifos))
    else this.miss(PIPE_ECHO.path, made.ok ? pipeProblem! : made.problem)
    this.connectAnew()
  }

  /** Through the whole of the standard topology, where that is what runs. */
  private connectAnew(): void {
    const { entry } = WHOLE_WAY
    if (!this.topology.nodes.some(({ id }) => id === entry)) return
    const address = socketPathOf(this.topology.socketDir, entry!)
    this.wires.set(connecting(WHOLE_WAY).path, connectingToNode(this.world.transport, address))
  }

  private async startPipes(): Promise<void> {
    const relays = PIPE_SOCKETS.map((socket, i) => {
      return this.fork(`plain pipe ${i + 1}`, { kind: 'relay', socket, next: PIPE_SOCKETS[i + 1] ?? null })
    })
    await Promise.all(relays.map(({ ready }) => ready))
    this.wires.set(PLAIN_PIPES.path, toSocket(PIPE_SOCKETS[0]!))
  }

  private fork(name: string, task: Parameters<typeof startEcho>[1]): EchoProcess {
    const { echoEntry, cwd, onLost } = this.options
    const echo = startEcho({ name, entry: echoEntry, cwd }, task, onLost)
    this.echoes.push(echo)
    return echo
  }

  private miss(path: string, why: string): void {
    this.missing.push(`No ${path} was measured: it cannot be had here (${why}).`)
  }

  /** A node that dies would be started again, and the round be of another process: nothing to measure any more. */
  private onEvent({ event, node, detail }: RunEvent): void {
    if (event === 'exit') this.options.onLost(`${node} ended while it was measured: ${detail}`)
  }
}
