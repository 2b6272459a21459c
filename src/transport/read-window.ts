/**
 * Where a connection reads to. `node:net` by itself makes a 64 KiB buffer for every read and shrinks it to what came,
 * which costs more than all else that it does about a read (reading 88 bytes and writing them back: 4.2 µs of processor
 * time this way, 6.2 that way). Here small reads share a buffer one behind the other, so that bytes which were
 * handed out are still their receiver's for good: a buffer is never used twice.
 */
import type { ReadBudget } from './read-budget.ts'

/** Most frames of a node are smaller. */
const WINDOW_BYTES_MIN = 4_096
/** Of a buffer, which is made anew when less than one is left; a connection holds no more than one buffer. */
const WINDOWS = 4
/** More than a Unix socket holds by default on Linux (net.core.wmem_default, 208 KiB): one read empties it. */
const WINDOW_BYTES_MAX = 262_144
const BUFFER_BYTES_MAX = 2 * WINDOW_BYTES_MAX
/** Whatever the budget says: with this the buffer is what `node:net` reads to at a time. */
const PLAIN_WINDOW_BYTES = 16_384
/** Whoever reads on in the same bytes as others begins where a machine word does. */
const ALIGN_BYTES = 8

export class ReadWindow {
  private windowBytes = WINDOW_BYTES_MIN
  private buffer: Buffer = Buffer.allocUnsafeSlow(WINDOWS * WINDOW_BYTES_MIN)
  private at = 0
  private largestBytes = 0
  /** Of the budget, for the present buffer. */
  private takenBytes = 0
  private readonly budget: ReadBudget

  constructor(budget: ReadBudget) {
    this.budget = budget
  }

  /** Room for the next read, which may fill all of it. */
  next(): Buffer {
    if (this.buffer.length - this.at < this.windowBytes) this.renew()
    return this.at === 0 ? this.buffer : this.buffer.subarray(this.at)
  }

  /** So many bytes came into what `next` gave. They are the receiver's. */
  take(bytes: number): Buffer {
    const start = this.at
    this.at = (start + bytes + ALIGN_BYTES - 1) & -ALIGN_BYTES
    if (bytes > this.largestBytes) this.largestBytes = bytes
    return this.buffer.subarray(start, start + bytes)
  }

  /** Nothing is read any more. */
  close(): void {
    this.budget.give(this.takenBytes)
    this.takenBytes = 0
  }

  /** As large as what came lately asks for: what fills its window may have left more behind. */
  private renew(): void {
    this.close()
    let windowBytes = WINDOW_BYTES_MIN
    while (windowBytes < WINDOW_BYTES_MAX && windowBytes <= this.largestBytes) windowBytes *= 2
    if (windowBytes > PLAIN_WINDOW_BYTES && !this.affords(windowBytes)) windowBytes = PLAIN_WINDOW_BYTES
    this.windowBytes = windowBytes
    this.buffer = Buffer.allocUnsafeSlow(bufferBytesFor(windowBytes))
    this.at = 0
    this.largestBytes = 0
  }

  private affords(windowBytes: number): boolean {
    const bytes = bufferBytesFor(windowBytes)
    if (!this.budget.take(bytes)) return false
    this.takenBytes = bytes
    return true
  }
}

const bufferBytesFor = (windowBytes: number): number => Math.min(WINDOWS * windowBytes, BUFFER_BYTES_MAX)
