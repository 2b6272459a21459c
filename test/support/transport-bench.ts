/** What tests of transports share: recorders of both ends, and waiting for events with a limit. */
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { makeMemoryTransport } from '../../src/transport/memory.ts'
import type { CloseReason, Connection, ConnectionHandler, Transport } from '../../src/transport/transport.ts'
import { makeUdsTransport } from '../../src/transport/uds.ts'
import { makeVirtualClock } from './virtual-clock.ts'

/** Far more than any of these waits takes; a machine under load must not fail a test. */
const LIMIT_MS = 10_000

export interface TransportBench {
  readonly transport: Transport
  address(name: string): string
  /** Waits until the claim holds; throws its text when it does not in time. */
  until(holds: () => boolean): Promise<void>
  /** Lets everything happen that is under way. */
  quiet(): Promise<void>
  close(): void
}

export function makeUdsBench(): TransportBench & { readonly dir: string } {
  // Short: the path of a socket has 103 bytes at most.
  const dir = mkdtempSync(path.join(os.tmpdir(), 'ud-'))
  const turn = () => new Promise<void>(resolve => setImmediate(resolve))
  const until = async (holds: () => boolean) => {
    const limit = performance.now() + LIMIT_MS
    while (!holds()) {
      if (performance.now() > limit) throw new Error(`not within ${LIMIT_MS} ms: ${holds}`)
      await turn()
    }
  }
  return {
    dir,
    transport: makeUdsTransport(),
    address: name => path.join(dir, name),
    until,
    quiet: async () => {
      for (let i = 0; i < 20; i++) await turn()
    },
    close: () => rmSync(dir, { recursive: true, force: true }),
  }
}

export function makeMemoryBench(): TransportBench {
  const clock = makeVirtualClock()
  return {
    transport: makeMemoryTransport(clock),
    address: name => name,
    until: async holds => {
      clock.settle()
      if (!holds()) throw new Error(`does not come about: ${holds}`)
    },
    quiet: async () => clock.settle(),
    close: () => {},
  }
}

/** Writes down all that a connection tells its handler, and breaks when anything comes after the end. */
export class Recorder implements ConnectionHandler {
  connection: Connection | null = null
  opened = 0
  writable = 0
  ended = 0
  chunks: Uint8Array[] = []
  closes: CloseReason[] = []
  afterClose: string[] = []

  onOpen(): void {
    this.note('open')
    this.opened++
  }

  onBytes(bytes: Uint8Array): void {
    this.note('bytes')
    this.chunks.push(bytes)
  }

  onWritable(): void {
    this.note('writable')
    this.writable++
  }

  onEnd(): void {
    this.note('end')
    this.ended++
  }

  onClose(reason: CloseReason): void {
    this.note('close')
    this.closes.push(reason)
  }

  get isClosed(): boolean {
    return this.closes.length > 0
  }

  get receivedBytes(): number {
    return this.chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  }

  all(): Buffer {
    return Buffer.concat(this.chunks)
  }

  private note(what: string): void {
    if (this.isClosed) this.afterClose.push(what)
  }
}

/** A listener that has said it is ready, and everybody who came. */
export async function listenRecorded(bench: TransportBench, address: string) {
  const accepted: Recorder[] = []
  const ready: (string | null)[] = []
  const listener = bench.transport.listen(
    address,
    connection => {
      const recorder = new Recorder()
      recorder.connection = connection
      accepted.push(recorder)
      return recorder
    },
    problem => ready.push(problem),
  )
  await bench.until(() => ready.length > 0)
  return { accepted, ready, listener }
}

export function dialRecorded(bench: TransportBench, address: string): Recorder {
  const recorder = new Recorder()
  recorder.connection = bench.transport.dial(address, recorder)
  return recorder
}

/** Both ends of a connection that stands. */
export async function connectRecorded(bench: TransportBench, address = bench.address('a.sock')) {
  const { accepted, listener } = await listenRecorded(bench, address)
  const near = dialRecorded(bench, address)
  await bench.until(() => near.opened === 1 && accepted.length === 1)
  const far = accepted[0]!
  return { near, far, accepted, listener, toFar: near.connection!, toNear: far.connection! }
}
