import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/wire/error-code.ts'
import {
  clearNotExecuted,
  encodeConnectionError,
  readErrorCode,
  readErrorText,
  readNotExecuted,
  STREAM_ERROR_BYTES,
  writeStreamError,
} from '../../src/wire/error-frame.ts'
import { FrameType, HEADER_BYTES, readLength, readStreamId, readType } from '../../src/wire/frame.ts'
import { decoded, hex } from '../support/frames.ts'

describe("a stream's error", () => {
  it.each([
    [true, '8105000100010002000000020005'],
    [false, '8105000000010002000000020005'],
  ])('is 14 bytes: a header, "not executed" %s as a flag, the code', (isNotExecuted, expected) => {
    const bytes = new Uint8Array(STREAM_ERROR_BYTES + 2)

    writeStreamError(bytes, 1, 0x00010002, ErrorCode.overload, isNotExecuted)

    expect(STREAM_ERROR_BYTES).toBe(14)
    expect(hex(bytes)).toBe(`00${expected}00`)
    expect(readErrorCode(bytes, 1)).toBe(ErrorCode.overload)
    expect(readNotExecuted(bytes, 1)).toBe(isNotExecuted)
  })
})

describe('an error passed on for a request that may have been executed all the same', () => {
  it('says so no more, and changes nothing else', () => {
    const bytes = new Uint8Array(STREAM_ERROR_BYTES + 2)
    writeStreamError(bytes, 1, 0x00010002, ErrorCode.overload, true)

    clearNotExecuted(bytes, 1)

    expect(hex(bytes)).toBe('00' + '8105000000010002000000020005' + '00')
  })
})

describe("a connection's error", () => {
  it('is on stream 0 and carries a sentence', () => {
    const bytes = encodeConnectionError(ErrorCode.version, 'version 0x82; this is 0x81')

    expect(readType(bytes, 0)).toBe(FrameType.error)
    expect(readStreamId(bytes, 0)).toBe(0)
    expect(readErrorCode(bytes, 0)).toBe(ErrorCode.version)
    expect(readErrorText(bytes, 0)).toBe('version 0x82; this is 0x81')
    expect(decoded([bytes]).frames).toEqual([hex(bytes)])
  })

  it('cuts a sentence after 256 bytes, wherever a letter ends', () => {
    const bytes = encodeConnectionError(ErrorCode.protocol, `x${'é'.repeat(1_000)}`)

    expect(readLength(bytes, 0)).toBe(2 + 256)
    expect(bytes.length).toBe(HEADER_BYTES + 2 + 256)
    expect(readErrorText(bytes, 0)).toBe(`x${'?'.repeat(255)}`)
  })

  it('shows no escape, no line end and no other byte that a terminal obeys', () => {
    const bytes = encodeConnectionError(ErrorCode.protocol, '\u001b[2Jhi\r\n\u0000\u007f\u009b‮')

    expect(readErrorText(bytes, 0)).toMatch(/^\?\[2Jhi\?+$/)
  })

  it('reads a sentence that stands in the middle of other bytes', () => {
    const frame = encodeConnectionError(ErrorCode.draining, 'bye')
    const bytes = new Uint8Array(frame.length + 10).fill(0x41)
    bytes.set(frame, 5)

    expect(readErrorText(bytes, 5)).toBe('bye')
  })
})
