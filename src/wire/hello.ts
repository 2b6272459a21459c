/** The bodies of HELLO and HELLO-ACK: who speaks, and in which of its lives. */
import { type FrameType, HEADER_BYTES, readLength, readU32, writeHeader, writeU32 } from './frame.ts'

export interface Hello {
  /** The node's id; empty for a client that is no node. */
  readonly node: string
  /** Of the node's process: 1 at its first start. */
  readonly generation: number
}

const GENERATION_BYTES = 4
const NAME_BYTES_MAX = 32
/** Of what follows the header. */
export const HELLO_BYTES_MIN: number = GENERATION_BYTES
export const HELLO_BYTES_MAX: number = GENERATION_BYTES + NAME_BYTES_MAX

/** The whole frame. Made once a connection, so it may allocate. */
export function encodeHello(type: typeof FrameType.hello | typeof FrameType.helloAck, hello: Hello): Uint8Array {
  const name = new TextEncoder().encode(hello.node)
  const bytes = new Uint8Array(HEADER_BYTES + GENERATION_BYTES + name.length)
  writeHeader(bytes, 0, type, 0, 0, GENERATION_BYTES + name.length)
  writeU32(bytes, HEADER_BYTES, hello.generation)
  bytes.set(name, HEADER_BYTES + GENERATION_BYTES)
  return bytes
}

/** Null where the frame at `start` holds no such body. A name is printable ASCII, so that it is safe to show. */
export function decodeHello(bytes: Uint8Array, start: number): Hello | null {
  const nameBytes = readLength(bytes, start) - GENERATION_BYTES
  if (nameBytes < 0 || nameBytes > NAME_BYTES_MAX) return null
  const nameAt = start + HEADER_BYTES + GENERATION_BYTES
  const node = String.fromCharCode(...bytes.subarray(nameAt, nameAt + nameBytes))
  if (!/^[a-z0-9_-]*$/i.test(node)) return null
  return { node, generation: readU32(bytes, start + HEADER_BYTES) }
}
