import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/wire/error-code.ts'
import {
  FLAG_NOT_EXECUTED,
  FrameType,
  HEADER_BYTES,
  HOPS_MAX,
  LENGTH_MAX,
  PAYLOAD_BYTES_MAX,
  REQUEST_HEAD_BYTES,
  REQUEST_IDEMPOTENT,
  REQUEST_PAYLOAD_AT,
  readAttempt,
  readBudgetMs,
  readFlags,
  readHops,
  readKeyHash,
  readLength,
  readRequestFlags,
  readStreamId,
  readType,
  readU16,
  readU32,
  TRACE_BYTES_MAX,
  TRACED,
  turnIntoResponse,
  WIRE_VERSION,
  writeAttempt,
  writeHeader,
  writeHops,
  writeRequest,
  writeSend,
  writeStreamId,
  writeU16,
  writeU32,
} from '../../src/wire/frame.ts'
import { hex } from '../support/frames.ts'

const u32 = fc.integer({ min: 0, max: 0xffff_ffff })
const u16 = fc.integer({ min: 0, max: 0xffff })
const u8 = fc.integer({ min: 0, max: 0xff })

describe('the numbers of the wire', () => {
  // A changed number here is a changed protocol: clients in other languages were written from the old one.
  it('are these', () => {
    expect({
      WIRE_VERSION,
      HEADER_BYTES,
      REQUEST_HEAD_BYTES,
      REQUEST_PAYLOAD_AT,
      PAYLOAD_BYTES_MAX,
      LENGTH_MAX,
    }).toEqual({
      WIRE_VERSION: 0x81,
      HEADER_BYTES: 12,
      REQUEST_HEAD_BYTES: 12,
      REQUEST_PAYLOAD_AT: 24,
      PAYLOAD_BYTES_MAX: 1_048_576,
      LENGTH_MAX: 1_048_588,
    })
    expect({ HOPS_MAX, FLAG_NOT_EXECUTED, REQUEST_IDEMPOTENT }).toEqual({
      HOPS_MAX: 255,
      FLAG_NOT_EXECUTED: 0x0001,
      REQUEST_IDEMPOTENT: 0x0001,
    })
    expect({ TRACED, TRACE_BYTES_MAX }).toEqual({ TRACED: 0x0008, TRACE_BYTES_MAX: 2_048 })
    expect(FrameType).toEqual({
      hello: 1,
      helloAck: 2,
      request: 3,
      response: 4,
      error: 5,
      cancel: 6,
      ping: 7,
      pong: 8,
      drain: 9,
    })
    expect(ErrorCode).toEqual({
      application: 1,
      timeout: 2,
      unavailable: 3,
      connectionLost: 4,
      overload: 5,
      draining: 6,
      cancelled: 7,
      expired: 8,
      loop: 9,
      shed: 10,
      protocol: 16,
      frameTooLarge: 17,
      version: 18,
      flood: 19,
    })
  })
})

describe('a header', () => {
  it('is version, type, flags, stream, length, big end first', () => {
    const bytes = new Uint8Array(14).fill(0xee)

    writeHeader(bytes, 1, FrameType.error, 0x0102, 0xa1b2c3d4, 0x00102030)

    expect(hex(bytes)).toBe(['ee', '81', '05', '0102', 'a1b2c3d4', '00102030', 'ee'].join(''))
  })

  it('reads back what was written, at any offset', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9 }), u16, u32, u32, (start, flags, streamId, length) => {
        const bytes = new Uint8Array(start + HEADER_BYTES)
        writeHeader(bytes, start, FrameType.cancel, flags, streamId, length)

        expect(bytes[start]).toBe(WIRE_VERSION)
        expect(readType(bytes, start)).toBe(FrameType.cancel)
        expect(readFlags(bytes, start)).toBe(flags)
        expect(readStreamId(bytes, start)).toBe(streamId)
        expect(readLength(bytes, start)).toBe(length)
      }),
    )
  })

  it('takes another stream id without a change to anything else', () => {
    const bytes = new Uint8Array(12)
    writeHeader(bytes, 0, FrameType.response, 0xffff, 1, 0xffff_ffff)

    writeStreamId(bytes, 0, 0xfedcba98)

    expect(hex(bytes)).toBe('8104fffffedcba98ffffffff')
  })
})

describe('numbers of 16 and 32 bits', () => {
  it('read back unsigned whatever they are', () => {
    fc.assert(
      fc.property(u16, u32, (a, b) => {
        const bytes = new Uint8Array(6)
        writeU16(bytes, 0, a)
        writeU32(bytes, 2, b)

        expect([readU16(bytes, 0), readU32(bytes, 2)]).toEqual([a, b])
      }),
    )
  })

  it.each([0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff])('%d is no negative number', value => {
    const bytes = new Uint8Array(4)
    writeU32(bytes, 0, value)

    expect(readU32(bytes, 0)).toBe(value)
  })
})

describe('a request', () => {
  const head = { budgetMs: 5_000, keyHash: 0xcafe_babe, attempt: 2, flags: REQUEST_IDEMPOTENT }

  it('is a header, then budget, key hash, attempt, hops, flags, then the payload', () => {
    const bytes = new Uint8Array(REQUEST_PAYLOAD_AT + 3).fill(0xee)

    writeRequest(bytes, 0, 0x00010002, head, 3)

    expect(hex(bytes)).toBe(
      ['8103', '0000', '00010002', '0000000f', '00001388', 'cafebabe', '02', '00', '0001', 'eeeeee'].join(''),
    )
  })

  it('reads back every part of its head', () => {
    fc.assert(
      fc.property(u32, u32, u8, u16, (budgetMs, keyHash, attempt, flags) => {
        const bytes = new Uint8Array(5 + REQUEST_PAYLOAD_AT)
        writeRequest(bytes, 5, 9, { budgetMs, keyHash, attempt, flags }, 0)

        expect(readBudgetMs(bytes, 5)).toBe(budgetMs)
        expect(readKeyHash(bytes, 5)).toBe(keyHash)
        expect(readAttempt(bytes, 5)).toBe(attempt)
        expect(readHops(bytes, 5)).toBe(0)
        expect(readRequestFlags(bytes, 5)).toBe(flags)
        expect(readLength(bytes, 5)).toBe(REQUEST_HEAD_BYTES)
      }),
    )
  })

  it('is sent on in place: stream, budget, attempt, hops and flags change, and not one other byte', () => {
    const bytes = new Uint8Array(REQUEST_PAYLOAD_AT + 2).fill(0x5a)
    writeRequest(bytes, 0, 1, head, 2)
    const before = hex(bytes)

    writeHops(bytes, 0, 255)
    writeSend(bytes, 0, 0xffff_fffe, 4_999, 0x0003)
    writeAttempt(bytes, 0, 300)

    expect(hex(bytes)).toBe(
      ['8103', '0000', 'fffffffe', '0000000e', '00001387', 'cafebabe', 'ff', 'ff', '0003', '5a5a'].join(''),
    )
    expect(hex(bytes).length).toBe(before.length)
  })
})

describe('turnIntoResponse', () => {
  it('lays the answer over the head of a request, byte for byte', () => {
    const bytes = new Uint8Array(1 + REQUEST_PAYLOAD_AT + 4)
    bytes.set([0xee], 0)
    writeRequest(bytes, 1, 7, { budgetMs: 1, keyHash: 2, attempt: 1, flags: 0 }, 4)
    bytes.set([1, 2, 3, 4], 1 + REQUEST_PAYLOAD_AT)

    const start = turnIntoResponse(bytes, 1, bytes.length, 7)

    expect(hex(bytes.subarray(start))).toBe(['8104', '0000', '00000007', '00000004', '01020304'].join(''))
  })

  it('moves no byte of any payload, touches nothing beyond the frame, and ends where the request did', () => {
    const around = fc.uint8Array({ maxLength: 20 })
    fc.assert(
      fc.property(around, fc.uint8Array({ maxLength: 300 }), around, u32, (before, payload, after, streamId) => {
        const bytes = new Uint8Array(before.length + REQUEST_PAYLOAD_AT + payload.length + after.length)
        const start = before.length
        const end = start + REQUEST_PAYLOAD_AT + payload.length
        bytes.set(before)
        writeRequest(bytes, start, 1, { budgetMs: 1, keyHash: 2, attempt: 1, flags: 0 }, payload.length)
        bytes.set(payload, start + REQUEST_PAYLOAD_AT)
        bytes.set(after, end)

        const at = turnIntoResponse(bytes, start, end, streamId)

        expect(readType(bytes, at)).toBe(FrameType.response)
        expect(readStreamId(bytes, at)).toBe(streamId)
        expect(at + HEADER_BYTES + readLength(bytes, at)).toBe(end)
        expect(hex(bytes.subarray(at + HEADER_BYTES, end))).toBe(hex(payload))
        expect(hex(bytes.subarray(0, start))).toBe(hex(before))
        expect(hex(bytes.subarray(end))).toBe(hex(after))
      }),
    )
  })
})
