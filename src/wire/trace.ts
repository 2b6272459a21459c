/**
 * The trailer of an answer to a traced request: which nodes it came by, whom each had tried, and when (PROTOCOL.md).
 * A node that answers or passes an answer on makes a copy that ends with its own entry. A forwarder only looks whether
 * what it passes on is sound, which is most of what a traced request costs it.
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
import { copyFrame } from './frame-parts.ts'

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
 * Whether the RESPONSE or ERROR at [start, end) has a trailer that reads to its last byte, or none. Only then may the
 * functions below be asked about it.
 */
export function isTraceSound(bytes: Uint8Array, start: number, end: number): boolean {
  if (!hasTrailer(bytes, start)) return true
  const entriesEnd = end - FOOTER_BYTES
  let at = entriesStart(bytes, start, end)
  while (at >= 0 && at < entriesEnd) at = skipHop(bytes, at, entriesEnd)
  return at === entriesEnd
}

/** By which nodes it came, the one that answered first: none where it has no trailer. */
export function readTrace(bytes: Uint8Array, start: number, end: number): readonly TracedHop[] {
  if (!hasTrailer(bytes, start)) return []
  const entriesEnd = end - FOOTER_BYTES
  const reader = new Reader(bytes, entriesEnd - readU16(bytes, entriesEnd))
  const hops: TracedHop[] = []
  while (reader.at < entriesEnd) hops.push(readHop(reader))
  return hops
}

/** The bytes of the entry that a copy of it gets for the hop; 0 where there is no room for that. */
export function entryBytesFor(bytes: Uint8Array, start: number, end: number, hop: TracedHop): number {
  const entryBytes = sizeOf(hop)
  return entriesBytes(bytes, start, end) + entryBytes + FOOTER_BYTES <= TRACE_BYTES_MAX ? entryBytes : 0
}

/** The bytes of that copy. */
export const copyBytesFor = (bytes: Uint8Array, start: number, end: number, entryBytes: number): number =>
  end - start + entryBytes + (hasTrailer(bytes, start) ? 0 : FOOTER_BYTES)

/** Writes that copy to `to` at `at`. */
export function writeWithHop(
  to: Uint8Array,
  at: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  hop: TracedHop,
  entryBytes: number,
): void {
  const oldEnd = hasTrailer(bytes, start) ? end - FOOTER_BYTES : end
  const entryAt = at + oldEnd - start
  const footerAt = entryAt + entryBytes
  const [type, flags] = [readType(bytes, start) as FrameType, readFlags(bytes, start) | TRACED]
  copyFrame(bytes, start, oldEnd, to, at)
  writeHeader(to, at, type, flags, readStreamId(bytes, start), footerAt + FOOTER_BYTES - at - HEADER_BYTES)
  if (entryBytes > 0) writeHop(to, entryAt, hop)
  writeU16(to, footerAt, entriesBytes(bytes, start, end) + entryBytes)
}

/** Another `outMs` for the hop whose entry, of so many bytes, is the last of the frame that ends at `end`. */
export function writeOut(bytes: Uint8Array, end: number, hop: TracedHop, entryBytes: number, outMs: number): void {
  const outAt = end - FOOTER_BYTES - entryBytes + 1 + hop.node.length + STAMP_BYTES + 2 * SPAN_BYTES
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

const entriesBytes = (bytes: Uint8Array, start: number, end: number): number =>
  hasTrailer(bytes, start) ? readU16(bytes, end - FOOTER_BYTES) : 0

// --- entries ------------------------------------------------------------------------------------------------------

/** Where the entry at `at` ends; -1 where it is none, or does not end by `end`. No string or object is made for it. */
function skipHop(bytes: Uint8Array, start: number, end: number): number {
  const stampsAt = skipName(bytes, start, end)
  const countAt = stampsAt + STAMP_BYTES + 3 * SPAN_BYTES
  if (stampsAt < 0 || countAt >= end) return -1
  let at = countAt + 1
  for (let left = bytes[countAt]!; left > 0; left--) {
    const nameEnd = skipName(bytes, at, end)
    if (nameEnd < 0) return -1
    at = nameEnd + CODE_BYTES + SPAN_BYTES
  }
  return at > end ? -1 : at
}

/** As in a HELLO, so that it is safe to show; here not empty, or a path would not show it. */
function skipName(bytes: Uint8Array, start: number, end: number): number {
  if (start >= end) return -1
  const nameEnd = start + 1 + bytes[start]!
  if (nameEnd === start + 1 || nameEnd > start + 1 + NAME_BYTES_MAX || nameEnd > end) return -1
  for (let at = start + 1; at < nameEnd; at++) if (!isNameByte(bytes[at]!)) return -1
  return nameEnd
}

/** Letters, digits, `-`, `_`. */
function isNameByte(byte: number): boolean {
  const lower = byte | 0x20
  return (lower >= 0x61 && lower <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x5f
}

/** What is left to read of sound entries. */
class Reader {
  at: number
  private readonly bytes: Uint8Array

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes
    this.at = at
  }

  byte(): number {
    return this.bytes[this.at++]!
  }

  u16(): number {
    this.at += 2
    return readU16(this.bytes, this.at - 2)
  }

  u32(): number {
    this.at += 4
    return readU32(this.bytes, this.at - 4)
  }

  name(): string {
    const size = this.byte()
    let name = ''
    for (let i = 0; i < size; i++) name += String.fromCharCode(this.byte())
    return name
  }
}

function readHop(reader: Reader): TracedHop {
  const node = reader.name()
  const inUs = reader.u32() * TWO_32 + reader.u32()
  const begunUs = inUs + reader.u32()
  const leftUs = begunUs + reader.u32()
  const outUs = leftUs + reader.u32()
  const attempts: TracedAttempt[] = []
  for (let left = reader.byte(); left > 0; left--) {
    const [upstream, code, us] = [reader.name(), reader.u16(), reader.u32()]
    attempts.push({ node: upstream, code, ms: toMs(us) })
  }
  return { node, inMs: toMs(inUs), begunMs: toMs(begunUs), leftMs: toMs(leftUs), outMs: toMs(outUs), attempts }
}

// Plain loops, here as above: of one request in so many this is run too seldom to be compiled.

function sizeOf({ node, attempts }: TracedHop): number {
  let size = 1 + node.length + STAMP_BYTES + 3 * SPAN_BYTES + 1
  for (let i = 0; i < attempts.length; i++) size += 1 + attempts[i]!.node.length + CODE_BYTES + SPAN_BYTES
  return size
}

function writeHop(bytes: Uint8Array, start: number, hop: TracedHop): void {
  const inUs = toUs(hop.inMs)
  const begunUs = toUs(hop.begunMs)
  const leftUs = toUs(hop.leftMs)
  let at = writeName(bytes, start, hop.node)
  writeU32(bytes, at, Math.floor(inUs / TWO_32))
  writeU32(bytes, at + SPAN_BYTES, inUs)
  at = writeSpan(bytes, at + STAMP_BYTES, begunUs - inUs)
  at = writeSpan(bytes, at, leftUs - begunUs)
  at = writeSpan(bytes, at, toUs(hop.outMs) - leftUs)
  bytes[at++] = hop.attempts.length
  for (let i = 0; i < hop.attempts.length; i++) {
    const { node, code, ms } = hop.attempts[i]!
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

const toMs = (us: number): number => us / US_PER_MS
