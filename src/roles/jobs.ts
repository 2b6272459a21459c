/** The requests that a server holds, running and waiting, as columns of arrays. */
import type { DownstreamLink } from '../link/downstream-link.ts'
import { SLOTS_MAX, StreamSlots } from '../wire/stream-slots.ts'
import { answerBytesMax } from '../wire/trace.ts'

export class Jobs {
  /** Null once nobody waits for the answer. */
  readonly from: (DownstreamLink | null)[] = []
  readonly streamId: number[] = []
  /** The request's own bytes, kept where they lie until they are turned into the answer. */
  readonly bytes: (Uint8Array | null)[] = []
  readonly start: number[] = []
  readonly end: number[] = []
  readonly sinceMs: number[] = []
  /** When its turn came; kept of traced ones only. */
  readonly begunMs: number[] = []
  readonly expiresMs: number[] = []
  private readonly slots = new StreamSlots(SLOTS_MAX)
  private orphans = 0

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
    from.beginStream(streamId, slot, answerBytesMax(bytes, start, end))
    return slot
  }

  /** Nobody waits for the answer of one that runs; its slot stays until it is done. */
  orphan(slot: number): void {
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
}
