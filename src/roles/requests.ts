/**
 * The requests that somebody sends to its upstreams, as columns of arrays: a request is a slot number, and costs no
 * object, closure or timer of its own. It is sent, waits for its turn, or rests before it is sent again.
 */
import type { UpstreamLink } from '../link/upstream-link.ts'
import { StreamSlots } from '../wire/stream-slots.ts'
import type { Edge } from './edge.ts'
import { Tries } from './tries.ts'

export class Requests {
  readonly slots: StreamSlots
  /** Of those in use, how many are sent and unanswered. */
  sent = 0
  /** When it ends whatever happens. */
  readonly deadlineMs: number[] = []
  /** Of its head: flags and key, and the number of its next attempt if it were the first here. */
  readonly flags: number[] = []
  readonly keyHash: number[] = []
  readonly attempt: number[] = []
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
  /** Of traced ones; what ends such a request takes them. */
  readonly tries: Tries = new Tries()

  constructor(max: number) {
    this.slots = new StreamSlots(max)
  }

  /** To be called for a slot that was just taken. */
  protected begin(slot: number, deadlineMs: number, flags: number, keyHash: number, attempt: number): void {
    this.deadlineMs[slot] = deadlineMs
    this.flags[slot] = flags
    this.keyHash[slot] = keyHash
    this.attempt[slot] = attempt
    this.edge[slot] = null
    this.link[slot] = null
    this.sends[slot] = 0
    this.mayHaveRun[slot] = false
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
    if (this.edge[slot] !== null) this.leaveUpstream(slot)
    this.slots.release(slot)
  }

  private leaveUpstream(slot: number): void {
    this.edge[slot] = null
    this.link[slot] = null
    this.sent--
  }

  /** What is needed to send it once more is there. */
  isHeld(_slot: number): boolean {
    return true
  }

  /** It is not sent again. */
  letGo(_slot: number): void {}

  /** Every slot whose request went out on this link and is not answered. */
  sentOn(link: UpstreamLink): number[] {
    const found: number[] = []
    for (let slot = 0; slot < this.slots.size; slot++) if (this.link[slot] === link) found.push(slot)
    return found
  }
}
