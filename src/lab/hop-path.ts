/** A path through this system: the client of roles/, one connection, each answer sending the next request. */
import { type ClosedLoop, makeClosedLoop } from '../load/closed-loop.ts'
import { Client } from '../roles/client.ts'
import { Histogram } from '../stats/histogram.ts'
import type { ClientWiring } from '../topology/types.ts'
import type { World } from '../transport/world.ts'
import type { PathName } from './bench-result.ts'
import type { MeasuredPath } from './measured-path.ts'

export class HopPath implements MeasuredPath {
  readonly path: string
  readonly hops: number
  histogram = new Histogram()
  answered = 0
  private failed = 0
  private loop: ClosedLoop | null = null
  private isFinishing = false
  private tellIdle: () => void = () => {}
  private readonly client: Client
  private readonly world: World

  /** `onReady`: the connection stands, or could not be made; then requests will fail. */
  constructor({ path, hops }: PathName, wiring: ClientWiring, world: World, onReady: () => void) {
    this.path = path
    this.hops = hops
    this.world = world
    this.client = new Client(wiring, world, {
      onReady,
      onOutcome: (isAnswered, responseMs) => this.onOutcome(isAnswered, responseMs),
    })
  }

  begin(outstanding: number): void {
    this.failed = 0
    this.isFinishing = false
    this.loop = makeClosedLoop(outstanding, this.world.clock, (plannedMs, nowMs) => this.client.send(plannedMs, nowMs))
  }

  async finish(): Promise<void> {
    this.loop?.stop()
    this.isFinishing = true
    if (this.client.pending() > 0) {
      await new Promise<void>(resolve => {
        this.tellIdle = resolve
      })
    }
    if (this.failed > 0) throw new Error(`${this.failed} requests failed on the path "${this.path}": ${this.reasons()}`)
  }

  close(): void {
    this.loop?.stop()
    this.client.stop()
  }

  private onOutcome(isAnswered: boolean, responseMs: number): void {
    if (isAnswered) {
      this.answered++
      this.histogram.record(responseMs)
    } else {
      this.failed++
      // A request that fails at once would send the next from inside itself, without end.
      this.loop?.stop()
    }
    this.loop?.onOutcome()
    if (this.isFinishing && this.client.pending() === 0) this.tellIdle()
  }

  private reasons(): string {
    return Object.keys(this.client.counters().failedBy).join(', ')
  }
}
