/** The part of time in an edge's circuit: an ejection begins, lasts, and gives way to a probe. */
import type { Timer } from '../base/clock.ts'
import { type CircuitLimits, type CircuitState, openCircuit, resetCircuit, stepTime } from '../health/circuit.ts'
import type { World } from '../transport/world.ts'

export interface EjectionOwner {
  isReachable(): boolean
  /** The time is over: the next request is a probe. */
  onHalfOpen(): void
}

export class Ejection {
  private timer: Timer | null = null
  private isStopped = false
  private readonly state: CircuitState
  private readonly limits: CircuitLimits
  private readonly world: World
  private readonly owner: EjectionOwner

  constructor(state: CircuitState, limits: CircuitLimits, world: World, owner: EjectionOwner) {
    this.state = state
    this.limits = limits
    this.world = world
    this.owner = owner
  }

  /** Returns how long it is to last. */
  begin(nowMs: number): number {
    const forMs = openCircuit(this.state, this.limits, this.world.rng.float(), nowMs)
    this.wait(forMs)
    return forMs
  }

  private wait(forMs: number): void {
    this.timer?.cancel()
    this.timer = this.isStopped ? null : this.world.clock.after(forMs, () => this.onTime())
  }

  /** A timer may fire early by less than a tick of the clock. */
  private onTime(): void {
    const nowMs = this.world.clock.nowMs()
    if (nowMs < this.state.untilMs) this.wait(Math.max(1, this.state.untilMs - nowMs))
    else this.resume(nowMs)
  }

  /** Also to be called when the upstream can be reached again: while it cannot, there is nobody to probe. */
  resume(nowMs: number): void {
    if (this.owner.isReachable() && stepTime(this.state, nowMs)) this.owner.onHalfOpen()
  }

  /** Nothing is held against it any more. */
  reset(nowMs: number): void {
    this.timer?.cancel()
    this.timer = null
    resetCircuit(this.state, nowMs)
  }

  stop(): void {
    this.isStopped = true
    this.timer?.cancel()
  }
}
