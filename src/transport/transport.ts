/**
 * What the rooms above need of a socket, and no more: they run unchanged over Unix sockets, in memory and under byte
 * faults. Callbacks run to completion; none is called from inside the call that causes it.
 */
export interface CloseReason {
  /**
   * `ended`: the peer closed in order. `lost`: an established connection broke. `refused`: dialled and nobody answers.
   * `busy`: dialled and the listener's backlog is full; worth another try at once. `local`: this side destroyed it.
   */
  readonly cause: 'ended' | 'lost' | 'refused' | 'busy' | 'local'
  /** The system's code, such as ECONNRESET; '' where it gave none. */
  readonly detail: string
}

export interface Connection {
  /**
   * Queues the bytes, which must not be changed until nothing is owed. False: full, wait for `onWritable` (they are
   * queued all the same).
   */
  send(bytes: Uint8Array): boolean
  /** The same for several in their order, which may then leave together. */
  sendAll(parts: readonly Uint8Array[]): boolean
  /** Bytes queued here that the system has not taken. */
  owedBytes(): number
  /**
   * Of what was sent, as much as the system has taken at the least. It stands still for as long as bytes are owed and
   * the system takes none of them; a peer that reads slowly moves it.
   */
  takenBytes(): number
  pauseReading(): void
  resumeReading(): void
  /** Sends what is queued, then closes. */
  end(): void
  /** Closes at once; what is queued may be lost. Idempotent. */
  destroy(): void
}

export interface ConnectionHandler {
  /** A dialled connection stands. Never called for an accepted one, which stands from the start. */
  onOpen?(): void
  /** The bytes are the receiver's: it may change and keep them. */
  onBytes(bytes: Uint8Array): void
  /** After `send` said false: everything queued has left. */
  onWritable(): void
  /** The peer sends no more. */
  onEnd(): void
  /** Exactly once for each connection, dialled or accepted, and nothing after it. */
  onClose(reason: CloseReason): void
}

export interface Listener {
  /** Accepts no more and gives the address back, if it is still this listener's. Connections go on. Idempotent. */
  close(): void
}

export interface Transport {
  /** `ready` is called once: null when the address can be dialled, else why not. */
  listen(
    address: string,
    accept: (connection: Connection) => ConnectionHandler,
    ready: (problem: string | null) => void,
  ): Listener
  dial(address: string, handler: ConnectionHandler): Connection
}
