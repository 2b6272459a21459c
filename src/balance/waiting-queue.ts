/**
 * Who of those that wait is next, and whom a queue gives up that cannot be worked off. Slot numbers in, slot numbers
 * out, in the order they came; joining, leaving and being next cost a few array writes.
 *
 * `fifo` gives up nobody: it loses nothing in a burst that its owner can catch up with, but in a lasting overload every
 * request waits for the whole queue, and where that is longer than the callers' patience only work that nobody wants
 * any more is done.
 *
 * `codel` tells the one queue from the other by whether it empties, as Facebook does it for requests (Maurer, "Fail at
 * Scale", ACM Queue 2015; after Nichols and Jacobson, "Controlling Queue Delay", 2012). A queue that has not been empty
 * for `queueIntervalMs` stands: whoever has waited in it for more than `queueTargetMs` is given up when their turn
 * comes. In a younger queue nobody can have waited longer than the interval, and nobody is given up. Its price: some
 * are refused whom a longer wait would have served. A burst that takes longer than the interval to work off is one case;
 * another is chance, where the interval is short against the time in which one place of the owner comes free: at 80 %
 * load and with fixed service times it sheds 1 in 40 with an interval of 20 such times, 1 in 1000 with one of 100.
 * Three rules keep it from refusing work for nothing:
 * - It decides when a place has come free, never by a tick: while none does, giving up one serves no other, and whoever
 *   has lost patience is ended by the deadline.
 * - The last that waits is never given up (Nichols and Jacobson spare the last packet): the place that has come free
 *   would stand idle, and by taking it the queue empties.
 * - Time in which nobody serves the queue (no upstream is there at all, as in a restart) is not held against it: see
 *   `pause`. Only the callers' deadlines, which are the owner's, end a wait without service.
 */
import { assert } from '../base/assert.ts'
import type { QueueSpec } from '../topology/types.ts'

const NONE = -1

export class WaitingQueue {
  /** How many wait. */
  length = 0
  private spec: QueueSpec
  private readonly onShed: (slot: number, nowMs: number) => void
  private after = new Int32Array(64)
  private before = new Int32Array(64)
  /** When each began to wait; NaN for a slot that does not. */
  private sinceMs = new Float64Array(64).fill(Number.NaN)
  private first = NONE
  private last = NONE
  /** Since when it has been served without being empty; says nothing of an empty one. */
  private standingSinceMs = 0
  private isPaused = false

  /** `onShed` is told of each that `codel` gives up, which has then left the queue. */
  constructor(spec: QueueSpec, onShed: (slot: number, nowMs: number) => void) {
    this.spec = spec
    this.onShed = onShed
  }

  /** Those that wait go on waiting, also where the new limit is below their number. */
  apply(spec: QueueSpec): void {
    this.spec = spec
  }

  hasRoom(): boolean {
    return this.length < this.spec.queueMax
  }

  isWaiting(slot: number): boolean {
    return this.sinceMs[slot]! >= 0
  }

  /** To be asked of `hasRoom` before. Times never go back from one call to the next. */
  push(slot: number, nowMs: number): void {
    assert(this.hasRoom(), 'who joins a queue has asked for room')
    if (slot >= this.after.length) this.widen(slot)
    assert(!this.isWaiting(slot), 'a slot waits once at a time')
    if (this.length++ === 0) this.standingSinceMs = nowMs
    this.sinceMs[slot] = nowMs
    this.after[slot] = NONE
    this.before[slot] = this.last
    if (this.last === NONE) this.first = slot
    else this.after[this.last] = slot
    this.last = slot
  }

  /** The longest waiting that is not given up, for a place that is free now; -1 where nobody waits. */
  next(nowMs: number): number {
    this.resume(nowMs)
    while (this.isGivenUp(nowMs)) {
      const slot = this.first
      this.remove(slot)
      this.onShed(slot, nowMs)
    }
    const slot = this.first
    if (slot !== NONE) this.remove(slot)
    return slot
  }

  /** Leaves from wherever it stands; does nothing where the slot does not wait. */
  remove(slot: number): void {
    if (!this.isWaiting(slot)) return
    const [after, before] = [this.after[slot]!, this.before[slot]!]
    if (before === NONE) this.first = after
    else this.after[before] = after
    if (after === NONE) this.last = before
    else this.before[after] = before
    this.sinceMs[slot] = Number.NaN
    this.length--
  }

  /**
   * Nobody serves those that wait; to be said as often as the owner notices, and ended by the next `next`. From then on
   * the queue is as young as if it had just been filled: it has an interval to be worked off in before anybody is given
   * up. Not for upstreams that are merely full: those do serve.
   */
  pause(): void {
    this.isPaused = true
  }

  private resume(nowMs: number): void {
    if (this.isPaused) this.standingSinceMs = nowMs
    this.isPaused = false
  }

  private isGivenUp(nowMs: number): boolean {
    if (this.length < 2 || this.spec.queueDiscipline !== 'codel') return false
    if (nowMs - this.standingSinceMs < this.spec.queueIntervalMs) return false
    return nowMs - this.sinceMs[this.first]! > this.spec.queueTargetMs
  }

  private widen(slot: number): void {
    const length = Math.max(this.after.length * 2, slot + 1)
    const [after, before, sinceMs] = [new Int32Array(length), new Int32Array(length), new Float64Array(length)]
    after.set(this.after)
    before.set(this.before)
    sinceMs.fill(Number.NaN).set(this.sinceMs)
    this.after = after
    this.before = before
    this.sinceMs = sinceMs
  }
}
