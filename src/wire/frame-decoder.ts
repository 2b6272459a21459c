/**
 * Cuts a byte stream into frames, however it was cut in transit. No object per frame: bytes are handed on where they
 * lie. A frame split over chunks is copied, into a buffer that grows with what was received, so that a header alone can
 * make nobody store a megabyte; a large one that comes in large chunks stays in them (see frame-parts.ts).
 */
import {
  FrameType,
  HEADER_BYTES,
  REQUEST_PAYLOAD_AT,
  readFlags,
  readLength,
  readRequestFlags,
  readType,
  TRACED,
  WIRE_VERSION,
} from './frame.ts'
import { setRest } from './frame-parts.ts'
import { type FrameProblem, headerProblem, versionProblem } from './frame-shape.ts'

export interface FrameSink {
  /**
   * One whole frame at [start, end). The bytes may be changed in place and kept. Of a large REQUEST or RESPONSE that is
   * not traced, what does not lie in `bytes` is `restOf(bytes, end)`.
   */
  onFrame(bytes: Uint8Array, start: number, end: number): void
}

export interface FrameDecoder {
  /** Returns what is wrong with the stream; nothing may be pushed after that. */
  push(chunk: Uint8Array, sink: FrameSink): FrameProblem | null
  /** From inside `onFrame`: hand on nothing more, not even what this chunk still holds. */
  stop(): void
  /** Bytes of a frame that has begun and is not whole; 0 between frames. */
  readonly heldBytes: number
  /** How many frames have begun in one chunk and not ended in it: tells one held frame from the next. */
  readonly heldFrames: number
}

const HELD_BYTES_MIN = 1_024
/** More than one read brings: copying what is smaller costs less than what keeping parts of it would. */
const PARTED_BYTES_MIN = 65_536
/** Of the parts of one frame on average: an object for each takes memory too. Smaller ones are copied together. */
const PART_BYTES_MIN = 4_096
/** A frame may have so many parts more, since where it was cut is chance. */
const PARTS_SPARE = 8

const NO_BYTES = new Uint8Array(0)

export function makeFrameDecoder(): FrameDecoder {
  return new Decoder()
}

class Decoder implements FrameDecoder {
  /** Where the frame that has begun is put together; its first `heldBytes`, unless it is kept in parts. */
  private held: Uint8Array = NO_BYTES
  /** The chunk that a frame began in which is kept in parts, where in it, and the chunks since. */
  private first: Uint8Array | null = null
  private firstStart = 0
  private rest: Uint8Array[] = []
  heldBytes = 0
  heldFrames = 0
  private stopped = false

  push(chunk: Uint8Array, sink: FrameSink): FrameProblem | null {
    let at = 0
    if (this.heldBytes > 0) {
      const problem = this.fillHeader(chunk)
      if (problem) return problem
      at = this.headerBorrowed
      if (this.heldBytes < HEADER_BYTES) return null
      at += this.fillBody(chunk, at, sink)
      if (this.heldBytes > 0) return null
    }
    return this.cut(chunk, at, sink)
  }

  stop(): void {
    this.stopped = true
  }

  /** How many bytes of the chunk the last fillHeader took. */
  private headerBorrowed = 0

  private fillHeader(chunk: Uint8Array): FrameProblem | null {
    this.headerBorrowed = 0
    if (this.heldBytes >= HEADER_BYTES) return null
    const take = Math.min(HEADER_BYTES - this.heldBytes, chunk.length)
    this.hold(chunk, 0, take)
    this.headerBorrowed = take
    return this.heldBytes === HEADER_BYTES ? headerProblem(this.held, 0) : null
  }

  /** Completes the held frame as far as the chunk goes; returns how many bytes it took. */
  private fillBody(chunk: Uint8Array, at: number, sink: FrameSink): number {
    const frameBytes = this.first ? frameBytesAt(this.first, this.firstStart) : frameBytesAt(this.held, 0)
    const take = Math.min(frameBytes - this.heldBytes, chunk.length - at)
    const isWhole = this.heldBytes + take === frameBytes
    if (this.rest.length > PARTS_SPARE + this.heldBytes / PART_BYTES_MIN) this.putTogether()
    if (this.first) this.keep(chunk, at, at + take)
    else this.hold(chunk, at, at + take, frameBytes)
    if (isWhole) this.handOn(frameBytes, sink)
    return take
  }

  /** Given away: who receives the frame may keep its bytes. */
  private handOn(frameBytes: number, sink: FrameSink): void {
    const { first, firstStart, held, rest } = this
    this.first = null
    this.rest = []
    this.held = NO_BYTES
    this.heldBytes = 0
    if (!first) return sink.onFrame(held, 0, frameBytes)
    setRest(first, rest)
    sink.onFrame(first, firstStart, firstStart + frameBytes)
  }

  private cut(chunk: Uint8Array, at: number, sink: FrameSink): FrameProblem | null {
    const end = chunk.length
    while (end - at >= HEADER_BYTES && !this.stopped) {
      const problem = headerProblem(chunk, at)
      if (problem) return problem
      const next = at + frameBytesAt(chunk, at)
      if (next > end) break
      sink.onFrame(chunk, at, next)
      at = next
    }
    if (at < end && !this.stopped) {
      if (chunk[at] !== WIRE_VERSION) return versionProblem(chunk[at]!)
      this.heldFrames++
      if (isParted(chunk, at)) this.begin(chunk, at)
      else this.hold(chunk, at, end)
    }
    return null
  }

  private begin(chunk: Uint8Array, at: number): void {
    this.first = chunk
    this.firstStart = at
    this.heldBytes = chunk.length - at
  }

  private keep(chunk: Uint8Array, from: number, to: number): void {
    this.rest.push(to - from === chunk.length ? chunk : chunk.subarray(from, to))
    this.heldBytes += to - from
  }

  /** What was kept in parts so far, as if it had been held from the first. */
  private putTogether(): void {
    const parts = [this.first!.subarray(this.firstStart), ...this.rest]
    this.first = null
    this.rest = []
    this.held = NO_BYTES
    this.heldBytes = 0
    const frameBytes = parts.reduce((sum, part) => sum + part.length, 0)
    for (const part of parts) this.hold(part, 0, part.length, frameBytes)
  }

  private hold(chunk: Uint8Array, from: number, to: number, frameBytes = HELD_BYTES_MIN): void {
    const needed = this.heldBytes + to - from
    if (needed > this.held.length) {
      const size = Math.max(needed, Math.min(this.held.length * 2, frameBytes), HELD_BYTES_MIN)
      // Not zeroed, which costs as much as the copying: nobody sees a byte of it that has not come.
      const larger = Buffer.allocUnsafeSlow(size)
      larger.set(this.held.subarray(0, this.heldBytes))
      this.held = larger
    }
    this.held.set(chunk.subarray(from, to), this.heldBytes)
    this.heldBytes = needed
  }
}

const frameBytesAt = (bytes: Uint8Array, start: number): number => HEADER_BYTES + readLength(bytes, start)

/** Of a frame that goes on past the end of the chunk: whether what has come of it stays where it lies. */
function isParted(chunk: Uint8Array, at: number): boolean {
  if (chunk.length - at < REQUEST_PAYLOAD_AT || frameBytesAt(chunk, at) < PARTED_BYTES_MIN) return false
  const type = readType(chunk, at)
  if (type === FrameType.request) return (readRequestFlags(chunk, at) & TRACED) === 0
  return type === FrameType.response && (readFlags(chunk, at) & TRACED) === 0
}
