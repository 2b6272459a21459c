/**
 * The requests that the clients wait for, as columns of arrays: each is sent, rests before it is sent again, or waits
 * for a connection. What it carries is made anew each time, so none is kept.
 */
import type { UpstreamLink } from '../link/upstream-link.ts'
import { SLOTS_MAX, StreamSlots } from '../wire/stream-slots.ts'
import type { Edge } from './edge.ts'

export class Outstanding {
  readonly slots: StreamSlots = new StreamSlots(SLOTS_MAX)
  readonly plannedMs: number[] = []
  readonly deadlineMs: number[] = []
  readonly keyHash: number[] = []
  readonly flags: number[] = []
  /** Null while it is not sent. */
  readonly edge: (Edge | null)[] = []
  readonly link: (UpstreamLink | null)[] = []
  /** When its present attempt was sent. */
  readonly sentMs: number[] = []
  /** How often it was sent, and, where it was, to whom before. */
  readonly sends: number[] = []
  readonly tried: (Edge | null)[] = []

  /** A slot for a request, or -1 where there are as many as streams can be told apart. */
  take(plannedMs: number, deadlineMs: number, keyHash: number, flags: number): number {
    const slot = this.slots.take()
    if (slot < 0) return -1
    this.plannedMs[slot] = plannedMs
    this.deadlineMs[slot] = deadlineMs
    this.keyHash[slot] = keyHash
    this.flags[slot] = flags
    this.edge[slot] = null
    this.link[slot] = null
    this.sends[slot] = 0
    return slot
  }

  /** An attempt begins. */
  assign(slot: number, edge: Edge, link: UpstreamLink, nowMs: number): void {
    this.edge[slot] = edge
    this.link[slot] = link
    this.sentMs[slot] = nowMs
    this.sends[slot]!++
  }

  /** An attempt has failed: what still comes of it finds nobody. */
  unassign(slot: number): void {
    this.tried[slot] = this.edge[slot]!
    this.edge[slot] = null
    this.link[slot] = null
    this.slots.renew(slot)
  }

  release(slot: number): void {
    this.edge[slot] = null
    this.link[slot] = null
    this.slots.release(slot)
  }

  /** Every slot whose request went out on this link and is not answered. */
  sentOn(link: UpstreamLink): number[] {
    const found: number[] = []
    for (let slot = 0; slot < this.slots.size; slot++) if (this.link[slot] === link) found.push(slot)
    return found
  }
}
