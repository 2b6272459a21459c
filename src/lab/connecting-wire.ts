/** Wires that connect anew for each request: connect, ask, be answered, close. One request at a time. */
import net from 'node:net'
import { messageOf } from '../base/errors.ts'
import type { Connection, Transport } from '../transport/transport.ts'
import { FrameType, REQUEST_IDEMPOTENT, REQUEST_PAYLOAD_AT, readType, writeRequest } from '../wire/frame.ts'
import { makeFrameDecoder } from '../wire/frame-decoder.ts'
import { encodeHello } from '../wire/hello.ts'
import { type OpenWire, PAYLOAD_CHARACTER, type WireListener } from './wire.ts'

/** Begins one request on a connection of its own; returns how to end it at once. Tells its end once, not from inside. */
type Ask = (listener: WireListener) => () => void

/** To a bare echo. */
export function connectingToSocket(path: string): OpenWire {
  return async ({ payloadBytes }, listener) => {
    const payload = Buffer.alloc(payloadBytes, PAYLOAD_CHARACTER)
    return onePerConnection(own => askEcho(path, payload, own), listener)
  }
}

/** To a node: with HELLO and HELLO-ACK before the request, as PROTOCOL.md wants it. */
export function connectingToNode(transport: Transport, address: string): OpenWire {
  return async ({ payloadBytes }, listener) => {
    const request = encodeRequest(payloadBytes)
    return onePerConnection(own => askNode(transport, address, request, own), listener)
  }
}

function onePerConnection(ask: Ask, listener: WireListener) {
  let end = () => {}
  return {
    send: () => {
      end = ask(listener)
    },
    close: () => end(),
  }
}

function askEcho(path: string, payload: Buffer, { onAnswers, onLost }: WireListener): () => void {
  const socket = net.connect({ path }, () => socket.write(payload))
  let [isOver, missingBytes] = [false, payload.length]
  const end = () => {
    isOver = true
    socket.destroy()
  }
  const lose = (why: string) => {
    if (isOver) return
    end()
    onLost(why)
  }
  socket.on('error', error => lose(messageOf(error)))
  socket.on('close', () => lose('the connection closed'))
  socket.on('data', chunk => {
    missingBytes -= chunk.length
    if (missingBytes > 0 || isOver) return
    end()
    onAnswers(1)
  })
  return end
}

function askNode(
  transport: Transport,
  address: string,
  request: Uint8Array,
  { onAnswers, onLost }: WireListener,
): () => void {
  let isOver = false
  const decoder = makeFrameDecoder()
  const finish = (tell: () => void) => {
    if (isOver) return
    isOver = true
    connection.destroy()
    tell()
  }
  const onFrame = (bytes: Uint8Array, start: number) => {
    const type = readType(bytes, start)
    if (type === FrameType.helloAck) connection.send(request)
    else if (type === FrameType.response) finish(() => onAnswers(1))
    else finish(() => onLost(`frame type ${type} instead of an answer`))
  }
  const connection: Connection = transport.dial(address, {
    onOpen: () => void connection.send(encodeHello(FrameType.hello, { node: '', generation: 1 })),
    onBytes: bytes => {
      const problem = decoder.push(bytes, { onFrame })
      if (problem) finish(() => onLost('what came is no frame'))
    },
    onWritable: () => {},
    onEnd: () => {},
    onClose: ({ cause }) => finish(() => onLost(`the connection was ${cause}`)),
  })
  return () => finish(() => {})
}

const BUDGET_MS = 5_000

function encodeRequest(payloadBytes: number): Uint8Array {
  const bytes = Buffer.alloc(REQUEST_PAYLOAD_AT + payloadBytes, PAYLOAD_CHARACTER)
  writeRequest(bytes, 0, 1, { budgetMs: BUDGET_MS, keyHash: 0, attempt: 1, flags: REQUEST_IDEMPOTENT }, payloadBytes)
  return bytes
}
