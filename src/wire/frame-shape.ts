/**
 * What a header may say: which types there are, how long each may be, and whether it is about a stream. All of it is
 * known from the twelve bytes alone, so that nothing is stored for a frame that will be refused.
 */
import { ErrorCode } from './error-code.ts'
import { STREAM_ERROR_BYTES, TEXT_BYTES_MAX } from './error-frame.ts'
import {
  FrameType,
  HEADER_BYTES,
  hasPlace,
  LENGTH_MAX,
  PAYLOAD_BYTES_MAX,
  REQUEST_HEAD_BYTES,
  readFlags,
  readLength,
  readStreamId,
  readType,
  TRACE_BYTES_MAX,
  TRACED,
  WIRE_VERSION,
} from './frame.ts'
import { HELLO_BYTES_MAX, HELLO_BYTES_MIN } from './hello.ts'

/** Why a connection cannot go on: its last ERROR. */
export interface FrameProblem {
  readonly code: ErrorCode
  readonly message: string
}

/** What a stream id is about. An id whose low half is 0 has no place (PROTOCOL.md), but for 0, the connection's own. */
const CONNECTION = 1
const STREAM = 2

interface Shape {
  readonly name: string
  readonly about: number
  readonly lengths: readonly [min: number, max: number]
}

const ERROR_LENGTH_MIN = STREAM_ERROR_BYTES - HEADER_BYTES

const SHAPES: Readonly<Record<FrameType, Shape>> = {
  [FrameType.hello]: { name: 'a HELLO', about: CONNECTION, lengths: [HELLO_BYTES_MIN, HELLO_BYTES_MAX] },
  [FrameType.helloAck]: { name: 'a HELLO-ACK', about: CONNECTION, lengths: [HELLO_BYTES_MIN, HELLO_BYTES_MAX] },
  [FrameType.request]: { name: 'a REQUEST', about: STREAM, lengths: [REQUEST_HEAD_BYTES, LENGTH_MAX] },
  [FrameType.response]: { name: 'a RESPONSE', about: STREAM, lengths: [0, PAYLOAD_BYTES_MAX] },
  [FrameType.error]: {
    name: 'an ERROR',
    about: CONNECTION | STREAM,
    lengths: [ERROR_LENGTH_MIN, ERROR_LENGTH_MIN + TEXT_BYTES_MAX],
  },
  [FrameType.cancel]: { name: 'a CANCEL', about: STREAM, lengths: [0, 0] },
  [FrameType.ping]: { name: 'a PING', about: CONNECTION, lengths: [0, 0] },
  [FrameType.pong]: { name: 'a PONG', about: CONNECTION, lengths: [0, 0] },
  [FrameType.drain]: { name: 'a DRAIN', about: CONNECTION, lengths: [0, 0] },
}

/** What is wrong with the header at `start`, or null. */
export function headerProblem(bytes: Uint8Array, start: number): FrameProblem | null {
  if (bytes[start] !== WIRE_VERSION) return versionProblem(bytes[start]!)
  const type = readType(bytes, start)
  const length = readLength(bytes, start)
  // Nearly every frame is one of these two, and passes here.
  if (hasPlace(bytes, start)) {
    if (type === FrameType.response && length <= PAYLOAD_BYTES_MAX) return null
    if (type === FrameType.request && length <= LENGTH_MAX && length >= REQUEST_HEAD_BYTES) return null
  }
  const longerBytes = hasPlace(bytes, start) ? trailerBytesMax(type, readFlags(bytes, start)) : 0
  return isFitting(type, readStreamId(bytes, start), length, longerBytes)
    ? null
    : shapeProblem(type, readStreamId(bytes, start), length, longerBytes)
}

/** By how much the answer to a traced request may be longer; whether its payload is within the limit shows later. */
function trailerBytesMax(type: number, flags: number): number {
  const mayHave = type === FrameType.response || type === FrameType.error
  return mayHave && (flags & TRACED) !== 0 ? TRACE_BYTES_MAX : 0
}

function isFitting(type: number, streamId: number, length: number, longerBytes: number): boolean {
  const shape = shapeOf(type)
  if (!shape || length < shape.lengths[0] || length > shape.lengths[1] + longerBytes) return false
  return (shape.about & aboutOf(streamId)) !== 0
}

function aboutOf(streamId: number): number {
  if ((streamId & 0xffff) !== 0) return STREAM
  return streamId === 0 ? CONNECTION : 0
}

const shapeOf = (type: number): Shape | undefined => (SHAPES as Readonly<Record<number, Shape>>)[type]

function shapeProblem(type: number, streamId: number, length: number, longerBytes: number): FrameProblem {
  const shape = shapeOf(type)
  const [min, bareMax] = shape?.lengths ?? [0, LENGTH_MAX]
  const max = bareMax + longerBytes
  const limit = Math.max(max, PAYLOAD_BYTES_MAX)
  if (length > limit) {
    return { code: ErrorCode.frameTooLarge, message: `a frame of ${length} bytes; the limit is ${limit}` }
  }
  if (!shape) return protocolProblem(`frame type ${type} is none of this protocol`)
  if (length < min || length > max) {
    return protocolProblem(`${shape.name} of ${length} bytes; it has ${min === max ? min : `${min} to ${max}`}`)
  }
  return protocolProblem(`${shape.name} of stream ${streamId}, ${whyNotThat(shape)}`)
}

function whyNotThat({ about }: Shape): string {
  return about === CONNECTION ? 'but it is about the connection: stream 0' : 'which has no place: its low 16 bits are 0'
}

const protocolProblem = (message: string): FrameProblem => ({ code: ErrorCode.protocol, message })

/** What is wrong with a stream whose next frame begins with this byte; known before the rest of the header. */
export function versionProblem(first: number): FrameProblem {
  if (first >= 0x80) {
    const asked = first.toString(16)
    return { code: ErrorCode.version, message: `version 0x${asked}; this is 0x${WIRE_VERSION.toString(16)}` }
  }
  return protocolProblem(`not a frame: it ${guessProtocol(first)}, this is the udsim protocol`)
}

function guessProtocol(first: number): string {
  if (first === 0x16) return 'looks like TLS'
  if (first >= 0x41 && first <= 0x5a) return 'looks like HTTP'
  return `begins with byte 0x${first.toString(16).padStart(2, '0')}`
}
