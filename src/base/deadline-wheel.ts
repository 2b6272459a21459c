/**
 * Deadlines that are nearly always withdrawn: a hashed timing wheel (Varghese and Lauck, 1987) over slot numbers.
 * Adding and withdrawing cost a few array writes; one timer serves all, armed for the earliest deadline known when it
 * was armed, so that requests answered in time wake nobody.
 */
import { assert } from './assert.ts'
import type { Clock, Timer } from './clock.ts'

const BUCKETS = 4_096 // of 1 ms: a deadline of seconds is met once or twice before it is due
const MASK = BUCKETS - 1
const NONE = -1

export class DeadlineWheel {
  size = 0
  private readonly heads = new Int32Array(BUCKETS).fill(NONE)
  private next = new Int32Array(64)
  private previous = new Int32Array(64)
  /** The deadline of each slot; NaN where it has none. */
  private dueMs = new Float64Array(64).fill(Number.NaN)
  private timer: Timer | null = null
  private timerDueMs = Infinity
  private sweptMs: number
  private readonly clock: Clock
  private readonly onDue: (slot: number, nowMs: number) => void
  private readonly wake: () => void

  /** `onDue` is called once for a deadline that passed, which has then left the wheel. */
  constructor(clock: Clock, onDue: (slot: number, nowMs: number) => void) {
    this.clock = clock
    this.onDue = onDue
    this.sweptMs = Math.floor(clock.nowMs())
    this.wake = () => this.sweep()
  }

  add(slot: number, dueMs: number, nowMs: number): void {
    if (slot >= this.next.length) this.widen(slot)
    assert(Number.isNaN(this.dueMs[slot]!), 'a slot has one deadline at a time')
    if (this.size++ === 0) this.sweptMs = Math.floor(nowMs)
    this.dueMs[slot] = Math.max(dueMs, this.sweptMs)
    this.linkIn(slot)
    if (dueMs < this.timerDueMs) this.arm(dueMs, nowMs)
  }

  /** Does nothing where the slot has no deadline. */
  remove(slot: number): void {
    if (Number.isNaN(this.dueMs[slot] ?? Number.NaN)) return
    this.linkOut(slot)
    this.dueMs[slot] = Number.NaN
    this.size--
  }

  /** NaN where the slot has none. */
  dueOf(slot: number): number {
    return this.dueMs[slot]!
  }

  private sweep(): void {
    this.timer = null
    this.timerDueMs = Infinity
    const nowMs = this.clock.nowMs()
    const fromMs = this.sweptMs
    // Before the sweep: what is added on the way and has passed already belongs in the last bucket, not in one behind.
    this.sweptMs = Math.floor(nowMs)
    const buckets = Math.min(this.sweptMs - fromMs + 1, BUCKETS)
    for (let i = 0; i < buckets; i++) this.sweepBucket((fromMs + i) & MASK, nowMs)
    if (this.size > 0) this.armNext(nowMs)
  }

  private sweepBucket(bucket: number, nowMs: number): void {
    // From the head again after each: what a deadline sets off may withdraw others of this bucket.
    for (let slot = this.firstDue(bucket, nowMs); slot !== NONE; slot = this.firstDue(bucket, nowMs)) {
      this.remove(slot)
      this.onDue(slot, nowMs)
    }
  }

  private firstDue(bucket: number, nowMs: number): number {
    let slot = this.heads[bucket]!
    while (slot !== NONE && this.dueMs[slot]! > nowMs) slot = this.next[slot]!
    return slot
  }

  /** Wakes at the end of the next bucket that holds anything; what it holds may be due only a turn of the wheel later. */
  private armNext(nowMs: number): void {
    for (let ahead = 0; ahead < BUCKETS; ahead++) {
      if (this.heads[(this.sweptMs + ahead) & MASK] === NONE) continue
      this.arm(this.sweptMs + ahead + 1, nowMs)
      return
    }
  }

  private arm(dueMs: number, nowMs: number): void {
    this.timer?.cancel()
    this.timerDueMs = dueMs
    this.timer = this.clock.after(Math.max(Math.ceil(dueMs - nowMs), 1), this.wake)
  }

  /** Ends the timer; the wheel is not used again. */
  stop(): void {
    this.timer?.cancel()
    this.timer = null
  }

  private linkIn(slot: number): void {
    const bucket = Math.floor(this.dueMs[slot]!) & MASK
    const head = this.heads[bucket]!
    this.next[slot] = head
    this.previous[slot] = NONE
    if (head !== NONE) this.previous[head] = slot
    this.heads[bucket] = slot
  }

  private linkOut(slot: number): void {
    const next = this.next[slot]!
    const previous = this.previous[slot]!
    if (next !== NONE) this.previous[next] = previous
    if (previous !== NONE) this.next[previous] = next
    else this.heads[Math.floor(this.dueMs[slot]!) & MASK] = next
  }

  private widen(slot: number): void {
    const length = Math.max(this.next.length * 2, slot + 1)
    const [next, previous, dueMs] = [new Int32Array(length), new Int32Array(length), new Float64Array(length)]
    next.set(this.next)
    previous.set(this.previous)
    dueMs.fill(Number.NaN).set(this.dueMs)
    this.next = next
    this.previous = previous
    this.dueMs = dueMs
  }
}
