/**
 * Gathers a turn's frames for one connection. Frames made here are written straight into a slab; frames passed on from
 * another connection's bytes are remembered as a run and copied only when something else follows them: the answers of
 * one upstream to one downstream leave as the very bytes that came, in one write.
 */
import type { Connection } from '../transport/transport.ts'
import { restOf } from '../wire/frame-parts.ts'
import { makeSlab, type Slab } from './copy-bytes.ts'
import type { Flushable, Outbox } from './outbox.ts'

/** Small writes share a slab, so that a flush costs no allocation of its own. */
const SLAB_BYTES = 65_536
/** A run from this size on is cheaper to send as it lies than to copy. */
const COPY_BYTES_MAX = 16_384

const NO_SLAB = makeSlab(0)
const NO_PARTS: readonly Uint8Array[] = []

/** Writes to bytes from `at` on. */
export type Fill = (bytes: Uint8Array, at: number) => void

export class FrameWriter implements Flushable {
  private room: Slab = NO_SLAB
  /** The slab's bytes from `sentTo` to `filledTo` wait for the flush. */
  private sentTo = 0
  private filledTo = 0
  private run: Uint8Array | null = null
  private runStart = 0
  private runEnd = 0
  private isWaiting = false
  /** What is sent now waits in the connection. */
  private isFull = false
  private connection: Connection | null = null
  /** Whoever wants to know when what is written leaves: hardly ever anybody. */
  private leaving: (() => void)[] | null = null
  private readonly outbox: Outbox
  private readonly onFull: () => void

  /**
   * `onFull`: the connection took bytes and wants no more until it is writable. Whoever hears it may write here at once:
   * after each send anything may have been added, which is sent first.
   */
  constructor(outbox: Outbox, onFull: () => void) {
    this.outbox = outbox
    this.onFull = onFull
  }

  /** Where `claim` said to write. Read it again after each claim. */
  get slab(): Uint8Array {
    return this.room.bytes
  }

  attach(connection: Connection): void {
    this.connection = connection
  }

  /** After this nothing is sent, whatever is written. */
  detach(): void {
    this.connection = null
    this.leaving = null
    this.run = null
    this.sentTo = this.filledTo
  }

  /** Room for `size` bytes in `slab` at the returned offset; the caller fills all of it before it returns to the loop. */
  claim(size: number): number {
    while (this.run) this.closeRun()
    return this.reserve(size)
  }

  /** Passes [start, end) of `bytes` on, and what follows them of a frame in parts. They must not change before the turn ends. */
  forward(bytes: Uint8Array, start: number, end: number): void {
    if (this.run === bytes && this.runEnd === start) {
      this.runEnd = end
      return
    }
    while (this.run) this.closeRun()
    this.run = bytes
    this.runStart = start
    this.runEnd = end
    // Large frames leave at once: they are writes of their own anyway, and what is owed is then known before the next.
    if (end - start >= COPY_BYTES_MAX) this.closeRun()
    else this.wait()
  }

  /** `tell` is called just before the next bytes leave: once, or never where the connection is gone by then. */
  onceLeaving(tell: () => void): void {
    if (!this.connection) return
    if (this.leaving) this.leaving.push(tell)
    else this.leaving = [tell]
  }

  /** Sends a frame of `size` bytes, which `fill` writes at once, and `stamp` may change just before it leaves. */
  sendStamped(size: number, fill: Fill, stamp: Fill): void {
    if (size >= COPY_BYTES_MAX) {
      const frame = new Uint8Array(size)
      fill(frame, 0)
      stamp(frame, 0)
      return this.forward(frame, 0, size)
    }
    const at = this.claim(size)
    const { slab } = this
    fill(slab, at)
    this.onceLeaving(() => stamp(slab, at))
  }

  flush(): void {
    // Still waiting here: room for the copy of a run must not ask for a flush of its own.
    // And while the connection is full a small run is copied, since it would hold all the bytes that it came with.
    if (this.connection && this.run && (this.isFull || this.filledTo !== this.sentTo)) this.closeRun()
    this.isWaiting = false
    if (!this.connection) return
    if (this.run) this.sendRun()
    this.sendSlab()
  }

  private wait(): void {
    if (this.isWaiting) return
    this.isWaiting = true
    this.outbox.add(this)
  }

  private reserve(size: number): number {
    if (this.filledTo + size > this.room.bytes.length) this.turnSlab(size)
    const at = this.filledTo
    this.filledTo += size
    this.wait()
    return at
  }

  /**
   * Begins the slab again where the connection has handed all of it on; else a new one. A slab lives about as long as
   * two collections of young objects are apart, so without reuse nearly all of them end as old garbage: at 1000
   * requests per second a node grew by 4 MB a minute.
   */
  private turnSlab(size: number): void {
    while (this.filledTo !== this.sentTo) this.sendSlab()
    if (this.filledTo + size <= this.room.bytes.length) return
    const isTaken = this.connection?.owedBytes() === 0
    if (!isTaken || size > this.room.bytes.length) this.room = makeSlab(Math.max(SLAB_BYTES, size))
    this.sentTo = this.filledTo = 0
  }

  private closeRun(): void {
    const run = this.run!
    const start = this.runStart
    const end = this.runEnd
    const size = end - start
    this.run = null
    if (size >= COPY_BYTES_MAX) {
      this.sendSlab()
      return this.send(run.subarray(start, end), restOf(run, end))
    }
    const at = this.reserve(size)
    this.outbox.copier.copy(run, start, end, this.room, at)
  }

  private sendRun(): void {
    const run = this.run!
    this.run = null
    this.send(run.subarray(this.runStart, this.runEnd), restOf(run, this.runEnd))
  }

  private sendSlab(): void {
    if (this.filledTo === this.sentTo) return
    const bytes = this.room.bytes.subarray(this.sentTo, this.filledTo)
    this.sentTo = this.filledTo
    this.send(bytes)
  }

  /** All of a frame in parts before anybody hears of it: what they write does not belong inside. */
  private send(bytes: Uint8Array, rest: readonly Uint8Array[] = NO_PARTS): void {
    if (!this.connection) return
    if (this.leaving) this.tellLeaving(this.leaving)
    const takesMore = rest.length === 0 ? this.connection.send(bytes) : this.connection.sendAll([bytes, ...rest])
    this.isFull = !takesMore
    if (this.isFull) this.onFull()
  }

  private tellLeaving(leaving: readonly (() => void)[]): void {
    this.leaving = null
    for (const tell of leaving) tell()
  }
}
