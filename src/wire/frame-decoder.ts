/**
 * Cuts a byte stream into frames, however it was cut in transit. No object per frame: bytes are handed on where they
 * lie. Only a frame split over chunks is copied, into a buffer that grows with what was received, so that a header
 * alone can make nobody store a megabyte.
 */
import { ErrorCode } from './error-code.ts'
import { HEADER_BYTES, LENGTH_MAX, readLength, WIRE_VERSION } from './frame.ts'

export interface FrameSink {
  /** One whole frame at [start, end). The bytes may be changed in place and kept. */
  onFrame(bytes: Uint8Array, start: number, end: number): void
}

export interface FrameProblem {
  readonly code: ErrorCode
  readonly message: string
}

export interface FrameDecoder {
  /** Returns what is wrong with the stream; nothing may be pushed after that. */
  push(chunk: Uint8Array, sink: FrameSink): FrameProblem | null
  /** From inside `onFrame`: hand on nothing more, not even what this chunk still holds. */
  stop(): void
  /** Whether a frame has begun and is not whole. */
  isInsideFrame(): boolean
}

const HELD_BYTES_MIN = 1_024

export function makeFrameDecoder(): FrameDecoder {
  return new Decoder()
}

class Decoder implements FrameDecoder {
  private held = new Uint8Array(0)
  private heldBytes = 0
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

  isInsideFrame(): boolean {
    return this.heldBytes > 0
  }

  /** How many bytes of the chunk the last fillHeader took. */
  private headerBorrowed = 0

  private fillHeader(chunk: Uint8Array): FrameProblem | null {
    const take = Math.min(Math.max(HEADER_BYTES - this.heldBytes, 0), chunk.length)
    this.hold(chunk, 0, take)
    this.headerBorrowed = take
    return this.heldBytes >= HEADER_BYTES ? headerProblem(this.held, 0) : null
  }

  /** Completes the held frame as far as the chunk goes; returns how many bytes it took. */
  private fillBody(chunk: Uint8Array, at: number, sink: FrameSink): number {
    const frameBytes = HEADER_BYTES + readLength(this.held, 0)
    const take = Math.min(frameBytes - this.heldBytes, chunk.length - at)
    this.hold(chunk, at, at + take, frameBytes)
    if (this.heldBytes === frameBytes) {
      const frame = this.held
      // Given away: who receives the frame may keep its bytes.
      this.held = new Uint8Array(0)
      this.heldBytes = 0
      sink.onFrame(frame, 0, frameBytes)
    }
    return take
  }

  private cut(chunk: Uint8Array, at: number, sink: FrameSink): FrameProblem | null {
    const end = chunk.length
    while (end - at >= HEADER_BYTES && !this.stopped) {
      const problem = headerProblem(chunk, at)
      if (problem) return problem
      const next = at + HEADER_BYTES + readLength(chunk, at)
      if (next > end) break
      sink.onFrame(chunk, at, next)
      at = next
    }
    if (at < end && !this.stopped) {
      if (chunk[at] !== WIRE_VERSION) return versionProblem(chunk[at]!)
      this.hold(chunk, at, end)
    }
    return null
  }

  private hold(chunk: Uint8Array, from: number, to: number, frameBytes = HELD_BYTES_MIN): void {
    const needed = this.heldBytes + to - from
    if (needed > this.held.length) {
      const size = Math.max(needed, Math.min(this.held.length * 2, frameBytes), HELD_BYTES_MIN)
      const larger = new Uint8Array(size)
      larger.set(this.held.subarray(0, this.heldBytes))
      this.held = larger
    }
    this.held.set(chunk.subarray(from, to), this.heldBytes)
    this.heldBytes = needed
  }
}

function headerProblem(bytes: Uint8Array, start: number): FrameProblem | null {
  if (bytes[start] !== WIRE_VERSION) return versionProblem(bytes[start]!)
  const length = readLength(bytes, start)
  if (length <= LENGTH_MAX) return null
  return { code: ErrorCode.frameTooLarge, message: `a frame of ${length} bytes; the limit is ${LENGTH_MAX}` }
}

function versionProblem(first: number): FrameProblem {
  if (first >= 0x80) {
    const asked = first.toString(16)
    return { code: ErrorCode.version, message: `version 0x${asked}; this is 0x${WIRE_VERSION.toString(16)}` }
  }
  return { code: ErrorCode.protocol, message: `not a frame: ${guessProtocol(first)}` }
}

function guessProtocol(first: number): string {
  if (first === 0x16) return 'this looks like TLS'
  if (first >= 0x41 && first <= 0x5a) return 'this looks like HTTP'
  return `it begins with byte 0x${first.toString(16).padStart(2, '0')}`
}
