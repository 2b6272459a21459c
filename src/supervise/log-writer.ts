/**
 * Writes lines to a pipe without ever waiting for its reader, and without growing: a launcher that stands still must
 * not stop a node, nor fill it. A stream on the pipe would hold whatever is written, and lose it all at exit.
 */
import { writeSync } from 'node:fs'
import { codeOf } from '../base/errors.ts'
import { insist } from './write-last.ts'

/** What may wait for the reader; lines beyond that are dropped and counted. */
export const WAITING_BYTES_MAX = 262_144
/** Less than this waits again: lines are taken anew, not one by one as each finds room. */
const ROOM_AGAIN_BYTES = WAITING_BYTES_MAX / 2
const RETRY_MS = 20

export interface LogWriterOptions {
  /** Writes without waiting; how many of the bytes were taken. Throws where none ever will be again. */
  put(bytes: Uint8Array): number
  /** The line that stands where so many were dropped. */
  gapLine(count: number): string
}

export class LogWriter {
  private readonly options: LogWriterOptions
  private waiting: Uint8Array[] = []
  private waitingBytes = 0
  private dropped = 0
  private isBroken = false
  private isDue = false
  private retry: NodeJS.Timeout | null = null

  constructor(options: LogWriterOptions) {
    this.options = options
  }

  /** The line, without its end, is written when this turn of the event loop is over, with the others of the turn. */
  write(line: string): void {
    if (this.isBroken) return
    const bytes = Buffer.from(`${line}\n`)
    if (this.dropped > 0 || this.waitingBytes + bytes.length > WAITING_BYTES_MAX) this.dropped++
    else this.hold(bytes)
    if (this.isDue || this.retry) return
    this.isDue = true
    setImmediate(() => this.flush())
  }

  /** The last thing that a process does: here it waits, for a reader that is busy, and not for long. */
  end(): void {
    insist(() => {
      this.flush()
      return this.waiting.length === 0
    })
  }

  /** Writes what fits, at once. */
  private flush(): void {
    this.isDue = false
    if (this.retry) clearTimeout(this.retry)
    this.retry = null
    do this.closeGap()
    while (this.waiting.length > 0 && this.putSome())
    if (this.waiting.length > 0) this.retry = setTimeout(() => this.flush(), RETRY_MS).unref()
  }

  private hold(bytes: Uint8Array): void {
    this.waiting.push(bytes)
    this.waitingBytes += bytes.length
  }

  /** False where nothing is taken now. */
  private putSome(): boolean {
    const bytes = this.waiting.length === 1 ? this.waiting[0]! : Buffer.concat(this.waiting)
    const taken = this.tryPut(bytes)
    this.waiting = taken < bytes.length ? [bytes.subarray(taken)] : []
    this.waitingBytes = bytes.length - taken
    return taken > 0
  }

  private tryPut(bytes: Uint8Array): number {
    try {
      return this.options.put(bytes)
    } catch {
      this.isBroken = true // nobody reads any more, and nobody is left to be told
      return bytes.length
    }
  }

  private closeGap(): void {
    if (this.dropped === 0 || this.waitingBytes > ROOM_AGAIN_BYTES) return
    this.hold(Buffer.from(`${this.options.gapLine(this.dropped)}\n`))
    this.dropped = 0
  }
}

/** To standard output. Node.js makes its pipe one that does not wait by the first look at the stream. */
export function makeStdoutPut(): LogWriterOptions['put'] {
  void process.stdout
  return bytes => {
    try {
      return writeSync(1, bytes)
    } catch (error) {
      if (codeOf(error) === 'EAGAIN') return 0
      throw error
    }
  }
}
