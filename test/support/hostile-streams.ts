/**
 * What a stranger may send to a node that listens, and how that must end: streams B1-B44, as far as they come from
 * whoever dialled. The same table is thrown at nodes in virtual time and at running processes.
 */
import { ErrorCode } from '../../src/wire/error-code.ts'
import { FrameType, HEADER_BYTES, LENGTH_MAX, PAYLOAD_BYTES_MAX } from '../../src/wire/frame.ts'
import { encodeHello } from '../../src/wire/hello.ts'
import { frameOf, joined } from './frames.ts'
import { bareFrame, errorFrame, requestFrame, responseFrame } from './stranger.ts'

export interface HostileStream {
  /** Its number, and what it is. */
  readonly name: string
  /** Sent behind HELLO and HELLO-ACK, or in their place. */
  readonly isGreeted: boolean
  /** Sent at once. */
  readonly bytes: Uint8Array
  /** Then one of these bytes every second. */
  readonly drip?: Uint8Array
  /** The sender closes behind its bytes. */
  readonly isEnded?: boolean
  /** The ERROR of the connection that comes back; null where nobody is left to hear it. */
  readonly code: ErrorCode | null
  readonly text: RegExp
  /** Takes a request that is not answered in the same turn: not so at a server without service time. */
  readonly needsWork?: boolean
}

export const CLIENT_HELLO: Uint8Array = encodeHello(FrameType.hello, { node: '', generation: 1 })

const text = (line: string) => Uint8Array.from(Buffer.from(line, 'latin1'))
const hex = (digits: string) => Uint8Array.from(Buffer.from(digits.replaceAll(' ', ''), 'hex'))

/** A header that announces this length, with nothing behind it. */
export function announcing(length: number, type: FrameType = FrameType.request, streamId = 1): Uint8Array {
  const bytes = bareFrame(type, streamId)
  new DataView(bytes.buffer).setUint32(HEADER_BYTES - 4, length)
  return bytes
}

const repeated = (count: number, make: (n: number) => Uint8Array) =>
  joined(Array.from({ length: count }, (_, n) => make(n)))

function withVersion(version: number, bytes: Uint8Array): Uint8Array {
  const changed = bytes.slice()
  changed[0] = version
  return changed
}

type Parts = Omit<HostileStream, 'name' | 'isGreeted' | 'bytes' | 'code' | 'text'> & { code?: ErrorCode | null }

function stranger(name: string, bytes: Uint8Array, words: RegExp, parts: Parts = {}): HostileStream {
  return { name, isGreeted: false, bytes, text: words, ...parts, code: codeOf(parts) }
}

function client(name: string, bytes: Uint8Array, words: RegExp, parts: Parts = {}): HostileStream {
  return { ...stranger(name, bytes, words, parts), isGreeted: true }
}

const codeOf = ({ code }: Parts) => (code === undefined ? ErrorCode.protocol : code)

const request = requestFrame(1)
const NOBODY_HEARS = { code: null, isEnded: true }
const { frameTooLarge: TOO_LARGE, version: VERSION, flood: FLOOD } = ErrorCode

/** Each of these is one protocol error. */
export const HOSTILE_STREAMS: readonly HostileStream[] = [
  stranger('B2 one byte, then the end', hex('81'), /./, NOBODY_HEARS),
  stranger('B2 two bytes, then the end', hex('8101'), /./, NOBODY_HEARS),
  client('B2 three bytes, then the end', hex('810300'), /./, NOBODY_HEARS),
  client('B3 a REQUEST of length 0', announcing(0), /a REQUEST of 0 bytes; it has 12 to 1048588/),
  client('B3 a REQUEST shorter than its head', announcing(11), /a REQUEST of 11 bytes/),
  stranger('B3 a HELLO of 3 bytes', announcing(3, FrameType.hello, 0), /a HELLO of 3 bytes; it has 4 to 36/),
  client('B3 an ERROR without a code', announcing(1, FrameType.error, 0), /an ERROR of 1 bytes/),
  client('B4 a length above the limit by one', announcing(LENGTH_MAX + 1), /1048589 bytes; the limit is 1048588/, {
    code: TOO_LARGE,
  }),
  client('B4 a PING of a MiB and more', announcing(PAYLOAD_BYTES_MAX + 1, FrameType.ping, 0), /the limit is/, {
    code: TOO_LARGE,
  }),
  stranger('B4 a HELLO of 37 bytes', announcing(37, FrameType.hello, 0), /a HELLO of 37 bytes/),
  client('B4 a PING with a body', announcing(1, FrameType.ping, 0), /a PING of 1 bytes; it has 0/),
  client('B5 a length of 0xffffffff', announcing(0xffff_ffff), /4294967295 bytes/, { code: TOO_LARGE }),
  stranger('B5 the same as its first word', announcing(0xffff_ffff), /4294967295 bytes/, { code: TOO_LARGE }),
  client('B6 a length of 0x80000000', announcing(0x8000_0000), /2147483648 bytes/, { code: TOO_LARGE }),
  client('B7 a header, then silence', announcing(100), /begun and not finished/),
  stranger('B7 half a header, then silence', hex('8101 0000'), /no HELLO within 2 s/),
  client('B8 a body of one byte a second', announcing(1_000), /begun and not finished/, { drip: new Uint8Array(60) }),
  stranger('B9 HTTP', text('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), /looks like HTTP, this is the udsim protocol/),
  client('B9 HTTP behind HELLO', text('POST / HTTP/1.1\r\n\r\n'), /looks like HTTP, this is the udsim protocol/),
  stranger('B10 a TLS ClientHello', hex('16030100c8010000c40303'), /looks like TLS, this is the udsim protocol/),
  ...[0, 10, 77, 0x80, 0xff].map(type =>
    client(`B11 type ${type}`, bareFrame(type), new RegExp(`frame type ${type} is none of this protocol`)),
  ),
  client('B11 an unknown type with a MiB to come', announcing(1_048_576, 77 as FrameType), /frame type 77/),
  stranger('B12 a later version', withVersion(0x82, CLIENT_HELLO), /version 0x82; this is 0x81/, { code: VERSION }),
  stranger('B12 an earlier version', withVersion(0x80, CLIENT_HELLO), /version 0x80/, { code: VERSION }),
  client('B12 another version later on', withVersion(0xff, request), /version 0xff/, { code: VERSION }),
  stranger('B13 a REQUEST before HELLO', request, /frame type 3 before HELLO/),
  stranger('B13 a PING before HELLO', bareFrame(FrameType.ping), /before HELLO/),
  stranger('B13 a DRAIN before HELLO', bareFrame(FrameType.drain), /before HELLO/),
  client('B14 a second HELLO', CLIENT_HELLO, /frame type 1 from a downstream/),
  client('B16 a RESPONSE', responseFrame(1), /frame type 4 from a downstream/),
  client('B16 an ERROR of a stream', errorFrame(1, ErrorCode.timeout), /frame type 5 from a downstream/),
  client('B16 a PONG', bareFrame(FrameType.pong), /frame type 8 from a downstream/),
  client('B17 a stream that is in use', joined([request, request]), /stream 1 is in use/, { needsWork: true }),
  client('B17 the place of one in use', joined([request, requestFrame(0x1_0001)]), /stream 65537 is in use/, {
    needsWork: true,
  }),
  client('B18 stream 0', requestFrame(0), /a REQUEST of stream 0/),
  client('B18 a stream without a place', requestFrame(0x1_0000), /its low 16 bits are 0/),
  client('B18 a PING of a stream', bareFrame(FrameType.ping, 1), /about the connection/),
  client('B23 a CANCEL of stream 0', bareFrame(FrameType.cancel, 0), /a CANCEL of stream 0/),
  client(
    'B24 1 000 requests, each cancelled at once',
    repeated(1_000, n => joined([requestFrame(n + 1), bareFrame(FrameType.cancel, n + 1)])),
    /cancelled as fast as they are sent/,
    { code: FLOOD, needsWork: true },
  ),
  client(
    'B24 1 000 CANCELs of nothing',
    repeated(1_000, n => bareFrame(FrameType.cancel, n + 1)),
    /more CANCELs than/,
    {
      code: FLOOD,
    },
  ),
  client(
    'B25 1 000 PINGs at once',
    repeated(1_000, () => bareFrame(FrameType.ping)),
    /more than 100 PINGs a second/,
    {
      code: FLOOD,
    },
  ),
  client('B29 a DRAIN that answers none', bareFrame(FrameType.drain), /a DRAIN that answers none/),
  stranger('B33 a name of invalid UTF-8', frameOf(FrameType.hello, 0, hex('00000001 fffe')), /holds no name/),
  stranger('B34 a name with an escape', frameOf(FrameType.hello, 0, hex('00000001 1b5b324a')), /holds no name/),
  client('B37 half a request, then the end', request.slice(0, 20), /./, NOBODY_HEARS),
  stranger('B37 half a HELLO, then the end', CLIENT_HELLO.slice(0, 14), /./, NOBODY_HEARS),
  client('B40 a request, and something else glued to it', joined([request, text('x')]), /begins with byte 0x78/),
  stranger(
    'B43 its HELLO-ACK sent back',
    encodeHello(FrameType.helloAck, { node: 'lb', generation: 1 }),
    /type 2 before/,
  ),
]

/** Odd and yet within the protocol: answered, or ignored, and never the end of the connection. */
export const ODD_STREAMS: readonly { readonly name: string; readonly bytes: Uint8Array; readonly answers: number }[] = [
  { name: 'B22 the last stream id, then the first', bytes: joined([requestFrame(0xffff_ffff), request]), answers: 2 },
  { name: 'B23 a CANCEL of no stream', bytes: bareFrame(FrameType.cancel, 7), answers: 0 },
  {
    name: 'B26 10 000 requests of no byte',
    bytes: repeated(10_000, n => requestFrame(n + 1, { payload: '' })),
    answers: 10_000,
  },
  { name: 'B31 a deadline of 0', bytes: requestFrame(1, { budgetMs: 0 }), answers: 1 },
  { name: 'B31 a deadline in 49 days', bytes: requestFrame(1, { budgetMs: 0xffff_ffff }), answers: 1 },
  { name: 'B32 a payload that is no JSON', bytes: requestFrame(1, { payload: '{"__proto__":' }), answers: 1 },
  { name: 'B32 JSON 100 000 deep', bytes: requestFrame(1, { payload: '['.repeat(100_000) }), answers: 1 },
  { name: 'PINGs, 100 at once', bytes: repeated(100, () => bareFrame(FrameType.ping)), answers: 0 },
  { name: 'flags that nothing defines', bytes: withFlags(request, 0xfffe), answers: 1 },
]

function withFlags(bytes: Uint8Array, flags: number): Uint8Array {
  const changed = bytes.slice()
  changed[2] = flags >>> 8
  changed[3] = flags & 0xff
  return changed
}
