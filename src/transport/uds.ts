/** The IPC socket helpers: connections over Unix domain sockets, by `node:net`. */
import net from 'node:net'
import { codeOf } from '../base/errors.ts'
import { ReadBudget } from './read-budget.ts'
import { makeReading, type Reading, readInto } from './reading.ts'
import type { CloseReason, Connection, ConnectionHandler, Transport } from './transport.ts'
import { UdsListener } from './uds-listener.ts'

/** `say`: given, listeners look after their socket files, and tell by it what happened to them. */
export function makeUdsTransport(say?: (text: string) => void): Transport {
  const budget = new ReadBudget()
  return {
    listen: (address, accept, ready) =>
      new UdsListener({ address, onSocket: socket => adopt(socket, accept, makeReading(budget)), ready, say }),
    dial: (address, handler) => dial(address, handler, makeReading(budget)),
  }
}

function adopt(accepted: net.Socket, accept: (connection: Connection) => ConnectionHandler, reading: Reading): void {
  const connection = new UdsConnection(readInto(accepted, reading))
  connection.serve(accept(connection), reading)
}

function dial(address: string, handler: ConnectionHandler, reading: Reading): Connection {
  const connection = new UdsConnection(net.connect({ path: address, onread: reading }))
  connection.serve(handler, reading)
  return connection
}

class UdsConnection implements Connection {
  private readonly socket: net.Socket
  private error: unknown = null
  private isOpen: boolean
  private isLocal = false
  private handedBytes = 0

  constructor(socket: net.Socket) {
    this.socket = socket
    this.isOpen = !socket.connecting
    // First of all: a socket without this listener ends the process when its peer resets it.
    socket.on('error', error => {
      this.error = error
    })
  }

  serve(handler: ConnectionHandler, reading: Reading): void {
    reading.receive = bytes => handler.onBytes(bytes)
    this.socket.on('connect', () => {
      this.isOpen = true
      handler.onOpen?.()
    })
    this.socket.on('drain', () => handler.onWritable())
    this.socket.on('end', () => handler.onEnd())
    this.socket.on('close', () => {
      reading.end()
      handler.onClose(this.closeReason())
    })
  }

  send(bytes: Uint8Array): boolean {
    this.handedBytes += bytes.length
    // The stream would wrap plain bytes in a Buffer by a slower way.
    return this.socket.write(
      bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    )
  }

  /** In one call of the system, as far as it takes them. */
  sendAll(parts: readonly Uint8Array[]): boolean {
    let takesMore = true
    this.socket.cork()
    for (const bytes of parts) takesMore = this.send(bytes)
    this.socket.uncork()
    return takesMore
  }

  owedBytes(): number {
    return this.socket.writableLength
  }

  /**
   * The stream writes all that it holds in one go and counts none of it as written before the last byte has left, so
   * that 10 MB to a slow reader look stuck for seconds; the handle knows better.
   */
  takenBytes(): number {
    return this.handedBytes - this.socket.writableLength - underWayBytes(this.socket)
  }

  pauseReading(): void {
    this.socket.pause()
  }

  resumeReading(): void {
    this.socket.resume()
  }

  end(): void {
    this.socket.end()
  }

  destroy(): void {
    this.isLocal = true
    this.socket.destroy()
  }

  private closeReason(): CloseReason {
    const detail = this.error === null ? '' : codeOf(this.error)
    if (this.isLocal) return { cause: 'local', detail }
    if (this.isOpen) return { cause: this.error === null ? 'ended' : 'lost', detail }
    return { cause: detail === 'EAGAIN' ? 'busy' : 'refused', detail }
  }
}

/** What the system has yet to take of the write under way. No public name has it; net.Socket's own time-out reads it too. */
function underWayBytes(socket: net.Socket & { _handle?: { writeQueueSize?: number } | null }): number {
  return socket._handle?.writeQueueSize ?? 0
}
