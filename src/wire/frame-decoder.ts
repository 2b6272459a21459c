/**
 * Cuts a byte stream into frames, however it was cut in transit. No object per frame: bytes are handed on where they
 * lie. Only a frame split over chunks is copied, into a buffer that grows with what was received, so that a header
 * alone can make nobody store a megabyte.
 */
import { HEADER_BYTES, readLength, WIRE_VERSION } from './frame.ts'
import { type FrameProblem, headerProblem, versionProblem } from './frame-shape.ts'

export interface FrameSink {
  /** One whole frame at [start, end). The bytes may be changed in place and kept. */
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

export function makeFrameDecoder(): FrameDecoder {
  return new Decoder()
}

class Decoder implements FrameDecoder {
  private held = new Uint8Array(0)
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
      this.heldFrames++
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
