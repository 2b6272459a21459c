/** The requests that a server holds, running and waiting, as columns of arrays; and the order of those that wait. */
import type { DownstreamLink } from '../link/downstream-link.ts'
import { SLOTS_MAX, StreamSlots } from '../wire/stream-slots.ts'

export class Jobs {
  /** Null once nobody waits for the answer. */
  readonly from: (DownstreamLink | null)[] = []
  readonly streamId: number[] = []
  /** The request's own bytes, kept where they lie until they are turned into the answer. */
  readonly bytes: (Uint8Array | null)[] = []
  readonly start: number[] = []
  readonly end: number[] = []
  readonly sinceMs: number[] = []
  readonly expiresMs: number[] = []
  private readonly slots = new StreamSlots(SLOTS_MAX)
  private readonly queued: boolean[] = []
  private queue: number[] = []
  private queueHead = 0
  private orphans = 0
  private waitingCount = 0

  /** -1 where there is no place at all. */
  add(
    from: DownstreamLink,
    streamId: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    sinceMs: number,
    expiresMs: number,
  ): number {
    const slot = this.slots.take()
    if (slot < 0) return -1
    this.from[slot] = from
    this.streamId[slot] = streamId
    this.bytes[slot] = bytes
    this.start[slot] = start
    this.end[slot] = end
    this.sinceMs[slot] = sinceMs
    this.expiresMs[slot] = expiresMs
    this.queued[slot] = false
    from.beginStream(streamId, slot, end - start)
    return slot
  }

  enqueue(slot: number): void {
    this.queued[slot] = true
    this.waitingCount++
    this.queue.push(slot)
  }

  /** The longest waiting job that somebody still wants, or -1. */
  dequeue(): number {
    while (this.queueHead < this.queue.length) {
      const slot = this.queue[this.queueHead++]!
      if (this.queueHead > 1_024 && this.queueHead * 2 > this.queue.length) this.compact()
      this.queued[slot] = false
      if (this.from[slot]) {
        this.waitingCount--
        return slot
      }
      this.drop(slot)
    }
    this.queue.length = 0
    this.queueHead = 0
    return -1
  }

  /** Jobs that wait for a place and that somebody wants. */
  waiting(): number {
    return this.waitingCount
  }

  isQueued(slot: number): boolean {
    return this.queued[slot]!
  }

  /** Nobody waits for the answer any more; the slot stays until the job's turn or its end. */
  orphan(slot: number): void {
    if (this.queued[slot]) this.waitingCount--
    this.orphans++
    this.endStream(slot)
  }

  /** The slot is free again. */
  drop(slot: number): void {
    if (this.from[slot]) this.endStream(slot)
    else this.orphans--
    this.slots.release(slot)
  }

  private endStream(slot: number): void {
    this.from[slot]!.endStream(this.streamId[slot]!)
    this.from[slot] = null
    this.bytes[slot] = null
  }

  /** Jobs that somebody waits for. */
  owed(): number {
    return this.slots.used - this.orphans
  }

  private compact(): void {
    this.queue = this.queue.slice(this.queueHead)
    this.queueHead = 0
  }
}
