/** The requests that a server holds, running and waiting, as columns of arrays; and the order of those that wait. */
import type { DownstreamLink } from '../link/downstream-link.ts'
import { SLOTS_MAX, StreamSlots } from '../wire/stream-slots.ts'

const NONE = -1

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
  // Those that wait are a list through these columns, so that one which nobody wants any more leaves it at once.
  private readonly queued: boolean[] = []
  private readonly next: number[] = []
  private readonly previous: number[] = []
  private first = NONE
  private last = NONE
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
    this.next[slot] = NONE
    this.previous[slot] = this.last
    if (this.last === NONE) this.first = slot
    else this.next[this.last] = slot
    this.last = slot
  }

  /** The longest waiting job, or -1. */
  dequeue(): number {
    const slot = this.first
    if (slot !== NONE) this.leaveQueue(slot)
    return slot
  }

  /** Jobs that wait for a place. */
  waiting(): number {
    return this.waitingCount
  }

  isQueued(slot: number): boolean {
    return this.queued[slot]!
  }

  /** Nobody waits for the answer of one that runs; its slot stays until it is done. */
  orphan(slot: number): void {
    this.orphans++
    this.endStream(slot)
  }

  /** The slot is free again. */
  drop(slot: number): void {
    if (this.queued[slot]) this.leaveQueue(slot)
    if (this.from[slot]) this.endStream(slot)
    else this.orphans--
    this.slots.release(slot)
  }

  private leaveQueue(slot: number): void {
    const [next, previous] = [this.next[slot]!, this.previous[slot]!]
    if (previous === NONE) this.first = next
    else this.next[previous] = next
    if (next === NONE) this.last = previous
    else this.previous[next] = previous
    this.queued[slot] = false
    this.waitingCount--
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
}
