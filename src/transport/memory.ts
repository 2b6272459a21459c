/**
 * Connections inside one process, driven by the clock alone: what tests and virtual time use for sockets. Delivery is
 * in order, a turn later, and bounded as a kernel's buffer is, so that back-pressure is as real as over a socket.
 */
import type { Clock } from '../base/clock.ts'
import type { CloseReason, Connection, ConnectionHandler, Listener, Transport } from './transport.ts'

/** About what Linux lets a Unix socket hold before a writer waits. */
const CAPACITY_BYTES = 200_000

export function makeMemoryTransport(clock: Clock): Transport {
  const listeners = new Map<string, (connection: Connection) => ConnectionHandler>()
  return {
    listen: (address, accept, ready) => listen(listeners, clock, address, accept, ready),
    dial: (address, handler) => dial(listeners, clock, address, handler),
  }
}

function listen(
  listeners: Map<string, (connection: Connection) => ConnectionHandler>,
  clock: Clock,
  address: string,
  accept: (connection: Connection) => ConnectionHandler,
  ready: (problem: string | null) => void,
): Listener {
  listeners.set(address, accept)
  clock.afterTurn(() => ready(null))
  return {
    close: () => {
      if (listeners.get(address) === accept) listeners.delete(address)
    },
  }
}

function dial(
  listeners: Map<string, (connection: Connection) => ConnectionHandler>,
  clock: Clock,
  address: string,
  handler: ConnectionHandler,
): Connection {
  const near = new MemoryConnection(clock)
  near.handler = handler
  clock.afterTurn(() => {
    const accept = listeners.get(address)
    if (near.isClosed) return
    if (!accept) return near.close({ cause: 'refused', detail: 'ECONNREFUSED' })
    const far = new MemoryConnection(clock)
    near.peer = far
    far.peer = near
    far.handler = accept(far)
    handler.onOpen?.()
    near.schedule()
    far.schedule()
  })
  return near
}

class MemoryConnection implements Connection {
  isClosed = false
  peer: MemoryConnection | null = null
  handler: ConnectionHandler | null = null
  private readonly clock: Clock
  /** Sent and not yet delivered to the peer. */
  private queue: Uint8Array[] = []
  private queuedBytes = 0
  private deliveredBytes = 0
  private wantsWritable = false
  private isPaused = false
  private isEnding = false
  /** The peer has been told that nothing more comes; and so have we. */
  private isEndSent = false
  private isEndReceived = false
  private isScheduled = false

  constructor(clock: Clock) {
    this.clock = clock
  }

  send(bytes: Uint8Array): boolean {
    if (this.isClosed || this.isEnding) return false
    // Not slice(): that of a Buffer shares its memory.
    this.queue.push(new Uint8Array(bytes))
    this.queuedBytes += bytes.length
    this.schedule()
    if (this.queuedBytes < CAPACITY_BYTES) return true
    this.wantsWritable = true
    return false
  }

  sendAll(parts: readonly Uint8Array[]): boolean {
    return parts.map(bytes => this.send(bytes)).at(-1) ?? true
  }

  owedBytes(): number {
    return this.queuedBytes
  }

  takenBytes(): number {
    return this.deliveredBytes
  }

  pauseReading(): void {
    this.isPaused = true
  }

  resumeReading(): void {
    this.isPaused = false
    this.peer?.schedule()
  }

  end(): void {
    this.isEnding = true
    this.schedule()
  }

  destroy(): void {
    if (this.isClosed) return
    this.queue = []
    this.queuedBytes = 0
    const peer = this.peer
    this.close({ cause: 'local', detail: '' })
    if (peer) this.clock.afterTurn(() => peer.finish())
  }

  /** Tells the owner, once, a turn later. */
  close(reason: CloseReason): void {
    if (this.isClosed) return
    this.isClosed = true
    this.clock.afterTurn(() => this.handler?.onClose(reason))
  }

  schedule(): void {
    if (this.isScheduled || !this.peer) return
    this.isScheduled = true
    this.clock.afterTurn(() => {
      this.isScheduled = false
      this.deliver()
    })
  }

  private deliver(): void {
    const peer = this.peer
    while (peer && this.queue.length > 0 && !peer.isClosed && !peer.isPaused) {
      const bytes = this.queue.shift()!
      this.queuedBytes -= bytes.length
      this.deliveredBytes += bytes.length
      peer.handler?.onBytes(bytes)
    }
    if (this.queue.length > 0 || this.isClosed) return
    this.tellWritable()
    if (this.isEnding && !this.isEndSent && peer && !peer.isPaused) this.sendEnd(peer)
  }

  private tellWritable(): void {
    if (!this.wantsWritable) return
    this.wantsWritable = false
    this.handler?.onWritable()
  }

  /** As a socket that is never left half open: each side ends, and closes when the other has ended too. */
  private sendEnd(peer: MemoryConnection): void {
    this.isEndSent = true
    this.clock.afterTurn(() => peer.receiveEnd())
    this.closeIfEnded()
  }

  private receiveEnd(): void {
    if (this.isClosed || this.isEndReceived) return
    this.isEndReceived = true
    this.handler?.onEnd()
    this.end()
    this.closeIfEnded()
  }

  private closeIfEnded(): void {
    if (this.isEndSent && this.isEndReceived) this.close({ cause: 'ended', detail: '' })
  }

  /** The peer has closed at once: what it had sent has been delivered or is lost with it. */
  finish(): void {
    if (this.isClosed) return
    if (this.queue.length > 0) return this.close({ cause: 'lost', detail: 'ECONNRESET' })
    this.receiveEnd()
    this.close({ cause: 'ended', detail: '' })
  }
}
