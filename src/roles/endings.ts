/** How an accepted request ends for its downstream: once, with one frame and one count. */
import type { DeadlineWheel } from '../base/deadline-wheel.ts'
import type { Tally } from '../stats/tally.ts'
import type { ErrorCode } from '../wire/error-code.ts'
import { clearNotExecuted, readErrorCode } from '../wire/error-frame.ts'
import { TRACED, writeStreamId } from '../wire/frame.ts'
import type { Answers, Visit } from './answers.ts'
import type { Endings } from './dispatcher.ts'
import type { InFlight } from './in-flight.ts'
import type { WaitingRoom } from './waiting-room.ts'

export interface EndingParts {
  readonly requests: InFlight
  readonly deadlines: DeadlineWheel
  readonly tally: Tally
  readonly waiting: WaitingRoom
  readonly answers: Answers
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
    const { requests, tally, waiting, answers } = this.parts
    waiting.remove(slot)
    tally.failed.count(code)
    const isSafe = isNotExecuted && !requests.mayHaveRun[slot]
    const [from, streamId] = [requests.from[slot]!, requests.fromStreamId[slot]!]
    answers.fail(from, streamId, code as ErrorCode, isSafe, this.visitOf(slot))
    this.release(slot)
  }

  private passOn(slot: number, bytes: Uint8Array, start: number, end: number): void {
    const { requests, answers } = this.parts
    const from = requests.from[slot]!
    writeStreamId(bytes, start, requests.fromStreamId[slot]!)
    answers.pass(from, bytes, start, end, this.visitOf(slot))
    this.release(slot)
  }

  /** Null for one that is not traced. Its attempts are told once. */
  private visitOf(slot: number): Visit | null {
    const { flags, sinceMs, sends, sentMs, tries } = this.parts.requests
    if ((flags[slot]! & TRACED) === 0) return null
    const begunMs = sends[slot] === 0 ? null : sentMs[slot]!
    return { inMs: sinceMs[slot]!, begunMs, ...tries.take(slot) }
  }

  private release(slot: number): void {
    this.parts.deadlines.remove(slot)
    this.parts.requests.release(slot)
    this.onEnd()
  }
}
