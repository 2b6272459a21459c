/** How an accepted request ends for its downstream: once, with one frame and one count. */
import type { DeadlineWheel } from '../base/deadline-wheel.ts'
import type { Tally } from '../stats/tally.ts'
import type { ErrorCode } from '../wire/error-code.ts'
import { clearNotExecuted, readErrorCode } from '../wire/error-frame.ts'
import { writeStreamId } from '../wire/frame.ts'
import type { Endings } from './dispatcher.ts'
import type { InFlight } from './in-flight.ts'
import type { WaitingRoom } from './waiting-room.ts'

export interface EndingParts {
  readonly requests: InFlight
  readonly deadlines: DeadlineWheel
  readonly tally: Tally
  readonly waiting: WaitingRoom
}

export class DownstreamEndings implements Endings {
  private readonly parts: EndingParts
  private readonly onEnd: () => void

  /** `onEnd`: one more has ended. */
  constructor(parts: EndingParts, onEnd: () => void) {
    this.parts = parts
    this.onEnd = onEnd
  }

  /** With the RESPONSE at [start, end), in place. */
  answer(slot: number, bytes: Uint8Array, start: number, end: number, nowMs: number): void {
    const { requests, tally } = this.parts
    tally.answered++
    tally.latency.record(nowMs - requests.sinceMs[slot]!)
    this.passOn(slot, bytes, start, end)
  }

  /** With the ERROR at [start, end), in place. */
  passError(slot: number, bytes: Uint8Array, start: number, end: number): void {
    this.parts.tally.failed.count(readErrorCode(bytes, start))
    // Not this attempt, but perhaps one before.
    if (this.parts.requests.mayHaveRun[slot]) clearNotExecuted(bytes, start)
    this.passOn(slot, bytes, start, end)
  }

  /** By this node's own word. `isNotExecuted`: as far as what happened last is concerned. */
  fail(slot: number, code: number, isNotExecuted: boolean, _nowMs: number): void {
    const { requests, tally, waiting } = this.parts
    waiting.remove(slot)
    tally.failed.count(code)
    const isSafe = isNotExecuted && !requests.mayHaveRun[slot]
    requests.from[slot]!.sendError(requests.fromStreamId[slot]!, code as ErrorCode, isSafe)
    this.release(slot)
  }

  private passOn(slot: number, bytes: Uint8Array, start: number, end: number): void {
    const { requests } = this.parts
    writeStreamId(bytes, start, requests.fromStreamId[slot]!)
    requests.from[slot]!.forwardAnswer(bytes, start, end)
    this.release(slot)
  }

  private release(slot: number): void {
    this.parts.deadlines.remove(slot)
    this.parts.requests.release(slot)
    this.onEnd()
  }
}
