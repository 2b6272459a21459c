/**
 * The IPC socket helpers: Unix domain sockets by `node:net`, and the rules that their paths need.
 * A listener binds under a temporary name and renames it over the public one, so that the path is never absent while
 * a new process replaces an old one, and so that nothing is unlinked to make room.
 */
import { lstatSync, renameSync, unlinkSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { codeOf, messageOf } from '../base/errors.ts'
import { temporarySocketPathOf } from '../topology/socket-path.ts'
import type { CloseReason, Connection, ConnectionHandler, Listener, Transport } from './transport.ts'

/** Node.js's default; the kernel caps it at net.core.somaxconn. A full backlog answers EAGAIN at once. */
const BACKLOG = 511
/** Past it the listener drops connections and says nothing to the peer, which is better than running out of files. */
const CONNECTIONS_MAX = 1_024

export function makeUdsTransport(): Transport {
  return { listen, dial }
}

function listen(
  address: string,
  accept: (connection: Connection) => ConnectionHandler,
  ready: (problem: string | null) => void,
): Listener {
  const server = net.createServer(socket => adopt(socket, accept))
  // The process id makes the name ours alone while an older process of the same node still listens.
  const temporary = temporarySocketPathOf(path.dirname(address), path.basename(address), process.pid)
  server.maxConnections = CONNECTIONS_MAX
  let own: FileIdentity | null = null
  let isAnswered = false
  const answer = (problem: string | null) => {
    if (isAnswered) return
    isAnswered = true
    ready(problem)
  }
  server.on('error', error => answer(messageOf(error)))
  server.listen({ path: temporary, backlog: BACKLOG }, () => {
    const problem = publish(temporary, address)
    if (problem) server.close()
    else own = identityOf(address)
    answer(problem)
  })
  return {
    close: () => {
      if (own) unlinkIfSame(address, own)
      own = null
      if (server.listening) server.close()
    },
  }
}

/** Takes the public name over from nobody, or from a socket. Anything else there is somebody's file: untouched. */
function publish(temporary: string, address: string): string | null {
  try {
    const there = lstatSync(address, { throwIfNoEntry: false })
    if (there && !there.isSocket()) return `${address} exists and is not a socket`
    renameSync(temporary, address)
    return null
  } catch (error) {
    return messageOf(error)
  }
}

interface FileIdentity {
  readonly dev: number
  readonly ino: number
}

function identityOf(file: string): FileIdentity | null {
  const stat = lstatSync(file, { throwIfNoEntry: false })
  return stat ? { dev: stat.dev, ino: stat.ino } : null
}

function unlinkIfSame(file: string, own: FileIdentity): void {
  try {
    const there = identityOf(file)
    if (there && there.ino === own.ino && there.dev === own.dev) unlinkSync(file)
  } catch {
    // Gone in between, or its folder is: nothing of ours is left there either way.
  }
}

function adopt(socket: net.Socket, accept: (connection: Connection) => ConnectionHandler): void {
  const connection = new UdsConnection(socket)
  connection.serve(accept(connection))
}

function dial(address: string, handler: ConnectionHandler): Connection {
  const socket = net.connect({ path: address })
  const connection = new UdsConnection(socket)
  connection.serve(handler)
  return connection
}

class UdsConnection implements Connection {
  private readonly socket: net.Socket
  private error: unknown = null
  private isOpen: boolean
  private isLocal = false

  constructor(socket: net.Socket) {
    this.socket = socket
    this.isOpen = !socket.connecting
    // First of all: a socket without this listener ends the process when its peer resets it.
    socket.on('error', error => {
      this.error = error
    })
  }

  serve(handler: ConnectionHandler): void {
    this.socket.on('connect', () => {
      this.isOpen = true
      handler.onOpen?.()
    })
    this.socket.on('data', chunk => handler.onBytes(chunk as Buffer))
    this.socket.on('drain', () => handler.onWritable())
    this.socket.on('end', () => handler.onEnd())
    this.socket.on('close', () => handler.onClose(this.closeReason()))
  }

  send(bytes: Uint8Array): boolean {
    // The stream would wrap plain bytes in a Buffer by a slower way.
    return this.socket.write(
      bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    )
  }

  owedBytes(): number {
    return this.socket.writableLength
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
