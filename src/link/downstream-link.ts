/** A link from a node or client that sends me requests: it dialled, it numbers the streams, I answer each once. */

import type { SenderCount } from '../stats/senders.ts'
import { ErrorCode } from '../wire/error-code.ts'
import { STREAM_ERROR_BYTES, writeStreamError } from '../wire/error-frame.ts'
import { FrameType, readStreamId } from '../wire/frame.ts'
import { StreamPlaces } from '../wire/stream-places.ts'
import { CancelBudget } from './cancel-budget.ts'
import type { Fill } from './frame-writer.ts'
import { Link, type LinkEnd, type LinkSetting } from './link.ts'
import { RateBudget } from './rate-budget.ts'

/**
 * A node asks at most once in `PING_PERIOD_MS_MIN` (health/silence.ts), 50 times a second, and never leaves more than a
 * few PINGs unanswered, so that none pile up either while this process stands still.
 */
const PINGS_PER_SECOND = 100

/**
 * How much a client may have under way, counted in its requests: their answers may come all at once, and what cannot
 * leave then is held here. A client that has not read yet gets little, so that with one more frame it stays below the
 * 8 MiB that may be owed; with each byte that it reads it gets one more, since one that reads is not the danger.
 */
const CLIENT_WINDOW_BYTES_MIN = 6 * 1_048_576
const CLIENT_WINDOW_BYTES_MAX = 32 * 1_048_576
/** While the upstreams are crowded. Whoever has less under way, one read's worth, is not what crowds them. */
const CROWDED_WINDOW_BYTES = 65_536

/** Who answers the requests. */
export interface RequestSink {
  /** A whole REQUEST at [start, end) of bytes that are the sink's from now on. */
  onRequest(link: DownstreamLink, bytes: Uint8Array, start: number, end: number): void
  onCancel(link: DownstreamLink, streamId: number): void
}

/** Who keeps the link among its like. */
export interface DownstreamKeeper {
  onLinkOpen(link: DownstreamLink): void
  /** The peer has sent its last request, as DRAIN asked it to. */
  onDrained(link: DownstreamLink): void
  onLinkClosed(link: DownstreamLink, end: LinkEnd): void
}

export class DownstreamLink extends Link {
  /** Which of the owner's slots serves which of the peer's streams. */
  readonly streams: StreamPlaces = new StreamPlaces()
  /** The peer knows that nothing new is taken, and has stopped. */
  isDrained = false
  /** The peer is none of the nodes that send to this one: its keeper knows those. */
  isFromClient = true
  /** What this peer has sent, over all its links; its keeper gives it when the link opens. */
  sender: SenderCount = { received: 0 }
  protected readonly fullBytes = 0
  protected readonly towards = 'downstream'
  private isDrainSent = false
  private isCrowded = false
  /** REQUESTs that came. */
  private requests = 0
  private readonly cancels = new CancelBudget()
  private readonly pings = new RateBudget(PINGS_PER_SECOND)
  private readonly sink: RequestSink
  private readonly keeper: DownstreamKeeper

  constructor(setting: LinkSetting, sink: RequestSink, keeper: DownstreamKeeper) {
    super(setting)
    this.sink = sink
    this.keeper = keeper
  }

  /** A request of `bytes` was taken: the slot serves it until `endStream`. */
  beginStream(streamId: number, slot: number, bytes: number): void {
    this.streams.occupy(streamId, slot, bytes)
    if (this.streams.liveBytes > (this.isCrowded ? CROWDED_WINDOW_BYTES : CLIENT_WINDOW_BYTES_MIN)) this.regulate()
  }

  /** Whether little more can be sent on: a client that has much under way waits then, before it. */
  setCrowded(isCrowded: boolean): void {
    this.isCrowded = isCrowded
    this.regulate()
  }

  endStream(streamId: number): void {
    this.streams.vacate(streamId)
    if (!this.isReading) this.regulate()
  }

  /** Passes on an answer that lies in bytes which the caller gives away. */
  forwardAnswer(bytes: Uint8Array, start: number, end: number): void {
    this.writer.forward(bytes, start, end)
  }

  /** Sends an answer of `size` bytes, which `fill` writes at once, and `stamp` may change just before it leaves. */
  sendStamped(size: number, fill: Fill, stamp: Fill): void {
    this.writer.sendStamped(size, fill, stamp)
  }

  sendError(streamId: number, code: ErrorCode, isNotExecuted: boolean): void {
    if (this.isClosed) return
    const at = this.writer.claim(STREAM_ERROR_BYTES)
    writeStreamError(this.writer.slab, at, streamId, code, isNotExecuted)
  }

  /** Asks the peer to send nothing new; `onDrained` follows. Requests that crossed with it are served. */
  sendDrain(): void {
    if (this.isDrainSent || this.isClosed || !this.peer) return
    this.isDrainSent = true
    this.sendBare(FrameType.drain, 0)
  }

  protected override onHandshakeFrame(type: number, bytes: Uint8Array, start: number): void {
    if (type !== FrameType.hello) return this.breakOff(ErrorCode.protocol, `frame type ${type} before HELLO`)
    this.peer = this.readHello(bytes, start)
    if (!this.peer) return
    this.sendHello(FrameType.helloAck)
    this.tell(null)
    this.keeper.onLinkOpen(this)
  }

  protected override onOpenFrame(type: number, bytes: Uint8Array, start: number, end: number): void {
    if (type === FrameType.request) this.acceptRequest(bytes, start, end)
    else if (type === FrameType.cancel) this.acceptCancel(readStreamId(bytes, start))
    else if (type === FrameType.ping) this.acceptPing()
    else if (type === FrameType.drain) this.acceptDrained()
    else if (type === FrameType.error && readStreamId(bytes, start) === 0) this.acceptConnectionError(bytes, start)
    else this.breakOff(ErrorCode.protocol, `frame type ${type} from a downstream`)
  }

  private acceptRequest(bytes: Uint8Array, start: number, end: number): void {
    this.requests++
    this.sender.received++
    this.sink.onRequest(this, bytes, start, end)
  }

  private acceptCancel(streamId: number): void {
    if (this.cancels.allowsCancel(this.requests, this.nowMs)) this.sink.onCancel(this, streamId)
    else this.breakOff(ErrorCode.flood, 'more CANCELs than REQUESTs')
  }

  /**
   * Before the sink ends a stream that was cancelled early (see cancel-budget.ts): false where that was one too many,
   * and the connection is being closed.
   */
  allowsReset(): boolean {
    if (!this.isFromClient || this.cancels.allowsReset(this.requests, this.streams.live, this.nowMs)) return true
    this.breakOff(ErrorCode.flood, 'requests are cancelled as fast as they are sent')
    return false
  }

  private acceptPing(): void {
    if (this.pings.take(this.nowMs)) this.sendBare(FrameType.pong, 0)
    else this.breakOff(ErrorCode.flood, `more than ${PINGS_PER_SECOND} PINGs a second`)
  }

  override tick(nowMs: number, lateMs = 0): void {
    super.tick(nowMs, lateMs)
    // Its PINGs are not read, and it must not think that nobody is there.
    if (!this.isReading && this.isWritable && !this.givenUp) this.sendBare(FrameType.pong, 0)
  }

  private acceptDrained(): void {
    if (!this.isDrainSent) return this.breakOff(ErrorCode.protocol, 'a DRAIN that answers none')
    this.isDrained = true
    this.keeper.onDrained(this)
  }

  protected override onWritableChange(): void {
    this.regulate()
  }

  /**
   * Whoever does not read its answers is not read from, nor a client with too much under way: what it is owed stays
   * bounded, and nobody else waits.
   */
  private regulate(): void {
    const mayRead = this.isWritable && this.streams.liveBytes <= this.windowBytes()
    if (mayRead === this.isReading) return
    this.isReading = mayRead
    if (mayRead) this.connection?.resumeReading()
    else this.connection?.pauseReading()
  }

  /** Nodes are of one topology and always read; what each may have in flight is a matter of its own limits. */
  private windowBytes(): number {
    if (this.isCrowded) return CROWDED_WINDOW_BYTES
    if (!this.isFromClient) return Infinity
    const takenBytes = Math.max(0, this.connection?.takenBytes() ?? 0)
    return Math.min(CLIENT_WINDOW_BYTES_MIN + takenBytes, CLIENT_WINDOW_BYTES_MAX)
  }

  protected override onGivenUp(): void {}

  protected override onOwed(): void {}

  protected override onHelloMissing(): void {
    this.breakOff(ErrorCode.protocol, 'no HELLO within 2 s')
  }

  protected override onHeard(): void {}

  protected override onLinkClosed(end: LinkEnd): void {
    this.keeper.onLinkClosed(this, end)
  }
}
