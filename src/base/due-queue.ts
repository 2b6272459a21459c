/**
 * Numbers that come due, earliest first: a binary heap in two arrays, driven by one timer whatever it holds.
 * Equal times leave in the order they came, so that a replay is exact.
 */
import type { Clock, Timer } from './clock.ts'

export class DueQueue {
  size = 0
  private dueMs = new Float64Array(64)
  private order = new Float64Array(64)
  private items = new Int32Array(64)
  private pushed = 0
  private timer: Timer | null = null
  private timerDueMs = Infinity
  private readonly clock: Clock
  private readonly onDue: (item: number, nowMs: number) => void
  private readonly wake: () => void

  constructor(clock: Clock, onDue: (item: number, nowMs: number) => void) {
    this.clock = clock
    this.onDue = onDue
    this.wake = () => this.sweep()
  }

  push(item: number, dueMs: number): void {
    if (this.size === this.items.length) this.widen()
    this.place(this.size, dueMs, this.pushed++, item)
    this.size++
    this.rise(this.size - 1)
    this.arm()
  }

  /** Forgets everything that waits. */
  clear(): void {
    this.size = 0
    this.timer?.cancel()
    this.timer = null
    this.timerDueMs = Infinity
  }

  private sweep(): void {
    // Timers of the platform may fire a fraction early by our clock; what the timer was for has come due all the same.
    const nowMs = Math.max(this.clock.nowMs(), this.timerDueMs)
    this.timer = null
    this.timerDueMs = Infinity
    while (this.size > 0 && this.dueMs[0]! <= nowMs) this.onDue(this.pop(), nowMs)
    this.arm()
  }

  private arm(): void {
    if (this.size === 0 || this.timerDueMs <= this.dueMs[0]!) return
    this.timer?.cancel()
    this.timerDueMs = this.dueMs[0]!
    this.timer = this.clock.after(Math.max(this.timerDueMs - this.clock.nowMs(), 0), this.wake)
  }

  private pop(): number {
    const item = this.items[0]!
    this.size--
    this.place(0, this.dueMs[this.size]!, this.order[this.size]!, this.items[this.size]!)
    this.sink(0)
    return item
  }

  private rise(at: number): void {
    while (at > 0) {
      const parent = (at - 1) >>> 1
      if (!this.isBefore(at, parent)) return
      this.swap(at, parent)
      at = parent
    }
  }

  private sink(at: number): void {
    for (;;) {
      let first = at
      for (let child = 2 * at + 1; child <= 2 * at + 2; child++) {
        if (child < this.size && this.isBefore(child, first)) first = child
      }
      if (first === at) return
      this.swap(at, first)
      at = first
    }
  }

  private isBefore(a: number, b: number): boolean {
    const gap = this.dueMs[a]! - this.dueMs[b]!
    return gap < 0 || (gap === 0 && this.order[a]! < this.order[b]!)
  }

  private swap(a: number, b: number): void {
    const [dueMs, order, item] = [this.dueMs[a]!, this.order[a]!, this.items[a]!]
    this.place(a, this.dueMs[b]!, this.order[b]!, this.items[b]!)
    this.place(b, dueMs, order, item)
  }

  private place(at: number, dueMs: number, order: number, item: number): void {
    this.dueMs[at] = dueMs
    this.order[at] = order
    this.items[at] = item
  }

  private widen(): void {
    const length = this.size * 2
    const [dueMs, order, items] = [new Float64Array(length), new Float64Array(length), new Int32Array(length)]
    dueMs.set(this.dueMs)
    order.set(this.order)
    items.set(this.items)
    this.dueMs = dueMs
    this.order = order
    this.items = items
  }
}
