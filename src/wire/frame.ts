/**
 * The layout of frames: PROTOCOL.md in code. Offsets and sizes are sums of named parts, pinned by a test.
 * Readers and writers take an offset into bytes that somebody else owns; none of them allocates.
 */

/** First byte of every frame. From 0x80 up, so that neither text nor a TLS record can be mistaken for a frame. */
export const WIRE_VERSION = 0x81

const VERSION_BYTES = 1
const TYPE_BYTES = 1
const FLAGS_BYTES = 2
const STREAM_ID_BYTES = 4
const LENGTH_BYTES = 4

const TYPE_AT = VERSION_BYTES
const FLAGS_AT = TYPE_AT + TYPE_BYTES
const STREAM_ID_AT = FLAGS_AT + FLAGS_BYTES
const LENGTH_AT = STREAM_ID_AT + STREAM_ID_BYTES
export const HEADER_BYTES: number = LENGTH_AT + LENGTH_BYTES

const BUDGET_BYTES = 4
const KEY_HASH_BYTES = 4
const ATTEMPT_BYTES = 1
const HOPS_BYTES = 1
const REQUEST_FLAGS_BYTES = 2

const BUDGET_AT = HEADER_BYTES
const KEY_HASH_AT = BUDGET_AT + BUDGET_BYTES
const ATTEMPT_AT = KEY_HASH_AT + KEY_HASH_BYTES
const HOPS_AT = ATTEMPT_AT + ATTEMPT_BYTES
const REQUEST_FLAGS_AT = HOPS_AT + HOPS_BYTES
/** The fixed part of a REQUEST between its header and its payload. */
export const REQUEST_HEAD_BYTES: number = REQUEST_FLAGS_AT + REQUEST_FLAGS_BYTES - HEADER_BYTES

/** Where a REQUEST's payload begins, from the frame's start. */
export const REQUEST_PAYLOAD_AT: number = HEADER_BYTES + REQUEST_HEAD_BYTES

export const PAYLOAD_BYTES_MAX = 1_048_576
/** Of what follows the header. Checked before a byte of it is stored. */
export const LENGTH_MAX: number = REQUEST_HEAD_BYTES + PAYLOAD_BYTES_MAX

/** Of the trailer of a traced answer, which comes on top of its payload. 16 nodes with short names take half of it. */
export const TRACE_BYTES_MAX = 2_048

/** A topology of 256 nodes has no longer path; more hops than this is a loop. */
export const HOPS_MAX = 255

export const FrameType = {
  hello: 1,
  helloAck: 2,
  request: 3,
  response: 4,
  error: 5,
  cancel: 6,
  ping: 7,
  pong: 8,
  drain: 9,
} as const
export type FrameType = (typeof FrameType)[keyof typeof FrameType]

/** Flag of an ERROR: the request was not executed, so that sending it again is safe whatever it does. */
export const FLAG_NOT_EXECUTED = 0x0001

/** Flag in a request's head: executing it twice does no harm. */
export const REQUEST_IDEMPOTENT = 0x0001

/** Flag in a request's head: whoever sent it would try elsewhere at once, so it is not to wait for an upstream. */
export const REQUEST_NO_WAIT = 0x0002

/**
 * Flag in a request's head: its answer is to tell the way that it took. The same bit of the flags of a RESPONSE or an
 * ERROR says that it does (see trace.ts), so that one test of both tells whether there is anything to do. Bit 2 asked
 * for a trailer of another layout once, and stays unused.
 */
export const TRACED = 0x0008

export function readU16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!
}

export function readU32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
}

export function writeU16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8
  bytes[at + 1] = value
}

export function writeU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24
  bytes[at + 1] = value >>> 16
  bytes[at + 2] = value >>> 8
  bytes[at + 3] = value
}

export const readType = (bytes: Uint8Array, start: number): number => bytes[start + TYPE_AT]!
export const readFlags = (bytes: Uint8Array, start: number): number => readU16(bytes, start + FLAGS_AT)
export const readStreamId = (bytes: Uint8Array, start: number): number => readU32(bytes, start + STREAM_ID_AT)
export const readLength = (bytes: Uint8Array, start: number): number => readU32(bytes, start + LENGTH_AT)

/** Whether the stream id has a place: its low half is not 0 (PROTOCOL.md). */
export const hasPlace = (bytes: Uint8Array, start: number): boolean =>
  (bytes[start + LENGTH_AT - 2]! | bytes[start + LENGTH_AT - 1]!) !== 0

export const writeStreamId = (bytes: Uint8Array, start: number, id: number): void =>
  writeU32(bytes, start + STREAM_ID_AT, id)

export const writeFlags = (bytes: Uint8Array, start: number, flags: number): void =>
  writeU16(bytes, start + FLAGS_AT, flags)

export function writeHeader(
  bytes: Uint8Array,
  start: number,
  type: FrameType,
  flags: number,
  streamId: number,
  length: number,
): void {
  bytes[start] = WIRE_VERSION
  bytes[start + TYPE_AT] = type
  writeU16(bytes, start + FLAGS_AT, flags)
  writeU32(bytes, start + STREAM_ID_AT, streamId)
  writeU32(bytes, start + LENGTH_AT, length)
}

/** What is left of the request's deadline, in whole milliseconds; 0: expired. */
export const readBudgetMs = (bytes: Uint8Array, start: number): number => readU32(bytes, start + BUDGET_AT)
export const readKeyHash = (bytes: Uint8Array, start: number): number => readU32(bytes, start + KEY_HASH_AT)
export const readAttempt = (bytes: Uint8Array, start: number): number => bytes[start + ATTEMPT_AT]!
export const readHops = (bytes: Uint8Array, start: number): number => bytes[start + HOPS_AT]!
export const readRequestFlags = (bytes: Uint8Array, start: number): number => readU16(bytes, start + REQUEST_FLAGS_AT)

/** A forwarder adds its hop when a request comes, so that each time it sends it the count is the same. */
export function writeHops(bytes: Uint8Array, start: number, hops: number): void {
  bytes[start + HOPS_AT] = hops
}

/** Rewrites, in place, what every send changes in the head of a request that is passed on. */
export function writeSend(bytes: Uint8Array, start: number, streamId: number, budgetMs: number, flags: number): void {
  writeU32(bytes, start + STREAM_ID_AT, streamId)
  writeU32(bytes, start + BUDGET_AT, budgetMs)
  writeU16(bytes, start + REQUEST_FLAGS_AT, flags)
}

const ATTEMPT_MAX = 255

export function writeAttempt(bytes: Uint8Array, start: number, attempt: number): void {
  bytes[start + ATTEMPT_AT] = Math.min(attempt, ATTEMPT_MAX)
}

export interface RequestHead {
  budgetMs: number
  keyHash: number
  attempt: number
  flags: number
}

/** Header and head of a new request; the payload's bytes follow at `start + REQUEST_PAYLOAD_AT`. */
export function writeRequest(
  bytes: Uint8Array,
  start: number,
  streamId: number,
  head: RequestHead,
  payloadBytes: number,
): void {
  writeHeader(bytes, start, FrameType.request, 0, streamId, REQUEST_HEAD_BYTES + payloadBytes)
  writeU32(bytes, start + BUDGET_AT, head.budgetMs)
  writeU32(bytes, start + KEY_HASH_AT, head.keyHash)
  bytes[start + ATTEMPT_AT] = head.attempt
  bytes[start + HOPS_AT] = 0
  writeU16(bytes, start + REQUEST_FLAGS_AT, head.flags)
}

/**
 * Turns the REQUEST at [start, end) into the RESPONSE that echoes its payload, in place: the new header is laid over
 * the request's head, so no payload byte moves. Returns where the response begins; it ends where the request did.
 */
export function turnIntoResponse(bytes: Uint8Array, start: number, end: number, streamId: number): number {
  const responseStart = start + REQUEST_HEAD_BYTES
  writeHeader(bytes, responseStart, FrameType.response, 0, streamId, end - start - REQUEST_PAYLOAD_AT)
  return responseStart
}
