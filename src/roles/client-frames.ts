/** The frames of a client's requests, written where they leave from. */
import type { UpstreamLink } from '../link/upstream-link.ts'
import { REQUEST_PAYLOAD_AT, type RequestHead, writeRequest } from '../wire/frame.ts'
import { setRest } from '../wire/frame-parts.ts'
import type { Frames } from './attempts.ts'
import type { Outstanding } from './outstanding.ts'

/** Copying a smaller payload costs less than what a frame in parts does. */
const SHARED_BYTES_MIN = 65_536

export class ClientFrames implements Frames {
  private readonly requests: Outstanding
  private payload: Uint8Array
  private readonly head: RequestHead = { budgetMs: 0, keyHash: 0, attempt: 1, flags: 0 }

  constructor(requests: Outstanding, payloadBytes: number) {
    this.requests = requests
    this.payload = makePayload(payloadBytes)
  }

  apply(payloadBytes: number): void {
    if (payloadBytes !== this.payload.length) this.payload = makePayload(payloadBytes)
  }

  /** A load balancer's word is final for a client, so it had better wait than say that nobody is there. */
  send(slot: number, link: UpstreamLink, budgetMs: number, _hasElsewhere: boolean, nowMs: number): void {
    const { requests, head, payload } = this
    if (requests.sends[slot] === 1) requests.firstSentMs[slot] = nowMs
    head.budgetMs = budgetMs
    head.keyHash = requests.keyHash[slot]!
    head.attempt = requests.sends[slot]!
    head.flags = requests.flags[slot]!
    const id = requests.slots.idOf(slot)
    const size = REQUEST_PAYLOAD_AT + payload.length
    if (payload.length >= SHARED_BYTES_MIN) return link.forwardRequest(this.makeParted(id), 0, size, nowMs)
    const at = link.claimRequest(size, nowMs)
    const bytes = link.requestBytes()
    writeRequest(bytes, at, id, head, payload.length)
    bytes.set(payload, at + REQUEST_PAYLOAD_AT)
  }

  /** Its head alone is its own: the payload, which nobody changes, is the same for all. */
  private makeParted(streamId: number): Uint8Array {
    const first = new Uint8Array(REQUEST_PAYLOAD_AT)
    writeRequest(first, 0, streamId, this.head, this.payload.length)
    setRest(first, [this.payload])
    return first
  }
}

/** Printable, so that a dump of the wire is readable. */
function makePayload(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => 0x61 + (i % 26))
}
