/**
 * The requests that a forwarder holds, as columns of arrays: a request is a slot number, and costs no object, closure
 * or timer of its own. It is sent on, waits for its turn, or rests before it is sent again.
 */
import type { DownstreamLink } from '../link/downstream-link.ts'
import type { UpstreamLink } from '../link/upstream-link.ts'
import { StreamSlots } from '../wire/stream-slots.ts'
import type { Edge } from './edge.ts'

export class InFlight {
  readonly slots: StreamSlots
  /** Of those in use, how many are sent on and unanswered. */
  sent = 0
  /** Who sent it, and what it calls it. */
  readonly from: (DownstreamLink | null)[] = []
  readonly fromStreamId: number[] = []
  /** When it arrived, on the clock, and when it ends whatever happens. */
  readonly sinceMs: number[] = []
  readonly deadlineMs: number[] = []
  /** Of its head, as they came. */
  readonly flags: number[] = []
  /** Whom it is sent to, and by which of the edge's links; null while it is not. */
  readonly edge: (Edge | null)[] = []
  readonly link: (UpstreamLink | null)[] = []
  /** When its present attempt was sent. */
  readonly sentMs: number[] = []
  /** How often it was sent, and, where it was, to whom last and to whom before that, and why that failed. */
  readonly sends: number[] = []
  readonly tried: (Edge | null)[] = []
  readonly triedBefore: (Edge | null)[] = []
  readonly failure: number[] = []
  /** An attempt failed that may have been executed. */
  readonly mayHaveRun: boolean[] = []
  /** The frame, while it may be sent again or waits; whatever else came in the same bytes lives as long. */
  readonly bytes: (Uint8Array | null)[] = []
  readonly start: number[] = []
  readonly end: number[] = []

  constructor(max: number) {
    this.slots = new StreamSlots(max)
  }

  /** A slot for a request that has arrived, or -1 where the limit is reached. Its stream's place must be free. */
  take(from: DownstreamLink, streamId: number, size: number, nowMs: number, limitMs: number, flags: number): number {
    const slot = this.slots.take()
    if (slot < 0) return -1
    from.beginStream(streamId, slot, size)
    this.from[slot] = from
    this.fromStreamId[slot] = streamId
    this.sinceMs[slot] = nowMs
    this.deadlineMs[slot] = nowMs + limitMs
    this.flags[slot] = flags
    this.edge[slot] = null
    this.link[slot] = null
    this.sends[slot] = 0
    this.mayHaveRun[slot] = false
    this.bytes[slot] = null
    return slot
  }

  hold(slot: number, bytes: Uint8Array, start: number, end: number): void {
    this.bytes[slot] = bytes
    this.start[slot] = start
    this.end[slot] = end
  }

  letGo(slot: number): void {
    if (this.bytes[slot] !== null) this.bytes[slot] = null
  }

  /** An attempt begins. */
  assign(slot: number, edge: Edge, link: UpstreamLink, nowMs: number): void {
    this.edge[slot] = edge
    this.link[slot] = link
    this.sentMs[slot] = nowMs
    this.sends[slot]!++
    this.sent++
  }

  /** An attempt has failed: what still comes of it finds nobody. */
  unassign(slot: number): void {
    this.triedBefore[slot] = this.sends[slot]! > 1 ? this.tried[slot]! : null
    this.tried[slot] = this.edge[slot]!
    this.leaveUpstream(slot)
    this.slots.renew(slot)
  }

  release(slot: number): void {
    this.from[slot]!.endStream(this.fromStreamId[slot]!)
    this.from[slot] = null
    if (this.edge[slot] !== null) this.leaveUpstream(slot)
    this.letGo(slot)
    this.slots.release(slot)
  }

  private leaveUpstream(slot: number): void {
    this.edge[slot] = null
    this.link[slot] = null
    this.sent--
  }

  /** Every slot whose request went out on this link and is not answered. */
  sentOn(link: UpstreamLink): number[] {
    const found: number[] = []
    for (let slot = 0; slot < this.slots.size; slot++) if (this.link[slot] === link) found.push(slot)
    return found
  }
}
