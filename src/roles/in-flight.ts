/** The requests that a forwarder holds: for whom, since when, and their frames. */
import type { DownstreamLink } from '../link/downstream-link.ts'
import { readAttempt, readKeyHash, readRequestFlags, readStreamId } from '../wire/frame.ts'
import { answerBytesMax } from '../wire/trace.ts'
import { Requests } from './requests.ts'

export class InFlight extends Requests {
  /** Who sent it, and what it calls it. */
  readonly from: (DownstreamLink | null)[] = []
  readonly fromStreamId: number[] = []
  /** When it arrived, on the clock. */
  readonly sinceMs: number[] = []
  /** The frame, while it may be sent or sent again; whatever else came in the same bytes lives as long. */
  readonly bytes: (Uint8Array | null)[] = []
  readonly start: number[] = []
  readonly end: number[] = []

  /** A slot for the REQUEST at [start, end), or -1 where the limit is reached. Its stream's place must be free. */
  take(from: DownstreamLink, bytes: Uint8Array, start: number, end: number, nowMs: number, limitMs: number): number {
    const slot = this.slots.take()
    if (slot < 0) return -1
    const streamId = readStreamId(bytes, start)
    from.beginStream(streamId, slot, answerBytesMax(bytes, start, end))
    this.from[slot] = from
    this.fromStreamId[slot] = streamId
    this.sinceMs[slot] = nowMs
    const flags = readRequestFlags(bytes, start)
    this.begin(slot, nowMs + limitMs, flags, readKeyHash(bytes, start), readAttempt(bytes, start))
    this.hold(slot, bytes, start, end)
    return slot
  }

  hold(slot: number, bytes: Uint8Array, start: number, end: number): void {
    this.bytes[slot] = bytes
    this.start[slot] = start
    this.end[slot] = end
  }

  override isHeld(slot: number): boolean {
    return this.bytes[slot] !== null
  }

  override letGo(slot: number): void {
    this.bytes[slot] = null
  }

  override release(slot: number): void {
    this.from[slot]!.endStream(this.fromStreamId[slot]!)
    this.from[slot] = null
    this.letGo(slot)
    super.release(slot)
  }
}
