/**
 * One live connection to a neighbour: the handshake, the cutting and gathering of frames, and the limits that both
 * ends of an edge share. What a frame means is the business of the two kinds of link, upstream and downstream.
 */
import type { Clock, Timer } from '../base/clock.ts'
import type { CloseReason, Connection, ConnectionHandler } from '../transport/transport.ts'
import { ErrorCode, errorName } from '../wire/error-code.ts'
import { encodeConnectionError, readErrorCode, readErrorText } from '../wire/error-frame.ts'
import { type FrameType, HEADER_BYTES, readType, writeHeader } from '../wire/frame.ts'
import { type FrameSink, makeFrameDecoder } from '../wire/frame-decoder.ts'
import { decodeHello, encodeHello, type Hello } from '../wire/hello.ts'
import { FrameProgress } from './frame-progress.ts'
import { FrameWriter } from './frame-writer.ts'
import type { LinkCounts } from './link-counts.ts'
import type { Outbox } from './outbox.ts'

/** A Unix socket connects at once; whoever has not said HELLO by then is no peer. */
const HELLO_TIMEOUT_MS = 2_000
/** A timer that fires later than this fired late because this process did not run. */
const HELLO_LATE_MS = 500
/** A peer that takes no byte for this long is stuck, not slow. */
const WRITE_STALL_TIMEOUT_MS = 10_000
/** What may be owed to a peer that takes nothing; one that reads may be behind by a burst of large answers. */
const OWED_BYTES_MAX = 8 * 1_048_576
const OWED_STALL_TIMEOUT_MS = 1_000
/** However well it reads: memory is bounded. */
const OWED_BYTES_LIMIT = 64 * 1_048_576

export interface LinkEnd {
  /**
   * As the transport tells it, or `protocol`: the peer's bytes were none; `stalled`: it passed a limit of time or size;
   * `dismissed`: it closed, and said why.
   */
  readonly cause: CloseReason['cause'] | 'protocol' | 'stalled' | 'dismissed'
  readonly detail: string
}

/** A connection stands, or is over: what a node's log says of it. */
export interface LinkEvent {
  /** Whom it is to: one that this node dialled, or one that dialled this node. */
  readonly towards: 'upstream' | 'downstream'
  /** Who that says it is; null where it has not said. */
  readonly peer: Hello | null
  /** Null: the handshake is done. */
  readonly end: LinkEnd | null
  /** This side ended it in order. */
  readonly isFinished: boolean
}

/** What both kinds of link need from the node that they belong to. */
export interface LinkSetting {
  readonly clock: Clock
  readonly outbox: Outbox
  /** Who this node says it is. */
  readonly hello: Hello
  readonly counts: LinkCounts
  readonly onLink?: ((event: LinkEvent) => void) | undefined
}

export abstract class Link implements ConnectionHandler, FrameSink {
  /** The peer's HELLO; null until the handshake is done. */
  peer: Hello | null = null
  /** False while the connection takes no more bytes. */
  isWritable = true
  isClosed = false
  /** False while this side takes nothing from the connection. */
  protected isReading = true
  /** The clock when the present chunk arrived: one reading serves all its frames. */
  nowMs: number
  lastByteMs: number
  protected readonly writer: FrameWriter
  protected readonly setting: LinkSetting
  protected connection: Connection | null = null
  private readonly decoder = makeFrameDecoder()
  private readonly progress = new FrameProgress()
  private helloTimer: Timer
  /** Why this side gave the connection up, though the transport may not have said so yet. */
  givenUp: LinkEnd | null = null
  /** This side has said that it sends no more. */
  private isFinished = false
  /** What the connection had taken at the last tick, and since when that stands still with something owed. */
  private takenBytes = 0
  protected stuckSinceMs = 0

  constructor(setting: LinkSetting) {
    this.setting = setting
    this.writer = new FrameWriter(setting.outbox, () => this.becomeFull())
    this.nowMs = setting.clock.nowMs()
    this.lastByteMs = this.nowMs
    this.helloTimer = this.awaitHello()
  }

  /** Gives the link its connection, before any of its callbacks. */
  attach(connection: Connection): void {
    this.connection = connection
    this.writer.attach(connection)
  }

  onBytes(chunk: Uint8Array): void {
    // Of what was given up nothing more is served.
    if (this.isClosed || this.givenUp) return
    this.nowMs = this.setting.clock.nowMs()
    this.lastByteMs = this.nowMs
    this.onHeard()
    const problem = this.decoder.push(chunk, this)
    if (problem) this.breakOff(problem.code, problem.message)
  }

  onFrame(bytes: Uint8Array, start: number, end: number): void {
    if (this.peer) this.onOpenFrame(readType(bytes, start), bytes, start, end)
    else this.onHandshakeFrame(readType(bytes, start), bytes, start)
  }

  onWritable(): void {
    if (this.isWritable || this.isClosed) return
    this.isWritable = true
    this.onWritableChange()
  }

  onEnd(): void {
    this.connection?.end()
  }

  onClose(reason: CloseReason): void {
    if (this.isClosed) return
    this.isClosed = true
    this.helloTimer.cancel()
    this.decoder.stop()
    this.writer.detach()
    const end = this.givenUp ?? this.endOf(reason)
    if (end.cause === 'protocol') this.setting.counts.protocolErrors++
    if (end.cause === 'stalled') this.setting.counts.stalled++
    this.tell(end)
    this.onLinkClosed(end)
  }

  /** Whoever ends in the middle of a frame was cut off, or never meant to finish it. */
  private endOf(reason: CloseReason): LinkEnd {
    const { heldBytes } = this.decoder
    if (reason.cause !== 'ended' || this.isFinished || heldBytes === 0) return reason
    return { cause: 'protocol', detail: `ended inside a frame, after ${heldBytes} of its bytes` }
  }

  /** Sends what is written, then closes; the peer's answers to it are no longer awaited. */
  finish(): void {
    this.isFinished = true
    this.writer.flush()
    this.connection?.end()
  }

  /** Closes at once, with this side's reason. */
  close(cause: LinkEnd['cause'], detail: string): void {
    if (this.isClosed) return
    this.giveUp({ cause, detail })
    this.connection?.destroy()
  }

  /** Tells the peer why, then closes: what it sent was no part of the protocol. */
  breakOff(code: ErrorCode, message: string): void {
    if (this.isClosed) return
    this.giveUp({ cause: 'protocol', detail: message })
    const bytes = encodeConnectionError(code, message)
    this.writer.forward(bytes, 0, bytes.length)
    this.finish()
    // A peer that never reads would hold the closing connection open; what is owed to it does not matter now.
    this.setting.clock.afterTurn(() => this.connection?.destroy())
  }

  /**
   * Called by the node a few times a second: limits of time need no timer each. `lateMs`: how much later than planned.
   * For so long this node did not run, and what its peers did meanwhile it has not read yet: that time does not count.
   */
  tick(nowMs: number, lateMs = 0): void {
    this.lastByteMs = Math.min(nowMs, this.lastByteMs + lateMs)
    this.stuckSinceMs = Math.min(nowMs, this.stuckSinceMs + lateMs)
    if (this.isStuck(nowMs)) this.close('stalled', 'takes no bytes')
    if (this.progress.isStuck(this.decoder, this.isReading, nowMs, lateMs)) {
      this.breakOff(ErrorCode.protocol, 'a frame was begun and not finished')
    }
  }

  protected sendHello(type: typeof FrameType.hello | typeof FrameType.helloAck): void {
    const bytes = encodeHello(type, this.setting.hello)
    this.writer.forward(bytes, 0, bytes.length)
  }

  /** A frame of a header alone, about the connection or about one stream. */
  protected sendBare(type: FrameType, streamId: number): void {
    const at = this.writer.claim(HEADER_BYTES)
    writeHeader(this.writer.slab, at, type, 0, streamId, 0)
  }

  protected readHello(bytes: Uint8Array, start: number): Hello | null {
    const hello = decodeHello(bytes, start)
    if (!hello) this.breakOff(ErrorCode.protocol, 'a HELLO that holds no name')
    else if (hello.node === this.setting.hello.node && hello.node !== '') {
      this.breakOff(ErrorCode.protocol, `${hello.node} is connected to itself`)
    } else {
      this.helloTimer.cancel()
      return hello
    }
    return null
  }

  /** Judged when the turn's reading is done: the word may have come while this process itself stood still. */
  private awaitHello(): Timer {
    const { clock } = this.setting
    const dueMs = clock.nowMs() + HELLO_TIMEOUT_MS
    return clock.after(HELLO_TIMEOUT_MS, () => clock.afterTurn(() => this.judgeHello(clock.nowMs() - dueMs)))
  }

  /** Where this process stood still, it may have heard of the connection itself only now. */
  private judgeHello(lateMs: number): void {
    if (this.peer || this.isClosed || this.givenUp) return
    if (lateMs > HELLO_LATE_MS) this.helloTimer = this.awaitHello()
    else this.onHelloMissing()
  }

  /** An ERROR of stream 0: the peer closes, and says why. */
  protected acceptConnectionError(bytes: Uint8Array, start: number): void {
    const text = `${errorName(readErrorCode(bytes, start))}: ${readErrorText(bytes, start)}`
    this.close('dismissed', `the peer closed with error ${text}`)
  }

  /** Null: the handshake is done. */
  protected tell(end: LinkEnd | null): void {
    const { towards, peer, isFinished } = this
    this.setting.onLink?.({ towards, peer, end, isFinished })
  }

  private giveUp(end: LinkEnd): void {
    this.decoder.stop()
    if (this.givenUp) return
    this.givenUp = end
    this.onGivenUp()
  }

  private becomeFull(): void {
    const owedBytes = this.connection?.owedBytes() ?? 0
    if (owedBytes > OWED_BYTES_LIMIT) return this.close('stalled', 'owed more than 64 MiB')
    this.onOwed(owedBytes)
    if (!this.isWritable || owedBytes < this.fullBytes) return
    this.isWritable = false
    this.onWritableChange()
  }

  /** However little is owed: a peer that takes bytes slowly is slow, one that has taken none for the limit is stuck. */
  private isStuck(nowMs: number): boolean {
    const owedBytes = this.connection?.owedBytes() ?? 0
    const takenBytes = this.connection?.takenBytes() ?? 0
    if (owedBytes === 0 || takenBytes !== this.takenBytes) this.stuckSinceMs = nowMs
    this.takenBytes = takenBytes
    const limitMs = owedBytes > OWED_BYTES_MAX ? OWED_STALL_TIMEOUT_MS : WRITE_STALL_TIMEOUT_MS
    return nowMs - this.stuckSinceMs > limitMs
  }

  onOpen?(): void
  protected abstract readonly towards: LinkEvent['towards']
  /** With so much owed the peer counts as full, until it has taken all of it. */
  protected abstract readonly fullBytes: number
  protected abstract onGivenUp(): void
  /** The peer has not said who it is in time. */
  protected abstract onHelloMissing(): void
  /** Bytes came, whatever they hold. */
  protected abstract onHeard(): void
  protected abstract onHandshakeFrame(type: number, bytes: Uint8Array, start: number): void
  protected abstract onOpenFrame(type: number, bytes: Uint8Array, start: number, end: number): void
  protected abstract onWritableChange(): void
  /** The connection could not take all of what was sent at once; so much waits. */
  protected abstract onOwed(owedBytes: number): void
  protected abstract onLinkClosed(end: LinkEnd): void
}
