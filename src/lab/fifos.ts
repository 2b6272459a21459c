/**
 * Real pipes between two processes. What Node.js calls a pipe when it starts a process is a pair of sockets on Linux;
 * a FIFO is a pipe with a name.
 */
import { execFileSync } from 'node:child_process'
import { constants, openSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { codeOf } from '../base/errors.ts'

/** Two FIFOs, by path: a pipe goes one way. */
export interface FifoPair {
  readonly there: string
  readonly back: string
}

export type FifosMade =
  | { readonly ok: true; readonly fifos: FifoPair }
  | { readonly ok: false; readonly problem: string }

/** Node.js has no call for it; the command is of POSIX. Where it is missing, the problem says so. */
export function makeFifos(dir: string): FifosMade {
  const fifos = { there: join(dir, 'there.fifo'), back: join(dir, 'back.fifo') }
  try {
    execFileSync('mkfifo', ['-m', '600', fifos.there, fifos.back], { stdio: 'ignore' })
    return { ok: true, fifos }
  } catch (error) {
    return { ok: false, problem: `mkfifo: ${codeOf(error) || 'failed'}` }
  }
}

/**
 * Opened for both, though each is used one way: else opening one would wait for the other process to open its end. So
 * the end of that process does not show here; whoever started it knows. Throws where the system refuses.
 */
export function openFifos(reading: string, writing: string): { reader: net.Socket; writer: net.Socket } {
  const open = (path: string) => openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  return {
    reader: new net.Socket({ fd: open(reading), readable: true, writable: false }),
    writer: new net.Socket({ fd: open(writing), readable: false, writable: true }),
  }
}
