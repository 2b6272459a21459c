/** How a socket of `node:net` hands over what it read: past the stream, straight from the handle. */
import net from 'node:net'
import type { ReadBudget } from './read-budget.ts'
import { ReadWindow } from './read-window.ts'

/** The option `onread` of net.Socket. */
export interface Reading {
  readonly buffer: () => Buffer
  readonly callback: (bytesRead: number) => boolean
  /** To be set before the first byte can come: in the turn in which the socket was made. */
  receive: (bytes: Buffer) => void
  /** The socket is closed. */
  end(): void
}

export function makeReading(budget: ReadBudget): Reading {
  const window = new ReadWindow(budget)
  const reading: Reading = {
    buffer: () => window.next(),
    callback: bytesRead => {
      reading.receive(window.take(bytesRead))
      return true
    },
    receive: () => {},
    end: () => window.close(),
  }
  return reading
}

interface Handle {
  useUserBuffer?: unknown
}

/**
 * A socket for an accepted connection that reads so. A server has no option for it, so the connection's handle is given
 * to a socket that has, the way Node.js itself hands a socket over that came from another process. No public name
 * leads there: where a version has none of it, the socket stays as it is, and its bytes come by its stream.
 */
export function readInto(accepted: net.Socket, reading: Reading): net.Socket {
  const owner = accepted as unknown as { _handle?: Handle | null }
  const handle = owner._handle
  if (typeof handle?.useUserBuffer !== 'function') {
    return accepted.on('data', chunk => reading.receive(chunk as Buffer))
  }
  owner._handle = null
  return new net.Socket({ handle, onread: reading } as net.SocketConstructorOpts)
}
