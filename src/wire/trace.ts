/**
 * The trailer of an answer to a traced request: which nodes it came by, whom each had tried, and when (PROTOCOL.md).
 * A node that answers or passes an answer on makes a copy that ends with its own entry. Reading is total: bytes that
 * hold no trailer, though their flag says so, give null.
 */
import { STREAM_ERROR_BYTES, TEXT_BYTES_MAX } from './error-frame.ts'
import {
  FrameType,
  HEADER_BYTES,
  PAYLOAD_BYTES_MAX,
  readFlags,
  readRequestFlags,
  readStreamId,
  readType,
  readU16,
  readU32,
  TRACE_BYTES_MAX,
  TRACED,
  writeHeader,
  writeU16,
  writeU32,
} from './frame.ts'

/** One sending of a request to an upstream, as the sender saw it. */
export interface TracedAttempt {
  /** The upstream. */
  readonly node: string
  /** Why it ended, as an ERROR says it; 0: with a RESPONSE. */
  readonly code: number
  /** From its sending to its end. */
  readonly ms: number
}

/**
 * What one node says of a request. Times are on the host's clock, rounded to microseconds. What a socket brings has the
 * time at which this process read it, what leaves has the time just before the turn's write; when a forwarder read the
 * answer is `begunMs` and the time of its last attempt.
 */
export interface TracedHop {
  readonly node: string
  /** When the request was read, with all else that came at once. */
  readonly inMs: number
  /** When the last attempt, or the work, had its turn. Before it: queue, failed attempts, pauses. */
  readonly begunMs: number
  /** When the last attempt was handed to its socket; of a server, as `begunMs`. */
  readonly leftMs: number
  /** When the answer was handed to its socket. */
  readonly outMs: number
  /** Of a forwarder, in order; a server makes none. */
  readonly attempts: readonly TracedAttempt[]
}

const FOOTER_BYTES = 2
const NAME_BYTES_MAX = 32
const STAMP_BYTES = 8
const SPAN_BYTES = 4
const CODE_BYTES = 2
const ERROR_BODY_BYTES_MAX = STREAM_ERROR_BYTES - HEADER_BYTES + TEXT_BYTES_MAX
/** A longer span is told as this: 71 minutes. */
const SPAN_US_MAX = 0xffff_ffff
const TWO_32 = 0x1_0000_0000
const US_PER_MS = 1_000

const hasTrailer = (bytes: Uint8Array, start: number): boolean => (readFlags(bytes, start) & TRACED) !== 0

/**
 * By which nodes the RESPONSE or ERROR at [start, end) came, the one that answered first: none where it has no trailer,
 * null where its trailer cannot be one.
 */
export function readTrace(bytes: Uint8Array, start: number, end: number): readonly TracedHop[] | null {
  if (!hasTrailer(bytes, start)) return []
  const from = entriesStart(bytes, start, end)
  return from < 0 ? null : readHops(bytes, from, end - FOOTER_BYTES)
}

/**
 * A copy of the RESPONSE or ERROR at [start, end), whose trailer is sound or which has none, that ends with an entry
 * more; where there is no room for it, without.
 */
export function withHop(bytes: Uint8Array, start: number, end: number, hop: TracedHop): Uint8Array {
  const oldEnd = hasTrailer(bytes, start) ? end - FOOTER_BYTES : end
  const oldBytes = hasTrailer(bytes, start) ? readU16(bytes, oldEnd) : 0
  const hasRoom = hasRoomFor(bytes, start, end, hop)
  const entriesBytes = oldBytes + (hasRoom ? sizeOf(hop) : 0)
  const footerAt = oldEnd - start - oldBytes + entriesBytes
  const copy = new Uint8Array(footerAt + FOOTER_BYTES)
  copy.set(bytes.subarray(start, oldEnd))
  const type = readType(bytes, start) as FrameType
  writeHeader(copy, 0, type, readFlags(bytes, start) | TRACED, readStreamId(bytes, start), copy.length - HEADER_BYTES)
  if (hasRoom) writeHop(copy, oldEnd - start, hop)
  writeU16(copy, footerAt, entriesBytes)
  return copy
}

/** Whether a copy of that frame would get the entry. */
export function hasRoomFor(bytes: Uint8Array, start: number, end: number, hop: TracedHop): boolean {
  const oldBytes = hasTrailer(bytes, start) ? readU16(bytes, end - FOOTER_BYTES) : 0
  return oldBytes + sizeOf(hop) + FOOTER_BYTES <= TRACE_BYTES_MAX
}

/** Another `outMs` for the hop whose entry is the last of the frame that ends at `end`. */
export function writeOut(bytes: Uint8Array, end: number, hop: TracedHop, outMs: number): void {
  const entryAt = end - FOOTER_BYTES - sizeOf(hop)
  const outAt = entryAt + 1 + hop.node.length + STAMP_BYTES + 2 * SPAN_BYTES
  writeSpan(bytes, outAt, toUs(outMs) - toUs(hop.leftMs))
}

/** What the answer to the REQUEST at [start, end) may come to, where it says as much as the request. */
export const answerBytesMax = (bytes: Uint8Array, start: number, end: number): number =>
  end - start + ((readRequestFlags(bytes, start) & TRACED) === 0 ? 0 : TRACE_BYTES_MAX)

/** Where the entries begin, which is where the payload or the code ends; -1 where that cannot be. */
function entriesStart(bytes: Uint8Array, start: number, end: number): number {
  const bodyAt = start + HEADER_BYTES
  const isError = readType(bytes, start) === FrameType.error
  const [restBytesMin, restBytesMax] = isError ? [CODE_BYTES, ERROR_BODY_BYTES_MAX] : [0, PAYLOAD_BYTES_MAX]
  if (end - bodyAt < restBytesMin + FOOTER_BYTES) return -1
  const from = end - FOOTER_BYTES - readU16(bytes, end - FOOTER_BYTES)
  const isFitting = end - from <= TRACE_BYTES_MAX && from - bodyAt <= restBytesMax
  return isFitting && from - bodyAt >= restBytesMin ? from : -1
}

// --- entries ------------------------------------------------------------------------------------------------------

/** What is left to read. Once less is left than asked for, it is broken, and what was read means nothing. */
interface Rest {
  readonly bytes: Uint8Array
  at: number
  readonly end: number
  isBroken: boolean
}

function readHops(bytes: Uint8Array, from: number, end: number): TracedHop[] | null {
  const rest: Rest = { bytes, at: from, end, isBroken: false }
  const hops: TracedHop[] = []
  while (rest.at < rest.end && !rest.isBroken) hops.push(readHop(rest))
  return rest.isBroken ? null : hops
}

type Stamps = [inMs: number, begunMs: number, leftMs: number, outMs: number]

function readHop(rest: Rest): TracedHop {
  const node = readName(rest)
  const inUs = readNumber(rest, SPAN_BYTES) * TWO_32 + readNumber(rest, SPAN_BYTES)
  const begunUs = inUs + readNumber(rest, SPAN_BYTES)
  const leftUs = begunUs + readNumber(rest, SPAN_BYTES)
  const outUs = leftUs + readNumber(rest, SPAN_BYTES)
  const attempts: TracedAttempt[] = []
  for (let left = readNumber(rest, 1); left > 0 && !rest.isBroken; left--) {
    const [upstream, code, us] = [readName(rest), readNumber(rest, CODE_BYTES), readNumber(rest, SPAN_BYTES)]
    attempts.push({ node: upstream, code, ms: us / US_PER_MS })
  }
  const [inMs, begunMs, leftMs, outMs] = [inUs, begunUs, leftUs, outUs].map(us => us / US_PER_MS) as Stamps
  return { node, inMs, begunMs, leftMs, outMs, attempts }
}

/** As in a HELLO, so that it is safe to show; here not empty, or a path would not show it. */
function readName(rest: Rest): string {
  const size = readNumber(rest, 1)
  const at = take(rest, size)
  const name = String.fromCharCode(...rest.bytes.subarray(at, at + size))
  if (size > NAME_BYTES_MAX || !/^[a-z0-9_-]+$/i.test(name)) rest.isBroken = true
  return name
}

function readNumber(rest: Rest, size: 1 | 2 | 4): number {
  const at = take(rest, size)
  if (rest.isBroken) return 0
  if (size === 1) return rest.bytes[at]!
  return size === 2 ? readU16(rest.bytes, at) : readU32(rest.bytes, at)
}

function take(rest: Rest, size: number): number {
  const { at } = rest
  if (size > rest.end - at) rest.isBroken = true
  else rest.at += size
  return at
}

const sizeOf = ({ node, attempts }: TracedHop): number =>
  1 + node.length + STAMP_BYTES + 3 * SPAN_BYTES + 1 + attempts.reduce((sum, each) => sum + sizeOfAttempt(each), 0)

const sizeOfAttempt = ({ node }: TracedAttempt): number => 1 + node.length + CODE_BYTES + SPAN_BYTES

function writeHop(bytes: Uint8Array, start: number, hop: TracedHop): void {
  const [inUs, begunUs, leftUs, outUs] = [hop.inMs, hop.begunMs, hop.leftMs, hop.outMs].map(toUs) as Stamps
  let at = writeName(bytes, start, hop.node)
  writeU32(bytes, at, Math.floor(inUs / TWO_32))
  writeU32(bytes, at + SPAN_BYTES, inUs)
  at = writeSpan(bytes, at + STAMP_BYTES, begunUs - inUs)
  at = writeSpan(bytes, at, leftUs - begunUs)
  at = writeSpan(bytes, at, outUs - leftUs)
  bytes[at++] = hop.attempts.length
  for (const { node, code, ms } of hop.attempts) {
    at = writeName(bytes, at, node)
    writeU16(bytes, at, code)
    at = writeSpan(bytes, at + CODE_BYTES, toUs(ms))
  }
}

/** The name of a node: ASCII. */
function writeName(bytes: Uint8Array, at: number, name: string): number {
  bytes[at] = name.length
  for (let i = 0; i < name.length; i++) bytes[at + 1 + i] = name.charCodeAt(i)
  return at + 1 + name.length
}

function writeSpan(bytes: Uint8Array, at: number, us: number): number {
  writeU32(bytes, at, Math.min(Math.max(us, 0), SPAN_US_MAX))
  return at + SPAN_BYTES
}

const toUs = (ms: number): number => Math.round(ms * US_PER_MS)
