/** ERROR frames: the end of one stream, or (stream 0) of the connection. */
import type { ErrorCode } from './error-code.ts'
import {
  FLAG_NOT_EXECUTED,
  FrameType,
  HEADER_BYTES,
  readFlags,
  readLength,
  readU16,
  writeFlags,
  writeHeader,
  writeU16,
} from './frame.ts'

const CODE_BYTES = 2
export const TEXT_BYTES_MAX = 256
export const STREAM_ERROR_BYTES: number = HEADER_BYTES + CODE_BYTES

/** The end of a stream; STREAM_ERROR_BYTES long, written where the caller says. */
export function writeStreamError(
  bytes: Uint8Array,
  start: number,
  streamId: number,
  code: ErrorCode,
  isNotExecuted: boolean,
): void {
  writeHeader(bytes, start, FrameType.error, isNotExecuted ? FLAG_NOT_EXECUTED : 0, streamId, CODE_BYTES)
  writeU16(bytes, start + HEADER_BYTES, code)
}

/** The end of the connection, with a sentence for whoever reads the peer's log. */
export function encodeConnectionError(code: ErrorCode, text: string): Uint8Array {
  const body = new TextEncoder().encode(text).subarray(0, TEXT_BYTES_MAX)
  const bytes = new Uint8Array(STREAM_ERROR_BYTES + body.length)
  writeHeader(bytes, 0, FrameType.error, 0, 0, CODE_BYTES + body.length)
  writeU16(bytes, HEADER_BYTES, code)
  bytes.set(body, STREAM_ERROR_BYTES)
  return bytes
}

export const readErrorCode = (bytes: Uint8Array, start: number): number => readU16(bytes, start + HEADER_BYTES)
export const readNotExecuted = (bytes: Uint8Array, start: number): boolean =>
  (readFlags(bytes, start) & FLAG_NOT_EXECUTED) !== 0

/** Takes back, in place, that the request was not executed. */
export const clearNotExecuted = (bytes: Uint8Array, start: number): void =>
  writeFlags(bytes, start, readFlags(bytes, start) & ~FLAG_NOT_EXECUTED)

/** The sentence of a connection's ERROR; bytes outside printable ASCII become `?`. */
export function readErrorText(bytes: Uint8Array, start: number): string {
  const from = start + STREAM_ERROR_BYTES
  const text = bytes.subarray(from, start + HEADER_BYTES + readLength(bytes, start))
  return Array.from(text, byte => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '?')).join('')
}
