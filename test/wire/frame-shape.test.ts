import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/wire/error-code.ts'
import { FrameType, HEADER_BYTES, LENGTH_MAX, TRACED, writeHeader } from '../../src/wire/frame.ts'
import { headerProblem } from '../../src/wire/frame-shape.ts'

/** What is wrong with a header alone, which stands in the middle of other bytes. */
function problemOf(type: number, streamId: number, length: number, flags = 0) {
  const bytes = new Uint8Array(HEADER_BYTES + 8).fill(0xee)
  writeHeader(bytes, 4, type as FrameType, flags, streamId, length)
  return headerProblem(bytes, 4)
}

describe('a header', () => {
  it.each([
    ['HELLO', FrameType.hello, 0, [4, 36]],
    ['HELLO-ACK', FrameType.helloAck, 0, [4, 36]],
    ['REQUEST', FrameType.request, 1, [12, LENGTH_MAX]],
    ['RESPONSE', FrameType.response, 1, [0, 1_048_576]],
    ['ERROR of a stream', FrameType.error, 1, [2, 258]],
    ['ERROR of the connection', FrameType.error, 0, [2, 258]],
    ['CANCEL', FrameType.cancel, 1, [0, 0]],
    ['PING', FrameType.ping, 0, [0, 0]],
    ['PONG', FrameType.pong, 0, [0, 0]],
    ['DRAIN', FrameType.drain, 0, [0, 0]],
  ])('of a %s may be as short and as long as the type, and no byte more', (_, type, streamId, [min, max]) => {
    expect(problemOf(type, streamId, min!)).toBeNull()
    expect(problemOf(type, streamId, max!)).toBeNull()
    expect(problemOf(type, streamId, max! + 1)).not.toBeNull()
    if (min! > 0) expect(problemOf(type, streamId, min! - 1)).not.toBeNull()
  })

  it.each([
    ['REQUEST', FrameType.request],
    ['RESPONSE', FrameType.response],
    ['CANCEL', FrameType.cancel],
  ])('of a %s is of a stream that has a place', (name, type) => {
    const length = type === FrameType.request ? 12 : 0
    const lowestAndHighest = [1, 0xffff, 0x1_0001, 0xffff_ffff].map(id => problemOf(type, id, length))
    const message = (id: number) => `a ${name} of stream ${id}, which has no place: its low 16 bits are 0`

    expect(lowestAndHighest).toEqual([null, null, null, null])
    for (const id of [0, 0x1_0000, 0xffff_0000]) {
      expect(problemOf(type, id, length)).toEqual({ code: ErrorCode.protocol, message: message(id) })
    }
  })

  it.each([
    [FrameType.hello, 4],
    [FrameType.helloAck, 4],
    [FrameType.ping, 0],
    [FrameType.pong, 0],
    [FrameType.drain, 0],
  ])('of type %i is about the connection and nothing else', (type, length) => {
    for (const id of [1, 0x1_0000, 0xffff_ffff]) {
      expect(problemOf(type, id, length)).toMatchObject({
        code: ErrorCode.protocol,
        message: expect.stringMatching(/but it is about the connection: stream 0$/),
      })
    }
  })

  it.each([
    ['RESPONSE', FrameType.response, 1_048_576 + 2_048],
    ['ERROR', FrameType.error, 258 + 2_048],
  ])('of a traced %s may be longer by a trailer, and no byte more', (_, type, max) => {
    expect(problemOf(type, 1, max, TRACED)).toBeNull()
    expect(problemOf(type, 1, max + 1, TRACED)).not.toBeNull()
    expect(problemOf(type, 1, max, 0xffff & ~TRACED)).not.toBeNull()
  })

  it.each([
    ['ERROR of the connection', FrameType.error, 0, 259],
    ['REQUEST', FrameType.request, 1, LENGTH_MAX + 1],
    ['CANCEL', FrameType.cancel, 1, 1],
    ['HELLO', FrameType.hello, 0, 37],
  ])('of a %s is no longer for that flag', (_, type, streamId, length) => {
    expect(problemOf(type, streamId, length, TRACED)).not.toBeNull()
  })

  it('of no known type is refused as that, whatever its length, until the length is above the limit', () => {
    const known: readonly number[] = Object.values(FrameType)
    for (let type = 0; type < 256; type++) {
      if (known.includes(type)) continue
      const message = `frame type ${type} is none of this protocol`
      for (const length of [0, LENGTH_MAX]) {
        expect(problemOf(type, 1, length)).toEqual({ code: ErrorCode.protocol, message })
      }
      expect(problemOf(type, 1, LENGTH_MAX + 1)?.code).toBe(ErrorCode.frameTooLarge)
    }
  })

  it.each([
    [FrameType.ping, 1, ErrorCode.protocol, 'a PING of 1 bytes; it has 0'],
    [FrameType.hello, 37, ErrorCode.protocol, 'a HELLO of 37 bytes; it has 4 to 36'],
    [FrameType.hello, 1_048_577, ErrorCode.frameTooLarge, 'a frame of 1048577 bytes; the limit is 1048576'],
    [FrameType.drain, 0xffff_ffff, ErrorCode.frameTooLarge, 'a frame of 4294967295 bytes; the limit is 1048576'],
  ])('of type %i and %i bytes is refused in words', (type, length, code, message) => {
    expect(problemOf(type, 0, length)).toEqual({ code, message })
  })
})
