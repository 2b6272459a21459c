/**
 * The frames of requests that are passed on. The first attempt goes out in the very bytes that came. Those may still
 * wait in a connection when it fails, so each further one is a copy.
 */
import type { UpstreamLink } from '../link/upstream-link.ts'
import { REQUEST_NO_WAIT, writeAttempt, writeSend } from '../wire/frame.ts'
import { copyFrame } from '../wire/frame-parts.ts'
import type { Frames } from './attempts.ts'
import type { InFlight } from './in-flight.ts'

export class ForwardedFrames implements Frames {
  private readonly inFlight: InFlight

  constructor(inFlight: InFlight) {
    this.inFlight = inFlight
  }

  /** Whoever has somewhere else to go does not want to wait; nor does whoever asked for that. */
  send(slot: number, link: UpstreamLink, budgetMs: number, hasElsewhere: boolean, nowMs: number): void {
    const { inFlight } = this
    const bytes = inFlight.bytes[slot]!
    const start = inFlight.start[slot]!
    const end = inFlight.end[slot]!
    const streamId = inFlight.slots.idOf(slot)
    const flags = inFlight.flags[slot]! | (hasElsewhere ? REQUEST_NO_WAIT : 0)
    if (inFlight.sends[slot] === 1) {
      writeSend(bytes, start, streamId, budgetMs, flags)
      return link.forwardRequest(bytes, start, end, nowMs)
    }
    const at = link.claimRequest(end - start, nowMs)
    const copy = link.requestBytes()
    copyFrame(bytes, start, end, copy, at)
    writeSend(copy, at, streamId, budgetMs, flags)
    writeAttempt(copy, at, inFlight.attempt[slot]! + inFlight.sends[slot]! - 1)
  }
}
