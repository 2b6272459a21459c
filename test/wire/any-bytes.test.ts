/** What must hold of the decoder for any bytes at all, cut in any way. */
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { FrameType, HEADER_BYTES, LENGTH_MAX, WIRE_VERSION } from '../../src/wire/frame.ts'
import { makeFrameDecoder } from '../../src/wire/frame-decoder.ts'
import { encodeHello } from '../../src/wire/hello.ts'
import { cutAt, decoded, frameOf, joined } from '../support/frames.ts'
import { bareFrame, requestFrame, responseFrame } from '../support/stranger.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

/** Headers that a decoder might believe, and noise. */
const anyFrame = fc
  .tuple(
    fc.constantFrom(...Object.values(FrameType), 0, 99, 255),
    fc.constantFrom(0, 1, 7, 0x1_0000, 0xffff_ffff),
    fc.oneof(fc.nat(80), fc.constantFrom(LENGTH_MAX, LENGTH_MAX + 1, 0xffff_ffff)),
    fc.uint8Array({ maxLength: 80 }),
  )
  .map(([type, streamId, length, body]) => {
    const bytes = joined([bareFrame(type, streamId), body])
    new DataView(bytes.buffer).setUint32(HEADER_BYTES - 4, length)
    return bytes
  })
const validFrame = fc.oneof(
  fc
    .tuple(fc.integer({ min: 1, max: 0xffff }), fc.string({ maxLength: 60 }))
    .map(([id, payload]) => requestFrame(id, { payload })),
  fc
    .tuple(fc.integer({ min: 1, max: 0xffff }), fc.string({ maxLength: 2_000 }))
    .map(([id, text]) => responseFrame(id, text)),
  fc.constantFrom(bareFrame(FrameType.ping), bareFrame(FrameType.drain), bareFrame(FrameType.cancel, 9)),
)
const anyBytes = fc
  .array(fc.oneof(anyFrame, validFrame, fc.uint8Array({ maxLength: 40 })), { maxLength: 12 })
  .map(joined)
const anyCuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 })

const cutBy = (stream: Uint8Array, cuts: readonly number[]) =>
  cutAt(
    stream,
    cuts.map(cut => Math.floor(cut * stream.length)),
  )

/** What a decoder makes of the stream as far as it went: where the problem lies in a chunk is no matter. */
const outcomeOf = (chunks: readonly Uint8Array[]) => {
  const { frames, problem, isInsideFrame } = decoded(chunks)
  return { frames, problem, isInsideFrame: problem === null && isInsideFrame }
}

describe('any bytes', () => {
  it('come to the same frames and the same problem however they are cut', () => {
    fc.assert(
      fc.property(anyBytes, anyCuts, (stream, cuts) => {
        expect(outcomeOf(cutBy(stream, cuts))).toEqual(outcomeOf([stream]))
      }),
      { numRuns: 500 },
    )
  })

  it('come to the same byte by byte', () => {
    fc.assert(
      fc.property(anyBytes, stream => {
        expect(outcomeOf(Array.from(stream, byte => Uint8Array.of(byte)))).toEqual(outcomeOf([stream]))
      }),
    )
  })

  it('make the decoder allocate no more than twice what came, and 1 KiB', () => {
    const allocating = vi.spyOn(Buffer, 'allocUnsafeSlow')
    let largestEver = 0
    const largest = frameOf(FrameType.request, 1, LENGTH_MAX)
    fc.assert(
      fc.property(
        fc.oneof(
          anyBytes,
          fc.nat(60_000).map(size => largest.slice(0, size)),
        ),
        anyCuts,
        (stream, cuts) => {
          const chunks = cutBy(stream, cuts)
          const decoder = makeFrameDecoder()
          allocating.mockClear()
          let came = 0
          for (const chunk of chunks) {
            came += chunk.length
            if (decoder.push(chunk, { onFrame: () => {} })) break
            const allocated = Math.max(0, ...allocating.mock.calls.map(([size]) => size))
            largestEver = Math.max(largestEver, allocated)
            expect(allocated).toBeLessThanOrEqual(2 * came + 1_024)
          }
        },
      ),
    )

    // It was watched.
    expect(largestEver).toBeGreaterThan(10_000)
  })
})

describe('any sequence of valid frames', () => {
  it('comes out as it went in, however it is cut and glued', () => {
    fc.assert(
      fc.property(fc.array(validFrame, { maxLength: 20 }), anyCuts, (frames, cuts) => {
        const { problem, isInsideFrame, frames: found } = decoded(cutBy(joined(frames), cuts))

        expect([problem, isInsideFrame]).toEqual([null, false])
        expect(found).toEqual(frames.map(frame => Buffer.from(frame).toString('hex')))
      }),
    )
  })
})

describe('one bit flipped', () => {
  it('at any place of a valid stream makes another valid stream, one that waits for more, or a named problem', () => {
    const hello = encodeHello(FrameType.hello, { node: 'proxy-1', generation: 1 })
    const stream = joined([
      hello,
      requestFrame(1),
      bareFrame(FrameType.cancel, 1),
      bareFrame(FrameType.ping),
      requestFrame(2),
    ])
    const ends = { frames: 0, waiting: 0, problem: 0 }
    for (let bit = 0; bit < stream.length * 8; bit++) {
      const flipped = stream.slice()
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      const whole = outcomeOf([flipped])

      expect(outcomeOf(Array.from(flipped, byte => Uint8Array.of(byte))), `bit ${bit}`).toEqual(whole)
      if (whole.problem) expect(whole.problem.message).toMatch(/^[\x20-\x7e]+$/)
      ends[whole.problem ? 'problem' : whole.isInsideFrame ? 'waiting' : 'frames']++
      const inFirst = decoded([flipped]).frames.length
      expect(inFirst).toBeLessThanOrEqual(5)
    }

    // Every one of the three is met, and each header's version byte alone gives eight problems.
    expect(ends.problem).toBeGreaterThan(5 * 8)
    expect(ends.frames).toBeGreaterThan(100)
    expect(ends.waiting).toBeGreaterThan(0)
    expect(stream[0]).toBe(WIRE_VERSION)
  })
})
