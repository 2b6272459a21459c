/** Wires of bytes: payloads follow each other without a mark between them, so that only their number is known. */
import net from 'node:net'
import { messageOf } from '../base/errors.ts'
import { type FifoPair, openFifos } from './fifos.ts'
import { type OpenWire, PAYLOAD_CHARACTER, type Wire, type WireListener, type WirePlan } from './wire.ts'

/** A Unix socket at this path. */
export function toSocket(path: string): OpenWire {
  return (plan, listener) => connected(() => net.connect({ path }), plan, listener)
}

/** Loopback TCP. Without Nagle's delay, as any request and answer over TCP is sent. */
export function toPort(port: number): OpenWire {
  return (plan, listener) => connected(() => net.connect({ host: '127.0.0.1', port, noDelay: true }), plan, listener)
}

/** A pair of FIFOs that the other side has open. */
export function throughFifos({ there, back }: FifoPair): OpenWire {
  return async (plan, listener) => {
    const { reader, writer } = openFifos(back, there)
    return new StreamWire(reader, writer, plan, listener)
  }
}

function connected(connect: () => net.Socket, plan: WirePlan, listener: WireListener): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const socket = connect()
    socket.once('error', reject)
    socket.once('connect', () => resolve(new StreamWire(socket, socket, plan, listener)))
  })
}

class StreamWire implements Wire {
  private readonly payloadBytes: number
  /** As many payloads as ever leave at once. */
  private readonly burst: Buffer
  private readonly reader: net.Socket
  private readonly writer: net.Socket
  private readonly listener: WireListener
  private partBytes = 0
  private isOver = false

  constructor(reader: net.Socket, writer: net.Socket, plan: WirePlan, listener: WireListener) {
    this.payloadBytes = plan.payloadBytes
    this.burst = Buffer.alloc(plan.outstanding * plan.payloadBytes, PAYLOAD_CHARACTER)
    this.reader = reader
    this.writer = writer
    this.listener = listener
    reader.on('data', chunk => this.onBytes((chunk as Buffer).length))
    for (const socket of new Set([reader, writer])) {
      socket.on('error', error => this.lose(messageOf(error)))
      socket.on('close', () => this.lose('the connection closed'))
    }
  }

  send(count: number): void {
    const bytes = count * this.payloadBytes
    this.writer.write(bytes === this.burst.length ? this.burst : this.burst.subarray(0, bytes))
  }

  close(): void {
    this.isOver = true
    this.reader.destroy()
    this.writer.destroy()
  }

  private onBytes(size: number): void {
    this.partBytes += size
    const count = Math.floor(this.partBytes / this.payloadBytes)
    if (count === 0 || this.isOver) return
    this.partBytes -= count * this.payloadBytes
    this.listener.onAnswers(count)
  }

  private lose(why: string): void {
    if (this.isOver) return
    this.isOver = true
    this.listener.onLost(why)
  }
}
