/** The answers that a node sends: as they are, or with what it has to tell of a traced request. */
import type { Clock } from '../base/clock.ts'
import type { DownstreamLink } from '../link/downstream-link.ts'
import type { UpstreamLink } from '../link/upstream-link.ts'
import { ErrorCode } from '../wire/error-code.ts'
import { STREAM_ERROR_BYTES, writeStreamError } from '../wire/error-frame.ts'
import { readFlags, readRequestFlags, readStreamId, TRACED } from '../wire/frame.ts'
import { copyBytesFor, entryBytesFor, isTraceSound, type TracedAttempt, writeOut, writeWithHop } from '../wire/trace.ts'

/** What a node has to tell of one request. */
export interface Visit {
  readonly inMs: number
  /** When it was to be sent on last, or the work begun; null: it was not. */
  readonly begunMs: number | null
  /** When that attempt left, of one that was sent on. */
  readonly leftMs?: number
  readonly attempts: readonly TracedAttempt[]
}

/** Whether the answer at `start` or its request says that it is traced: then `isSoundlyTold` is to be asked. */
export const mayTell = (requestFlags: number, bytes: Uint8Array, start: number): boolean =>
  ((requestFlags | readFlags(bytes, start)) & TRACED) !== 0

/**
 * Whether what the answer at [start, end) tells of its way can be read. If not, it is not fit to be passed on, and its
 * link is given up: where its payload ends cannot be known, and whoever got it next would blame this node.
 */
export function isSoundlyTold(
  link: UpstreamLink,
  requestFlags: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  const isAskedFor = (requestFlags & TRACED) !== 0
  if (isAskedFor && isTraceSound(bytes, start, end)) return true
  link.breakOff(ErrorCode.protocol, isAskedFor ? 'a trailer that is none' : 'a trailer not asked for')
  return false
}

export const isTraced = (request: Uint8Array, start: number): boolean =>
  (readRequestFlags(request, start) & TRACED) !== 0

export class Answers {
  private readonly node: string
  private readonly clock: Clock

  constructor(node: string, clock: Clock) {
    this.node = node
    this.clock = clock
  }

  /** With the RESPONSE or ERROR at [start, end), in bytes that the caller gives away. `visit`: null if not traced. */
  pass(to: DownstreamLink, bytes: Uint8Array, start: number, end: number, visit: Visit | null): void {
    if (visit === null) return to.forwardAnswer(bytes, start, end)
    const outMs = this.clock.nowMs()
    const { inMs, begunMs: begunOrNot, attempts } = visit
    const begunMs = begunOrNot ?? outMs
    const hop = { node: this.node, inMs, begunMs, leftMs: visit.leftMs ?? begunMs, outMs, attempts }
    const entryBytes = entryBytesFor(bytes, start, end, hop)
    const size = copyBytesFor(bytes, start, end, entryBytes)
    to.sendStamped(
      size,
      (copy, at) => writeWithHop(copy, at, bytes, start, end, hop, entryBytes),
      (copy, at) => entryBytes > 0 && writeOut(copy, at + size, hop, entryBytes, this.clock.nowMs()),
    )
  }

  /** With this node's own word. */
  fail(to: DownstreamLink, streamId: number, code: ErrorCode, isNotExecuted: boolean, visit: Visit | null): void {
    if (visit === null) return to.sendError(streamId, code, isNotExecuted)
    const bytes = new Uint8Array(STREAM_ERROR_BYTES)
    writeStreamError(bytes, 0, streamId, code, isNotExecuted)
    this.pass(to, bytes, 0, bytes.length, visit)
  }

  /** Refuses the REQUEST at `start`, which has just come. */
  refuse(to: DownstreamLink, bytes: Uint8Array, start: number, code: ErrorCode): void {
    const visit = isTraced(bytes, start) ? { inMs: to.nowMs, begunMs: null, attempts: [] } : null
    this.fail(to, readStreamId(bytes, start), code, true, visit)
  }
}
