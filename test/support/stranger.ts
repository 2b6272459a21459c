/**
 * A stranger on the wire: speaks frames by hand to a node under test, as a program in another language would, and
 * remembers what came back.
 */
import type { CloseReason, Connection, ConnectionHandler, Transport } from '../../src/transport/transport.ts'
import type { ErrorCode } from '../../src/wire/error-code.ts'
import {
  encodeConnectionError,
  readErrorCode,
  STREAM_ERROR_BYTES,
  writeStreamError,
} from '../../src/wire/error-frame.ts'
import {
  FrameType,
  HEADER_BYTES,
  REQUEST_PAYLOAD_AT,
  readFlags,
  readStreamId,
  readType,
  writeHeader,
  writeHops,
  writeRequest,
} from '../../src/wire/frame.ts'
import { makeFrameDecoder } from '../../src/wire/frame-decoder.ts'
import { decodeHello, encodeHello, type Hello } from '../../src/wire/hello.ts'
import { wholeFrame } from './frames.ts'

export interface SeenFrame {
  readonly type: number
  readonly streamId: number
  readonly flags: number
  /** Of an ERROR; 0 for the other types. */
  readonly code: number
  /** The whole frame. */
  readonly bytes: Uint8Array
}

/** One end of a connection. It answers PING and HELLO by itself unless told not to. */
export class Stranger implements ConnectionHandler {
  frames: SeenFrame[] = []
  chunks: Uint8Array[] = []
  /** The peer's HELLO or HELLO-ACK. */
  hello: Hello | null = null
  closes: CloseReason[] = []
  isAutomatic = true
  connection: Connection | null = null
  onFrameSeen: ((frame: SeenFrame) => void) | null = null
  private readonly decoder = makeFrameDecoder()
  private readonly name: string
  private readonly generation: number

  constructor(name = 'stranger', generation = 1) {
    this.name = name
    this.generation = generation
  }

  send(...parts: Uint8Array[]): void {
    for (const bytes of parts) this.connection!.send(bytes)
  }

  sayHello(): void {
    this.send(encodeHello(FrameType.hello, { node: this.name, generation: this.generation }))
  }

  /** Frames of one type, in the order they came. */
  seen(type: number): SeenFrame[] {
    return this.frames.filter(frame => frame.type === type)
  }

  /** Forgets what came so far. */
  forget(): void {
    this.frames = []
    this.chunks = []
  }

  onBytes(bytes: Uint8Array): void {
    this.chunks.push(bytes.slice())
    this.decoder.push(bytes, { onFrame: (chunk, start, end) => this.remember(wholeFrame(chunk, start, end)) })
  }

  onWritable(): void {}

  onEnd(): void {
    this.connection?.end()
  }

  onClose(reason: CloseReason): void {
    this.closes.push(reason)
  }

  get isClosed(): boolean {
    return this.closes.length > 0
  }

  private remember(bytes: Uint8Array): void {
    const type = readType(bytes, 0)
    const code = type === FrameType.error ? readErrorCode(bytes, 0) : 0
    const frame = { type, streamId: readStreamId(bytes, 0), flags: readFlags(bytes, 0), code, bytes }
    this.frames.push(frame)
    if (type === FrameType.hello || type === FrameType.helloAck) this.hello = decodeHello(bytes, 0)
    if (this.isAutomatic) this.reply(frame)
    this.onFrameSeen?.(frame)
  }

  private reply(frame: SeenFrame): void {
    if (frame.type === FrameType.ping) this.send(bareFrame(FrameType.pong))
    if (frame.type === FrameType.hello) {
      this.send(encodeHello(FrameType.helloAck, { node: this.name, generation: this.generation }))
    }
  }
}

/** A connection to the address; the HELLO is the caller's to say. */
export function dialStranger(transport: Transport, address: string, name = 'stranger'): Stranger {
  const stranger = new Stranger(name)
  stranger.connection = transport.dial(address, stranger)
  return stranger
}

export interface StrangeUpstream {
  /** Every connection that was made to it, oldest first. */
  readonly links: Stranger[]
  /** The youngest of them. */
  readonly last: Stranger
  close(): void
}

/** Listens as a node would. `setUp` sees each connection before its first byte. */
export function listenStranger(
  transport: Transport,
  address: string,
  setUp: (link: Stranger) => void = () => {},
  generation = 1,
): StrangeUpstream {
  const links: Stranger[] = []
  const listener = transport.listen(
    address,
    connection => {
      const link = new Stranger('upstream', generation)
      link.connection = connection
      links.push(link)
      setUp(link)
      return link
    },
    () => {},
  )
  return {
    links,
    get last() {
      return links.at(-1)!
    },
    close: () => listener.close(),
  }
}

export interface RequestKeys {
  readonly budgetMs?: number
  readonly keyHash?: number
  readonly attempt?: number
  readonly flags?: number
  readonly hops?: number
  readonly payload?: string
}

export function requestFrame(streamId: number, keys: RequestKeys = {}): Uint8Array {
  const payload = new TextEncoder().encode(keys.payload ?? 'hello')
  const bytes = new Uint8Array(REQUEST_PAYLOAD_AT + payload.length)
  const { budgetMs = 5_000, keyHash = 0, attempt = 1, flags = 0, hops = 0 } = keys
  writeRequest(bytes, 0, streamId, { budgetMs, keyHash, attempt, flags }, payload.length)
  writeHops(bytes, 0, hops)
  bytes.set(payload, REQUEST_PAYLOAD_AT)
  return bytes
}

export function responseFrame(streamId: number, text = 'hello'): Uint8Array {
  const payload = new TextEncoder().encode(text)
  const bytes = new Uint8Array(HEADER_BYTES + payload.length)
  writeHeader(bytes, 0, FrameType.response, 0, streamId, payload.length)
  bytes.set(payload, HEADER_BYTES)
  return bytes
}

export function bareFrame(type: number, streamId = 0): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES)
  writeHeader(bytes, 0, type as FrameType, 0, streamId, 0)
  return bytes
}

/** A frame of any type with a body of zeros. */
export function frameWithBody(type: number, streamId: number, bodyBytes: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + bodyBytes)
  writeHeader(bytes, 0, type as FrameType, 0, streamId, bodyBytes)
  return bytes
}

export function errorFrame(streamId: number, code: ErrorCode, isNotExecuted = false): Uint8Array {
  if (streamId === 0) return encodeConnectionError(code, 'a test')
  const bytes = new Uint8Array(STREAM_ERROR_BYTES)
  writeStreamError(bytes, 0, streamId, code, isNotExecuted)
  return bytes
}

/** The text after a frame's header. */
export function bodyOf(frame: SeenFrame): string {
  return new TextDecoder().decode(frame.bytes.subarray(HEADER_BYTES))
}

/** The text after a REQUEST's head. */
export function payloadOf(frame: SeenFrame): string {
  return new TextDecoder().decode(frame.bytes.subarray(REQUEST_PAYLOAD_AT))
}
