/** Frames for tests, and streams of them cut as a socket might cut them. */

import { type FrameType, HEADER_BYTES, writeHeader } from '../../src/wire/frame.ts'
import { makeFrameDecoder } from '../../src/wire/frame-decoder.ts'
import { copyFrame } from '../../src/wire/frame-parts.ts'
import type { FrameProblem } from '../../src/wire/frame-shape.ts'

/** A whole frame whose body is `body`. */
export function frameOf(type: FrameType, streamId: number, body: Uint8Array | number = 0, flags = 0): Uint8Array {
  const bytes = typeof body === 'number' ? Uint8Array.from({ length: body }, (_, i) => (i * 7 + streamId) & 0xff) : body
  const frame = new Uint8Array(HEADER_BYTES + bytes.length)
  writeHeader(frame, 0, type, flags, streamId, bytes.length)
  frame.set(bytes, HEADER_BYTES)
  return frame
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** The stream in pieces that end at these offsets and at its end. */
export function cutAt(stream: Uint8Array, offsets: readonly number[]): Uint8Array[] {
  const ends = [...new Set([...offsets, stream.length])].sort((a, b) => a - b)
  // Each piece in memory of its own, as a socket would hand it out.
  return ends.map((end, i) => stream.slice(ends[i - 1] ?? 0, end))
}

/** A copy of the frame at [start, end), which may lie in parts. */
export function wholeFrame(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const whole = new Uint8Array(end - start)
  copyFrame(bytes, start, end, whole, 0)
  return whole
}

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** What a decoder makes of these chunks: the frames, as hex, and what was wrong at last. */
export function decoded(chunks: readonly Uint8Array[]): {
  frames: string[]
  problem: FrameProblem | null
  isInsideFrame: boolean
} {
  const frames: string[] = []
  const decoder = makeFrameDecoder()
  const sink = {
    onFrame: (bytes: Uint8Array, start: number, end: number) => frames.push(hex(wholeFrame(bytes, start, end))),
  }
  for (const chunk of chunks) {
    const problem = decoder.push(chunk, sink)
    if (problem) return { frames, problem, isInsideFrame: decoder.heldBytes > 0 }
  }
  return { frames, problem: null, isInsideFrame: decoder.heldBytes > 0 }
}
