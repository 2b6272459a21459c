/**
 * The requests that a forwarder holds, as columns of arrays: a request is a slot number, and costs no object, closure
 * or timer of its own.
 */
import type { DownstreamLink } from '../link/downstream-link.ts'
import type { UpstreamLink } from '../link/upstream-link.ts'
import { StreamSlots } from '../wire/stream-slots.ts'
import type { Edge } from './edge.ts'

export class InFlight {
  readonly slots: StreamSlots
  /** Who sent it, and what it calls it. */
  readonly from: (DownstreamLink | null)[] = []
  readonly fromStreamId: number[] = []
  /** Whom it was sent to, and by which of the edge's links. */
  readonly edge: (Edge | null)[] = []
  readonly link: (UpstreamLink | null)[] = []
  /** When it arrived, on the clock. */
  readonly sinceMs: number[] = []
  /** When its present attempt was sent. */
  readonly sentMs: number[] = []

  constructor(max: number) {
    this.slots = new StreamSlots(max)
  }

  /** A slot for a request that has arrived, or -1 where the limit is reached. Its stream's place must be free. */
  take(from: DownstreamLink, streamId: number, bytes: number, nowMs: number): number {
    const slot = this.slots.take()
    if (slot < 0) return -1
    from.beginStream(streamId, slot, bytes)
    this.from[slot] = from
    this.fromStreamId[slot] = streamId
    this.sinceMs[slot] = nowMs
    return slot
  }

  assign(slot: number, edge: Edge, link: UpstreamLink, nowMs: number): void {
    this.edge[slot] = edge
    this.link[slot] = link
    this.sentMs[slot] = nowMs
  }

  release(slot: number): void {
    this.from[slot]!.endStream(this.fromStreamId[slot]!)
    this.from[slot] = null
    this.edge[slot] = null
    this.link[slot] = null
    this.slots.release(slot)
  }

  /** Every slot whose request went out on this link. */
  sentOn(link: UpstreamLink): number[] {
    const found: number[] = []
    for (let slot = 0; slot < this.slots.size; slot++) if (this.link[slot] === link) found.push(slot)
    return found
  }
}
