/**
 * A closed loop over bare wires: each answer sends the next payload. Answers come in the order of their sending, so
 * the times of those in flight are a queue.
 */
import { Histogram } from '../stats/histogram.ts'
import type { OpenWire, Wire } from './wire.ts'

export interface EchoLoad {
  /** Over all connections together; as many on each. */
  readonly outstanding: number
  readonly connections: number
  readonly payloadBytes: number
}

export class EchoLoop {
  /** Times of what is answered from now on go here. */
  histogram = new Histogram()
  private readonly lanes: Lane[] = []
  private isFinishing = false
  private problem: string | null = null
  private tellEnd: () => void = () => {}

  /** Resolves with every connection open. Rejects where one cannot be made; then none is left. */
  static async open(openWire: OpenWire, load: EchoLoad): Promise<EchoLoop> {
    const loop = new EchoLoop()
    const perConnection = load.outstanding / load.connections
    try {
      for (let left = load.connections; left > 0; left--) await loop.addLane(openWire, perConnection, load.payloadBytes)
    } catch (error) {
      loop.close()
      throw error
    }
    return loop
  }

  begin(): void {
    for (const lane of this.lanes) lane.fill()
  }

  /** Sends nothing more; resolves when nothing is outstanding. Rejects where a wire broke. */
  async finish(): Promise<void> {
    this.isFinishing = true
    await new Promise<void>(resolve => {
      this.tellEnd = resolve
      this.checkEnd()
    })
    if (this.problem !== null) throw new Error(this.problem)
  }

  close(): void {
    this.isFinishing = true
    for (const lane of this.lanes) lane.wire?.close()
  }

  private async addLane(openWire: OpenWire, outstanding: number, payloadBytes: number): Promise<void> {
    const lane = new Lane(outstanding)
    this.lanes.push(lane)
    const onLost = (why: string) => {
      this.problem ??= why
      this.checkEnd()
    }
    const plan = { outstanding, payloadBytes }
    lane.wire = await openWire(plan, { onAnswers: count => this.onAnswers(lane, count), onLost })
  }

  private onAnswers(lane: Lane, count: number): void {
    const nowMs = performance.now()
    for (let left = count; left > 0; left--) this.histogram.record(nowMs - lane.takeSentMs())
    if (!this.isFinishing) lane.send(count, nowMs)
    else this.checkEnd()
  }

  private checkEnd(): void {
    if (this.problem !== null || this.lanes.every(({ inFlight }) => inFlight === 0)) this.tellEnd()
  }
}

/** One connection, and when what is in flight on it was sent: a ring. */
class Lane {
  wire: Wire | null = null
  inFlight = 0
  private first = 0
  private readonly sentMs: Float64Array

  constructor(outstanding: number) {
    this.sentMs = new Float64Array(outstanding)
  }

  fill(): void {
    this.send(this.sentMs.length, performance.now())
  }

  send(count: number, nowMs: number): void {
    const { sentMs } = this
    for (let left = count; left > 0; left--) sentMs[(this.first + this.inFlight++) % sentMs.length] = nowMs
    this.wire!.send(count)
  }

  takeSentMs(): number {
    const sentMs = this.sentMs[this.first]!
    this.first = (this.first + 1) % this.sentMs.length
    this.inFlight--
    return sentMs
  }
}
