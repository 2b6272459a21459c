/** One attempt of a client's request: whom to, with how much time, and its frame, written where it leaves from. */
import type { Balancer } from '../balance/balancer.ts'
import type { DeadlineWheel } from '../base/deadline-wheel.ts'
import type { PickContext } from '../policy/policy.ts'
import type { LoadSpec } from '../topology/types.ts'
import { REQUEST_PAYLOAD_AT, type RequestHead, writeRequest } from '../wire/frame.ts'
import type { Edge } from './edge.ts'
import type { Outstanding } from './outstanding.ts'

/** What a sum of times may be off by. */
const ROUNDING_MS = 0.001

export interface SenderParts {
  readonly requests: Outstanding
  readonly deadlines: DeadlineWheel
  readonly balancer: Balancer<Edge>
}

export class RequestSender {
  /** Attempts but the first of each request. */
  retried = 0
  private readonly parts: SenderParts
  private load: LoadSpec
  private payload: Uint8Array
  private readonly head: RequestHead = { budgetMs: 0, keyHash: 0, attempt: 1, flags: 0 }
  private readonly context: PickContext = { nowMs: 0, keyHash: 0, attempt: 1 }

  constructor(parts: SenderParts, load: LoadSpec) {
    this.parts = parts
    this.load = load
    this.payload = makePayload(load.payloadBytes)
  }

  apply(load: LoadSpec): void {
    this.load = load
    this.payload = makePayload(load.payloadBytes)
  }

  /** Not where the request was just lost, if there is a choice; null where nobody can take it. */
  pick(slot: number, nowMs: number): Edge | null {
    const { sends, tried, keyHash } = this.parts.requests
    this.context.nowMs = nowMs
    this.context.keyHash = keyHash[slot]!
    this.context.attempt = sends[slot]! + 1
    return this.parts.balancer.pick(this.context, sends[slot] === 0 ? null : tried[slot]!)
  }

  /** The slot has no deadline in the wheel. */
  send(slot: number, edge: Edge, nowMs: number): void {
    const { requests } = this.parts
    const link = edge.link()
    if (requests.sends[slot]! > 0) this.retried++
    requests.assign(slot, edge, link, nowMs)
    edge.begin(nowMs)
    const dueMs = this.dueMs(slot, nowMs)
    this.parts.deadlines.add(slot, dueMs, nowMs)
    const { head, payload } = this
    head.budgetMs = Math.max(1, Math.ceil(dueMs - nowMs - ROUNDING_MS))
    head.keyHash = requests.keyHash[slot]!
    head.attempt = requests.sends[slot]!
    head.flags = requests.flags[slot]!
    const at = link.claimRequest(REQUEST_PAYLOAD_AT + payload.length, nowMs)
    const bytes = link.requestBytes()
    writeRequest(bytes, at, requests.slots.idOf(slot), head, payload.length)
    bytes.set(payload, at + REQUEST_PAYLOAD_AT)
  }

  private dueMs(slot: number, nowMs: number): number {
    const deadlineMs = this.parts.requests.deadlineMs[slot]!
    return this.load.attempts === 1 ? deadlineMs : Math.min(deadlineMs, nowMs + this.load.attemptTimeoutMs)
  }
}

/** Printable, so that a dump of the wire is readable. */
function makePayload(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => 0x61 + (i % 26))
}
