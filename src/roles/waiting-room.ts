/**
 * Where a forwarder's requests wait for an upstream, with their frames: bounded in number, by the queue, and in bytes.
 * The bytes are bounded twice. From `CROWDED_BYTES` on whoever has much under way is not read from, so that the rest
 * still finds room; beyond `WAITING_BYTES_MAX` nobody is let in, since many connections may bring one frame each.
 */
import { WaitingQueue } from '../balance/waiting-queue.ts'
import type { QueueSpec } from '../topology/types.ts'
import type { Waiting } from './dispatcher.ts'
import type { InFlight } from './in-flight.ts'

const CROWDED_BYTES = 2 * 1_048_576
const WAITING_BYTES_MAX = 32 * 1_048_576
/** A smaller frame is copied: where it lies it would hold what came with it, up to a read window (512 KiB). */
const COPY_BYTES_MAX = 16_384

export class WaitingRoom implements Waiting {
  private bytes = 0
  private isCrowded_ = false
  private readonly queue: WaitingQueue
  private readonly inFlight: InFlight
  private readonly onCrowd: () => void

  /** `onShed`: the queue gave this one up, it waits no more. `onCrowd`: `isCrowded` has changed. */
  constructor(inFlight: InFlight, spec: QueueSpec, onShed: (slot: number, nowMs: number) => void, onCrowd: () => void) {
    this.inFlight = inFlight
    this.onCrowd = onCrowd
    this.queue = new WaitingQueue(spec, (slot, nowMs) => {
      this.forget(slot)
      onShed(slot, nowMs)
    })
  }

  apply(spec: QueueSpec): void {
    this.queue.apply(spec)
  }

  /** How many wait. */
  get length(): number {
    return this.queue.length
  }

  /** So much waits that nobody should bring more. */
  get isCrowded(): boolean {
    return this.isCrowded_
  }

  hasRoom(): boolean {
    return this.queue.hasRoom() && this.bytes < WAITING_BYTES_MAX
  }

  /** There must be room; the slot holds its frame. */
  push(slot: number, nowMs: number): void {
    const { inFlight } = this
    const [bytes, start, end] = [inFlight.bytes[slot]!, inFlight.start[slot]!, inFlight.end[slot]!]
    const size = end - start
    if (size < COPY_BYTES_MAX && size < bytes.length) {
      // Not slice(): that of a Buffer shares its memory.
      inFlight.hold(slot, new Uint8Array(bytes.subarray(start, end)), 0, size)
    }
    this.queue.push(slot, nowMs)
    this.change(size)
  }

  /** Whose turn it is, or -1 where nobody waits. */
  next(nowMs: number): number {
    const slot = this.queue.next(nowMs)
    if (slot >= 0) this.forget(slot)
    return slot
  }

  /** Also for one that does not wait. */
  remove(slot: number): void {
    if (!this.queue.isWaiting(slot)) return
    this.queue.remove(slot)
    this.forget(slot)
  }

  /** Nobody is there whom to wait for: see WaitingQueue. */
  pause(): void {
    this.queue.pause()
  }

  private forget(slot: number): void {
    this.change(this.inFlight.start[slot]! - this.inFlight.end[slot]!)
  }

  private change(bytes: number): void {
    this.bytes += bytes
    const isCrowded = this.bytes >= CROWDED_BYTES
    if (isCrowded === this.isCrowded_) return
    this.isCrowded_ = isCrowded
    this.onCrowd()
  }
}
