/** A link to a node that I send requests to: I dialled it, I number the streams, I watch its silence. */
import { formatDuration } from '../base/units.ts'
import {
  beginWaiting,
  makeSilence,
  type Silence,
  type SilenceLimits,
  stepHeard,
  stepPong,
  stepTick,
} from '../health/silence.ts'
import { ErrorCode } from '../wire/error-code.ts'
import { readErrorCode } from '../wire/error-frame.ts'
import { FrameType, readStreamId } from '../wire/frame.ts'
import { SLOTS_MAX } from '../wire/stream-slots.ts'
import { Link, type LinkEnd, type LinkSetting } from './link.ts'

/** Who sent the requests. */
export interface AnswerSink {
  /** A RESPONSE or an ERROR for a stream, whole, at [start, end) of bytes that are the sink's from now on. */
  onAnswer(link: UpstreamLink, bytes: Uint8Array, start: number, end: number): void
}

/** Who keeps the link: it dials, replaces, and knows whether requests may be sent. */
export interface UpstreamKeeper {
  /** The handshake is done: requests may be sent. */
  onLinkOpen(link: UpstreamLink): void
  /** Whether it may be used has changed: see `isUsable`. */
  onLinkChange(link: UpstreamLink): void
  onLinkClosed(link: UpstreamLink, end: LinkEnd): void
}

/** What may wait for an upstream before others are preferred: with one more frame it is the 8 MiB that may be owed. */
const FULL_BYTES = 7 * 1_048_576
/** From here on whoever sends much is asked to wait, so that what others send still finds room. */
const CROWDED_BYTES = 2 * 1_048_576

/** As many as a connection may have streams: whose cancelled ones are not ended by then takes nothing new. */
const CANCELLED_MAX = SLOTS_MAX

export class UpstreamLink extends Link {
  protected readonly fullBytes = FULL_BYTES
  protected readonly towards = 'upstream'
  /** Much waits for it. It is usable all the same, until it is full. */
  isCrowded = false
  /** The peer takes nothing new. */
  isDraining = false
  /** Why it was found silent last. */
  silentBecause = ''
  /** Requests that the peer has not ended, cancelled ones included: it owes one answer for each. */
  outstanding = 0
  /** Of these, the ids of cancelled ones: their answers come late, or never if the link is lost first. */
  private readonly cancelled = new Set<number>()
  private readonly silence: Silence
  private readonly limits: SilenceLimits
  private readonly sink: AnswerSink
  private readonly keeper: UpstreamKeeper

  constructor(setting: LinkSetting, limits: SilenceLimits, sink: AnswerSink, keeper: UpstreamKeeper) {
    super(setting)
    this.silence = makeSilence(this.nowMs)
    this.limits = limits
    this.sink = sink
    this.keeper = keeper
  }

  /** It says nothing, or has not said enough since. */
  get isSilent(): boolean {
    return this.silence.isSilent
  }

  /** Open, neither silent nor given up. */
  isHealthy(): boolean {
    return this.stands() && !this.isSilent
  }

  /** Stands, but is silent: where it speaks again, it takes something new. */
  isMute(): boolean {
    return this.stands() && this.isSilent && !this.isDraining
  }

  private stands(): boolean {
    return this.peer !== null && !this.isClosed && !this.givenUp
  }

  /** Healthy, and takes something new: neither full nor draining. */
  isUsable(): boolean {
    return this.hasRoom() && !this.isDraining && this.isHealthy()
  }

  /** Would be usable, but for what already waits for it. */
  isFull(): boolean {
    return !this.hasRoom() && !this.isDraining && this.isHealthy()
  }

  private hasRoom(): boolean {
    return this.isWritable && this.cancelled.size < CANCELLED_MAX
  }

  /** Sends a REQUEST that lies in bytes which the caller gives away. */
  forwardRequest(bytes: Uint8Array, start: number, end: number, nowMs: number): void {
    this.expectAnswer(nowMs)
    this.writer.forward(bytes, start, end)
  }

  /** Room for a REQUEST of `size` bytes in `requestBytes()`, which the caller fills at once. */
  claimRequest(size: number, nowMs: number): number {
    this.expectAnswer(nowMs)
    return this.writer.claim(size)
  }

  /** `tell` hears when the next request leaves, with those of the turn; never where the link is lost before. */
  onceLeaving(tell: (nowMs: number) => void): void {
    this.writer.onceLeaving(() => tell(this.setting.clock.nowMs()))
  }

  requestBytes(): Uint8Array {
    return this.writer.slab
  }

  /** The peer still owes the stream's answer, which then counts as late. */
  cancel(streamId: number): void {
    if (this.isClosed) return
    this.cancelled.add(streamId)
    this.sendBare(FrameType.cancel, streamId)
    if (this.cancelled.size === CANCELLED_MAX) this.keeper.onLinkChange(this)
  }

  /** An answer to a stream that the sink does not know: true where it was cancelled, else the peer makes it up. */
  acceptLate(streamId: number): boolean {
    const hadRoom = this.hasRoom()
    if (!this.cancelled.delete(streamId)) {
      this.breakOff(ErrorCode.protocol, `an answer to stream ${streamId}, which has ended or never was`)
      return false
    }
    if (this.hasRoom() !== hadRoom) this.keeper.onLinkChange(this)
    return true
  }

  override onOpen(): void {
    this.sendHello(FrameType.hello)
  }

  override tick(nowMs: number, lateMs = 0): void {
    super.tick(nowMs, lateMs)
    if (!this.peer || this.isClosed) return
    const { fall, timeoutMs } = this.limits
    const step = stepTick(this.silence, this, this.limits, nowMs, lateMs)
    if (step === 'ping') this.sendBare(FrameType.ping, 0)
    else if (step === 'overdue') this.becomeSilent(`silent for ${formatDuration(timeoutMs)}`)
    else if (step === 'unanswered') this.becomeSilent(fall === 1 ? 'a PING unanswered' : `${fall} PINGs unanswered`)
  }

  protected override onHeard(): void {
    if (this.silence.isSilent) this.noteSign(stepHeard(this.silence, this.limits, this.nowMs))
  }

  private noteSign(sign: 'back' | 'ping' | 'nothing'): void {
    if (sign === 'ping') this.sendBare(FrameType.ping, 0)
    else if (sign === 'back') this.keeper.onLinkChange(this)
  }

  protected override onHandshakeFrame(type: number, bytes: Uint8Array, start: number): void {
    if (type === FrameType.error) return this.acceptConnectionError(bytes, start)
    if (type !== FrameType.helloAck) return this.breakOff(ErrorCode.protocol, `frame type ${type} before HELLO-ACK`)
    this.peer = this.readHello(bytes, start)
    if (!this.peer) return
    this.tell(null)
    this.keeper.onLinkOpen(this)
  }

  protected override onOpenFrame(type: number, bytes: Uint8Array, start: number, end: number): void {
    if (type === FrameType.response) return this.acceptAnswer(bytes, start, end)
    if (type === FrameType.error) return this.acceptError(bytes, start, end)
    if (type === FrameType.pong) this.acceptPong()
    else if (type === FrameType.drain) this.acceptDrain()
    else this.breakOff(ErrorCode.protocol, `frame type ${type} from an upstream`)
  }

  private acceptError(bytes: Uint8Array, start: number, end: number): void {
    if (readStreamId(bytes, start) === 0) this.acceptConnectionError(bytes, start)
    // Wherever an end is told by its code, 0 is that of a RESPONSE.
    else if (readErrorCode(bytes, start) === 0) this.breakOff(ErrorCode.protocol, 'an ERROR with code 0')
    else this.acceptAnswer(bytes, start, end)
  }

  private acceptAnswer(bytes: Uint8Array, start: number, end: number): void {
    if (this.outstanding === 0) return this.breakOff(ErrorCode.protocol, 'an answer to nothing')
    this.outstanding--
    this.sink.onAnswer(this, bytes, start, end)
  }

  /** Also unasked, from one that runs and for a while reads nothing: it is not stuck. */
  private acceptPong(): void {
    this.stuckSinceMs = this.nowMs
    this.noteSign(stepPong(this.silence, this.limits, this.nowMs))
  }

  /** Said back at once: the peer then knows that every request which I sent has reached it. */
  private acceptDrain(): void {
    if (this.isDraining) return
    this.isDraining = true
    this.sendBare(FrameType.drain, 0)
    this.keeper.onLinkChange(this)
  }

  private expectAnswer(nowMs: number): void {
    if (this.outstanding++ === 0) beginWaiting(this.silence, nowMs)
  }

  private becomeSilent(because: string): void {
    this.silentBecause = because
    this.keeper.onLinkChange(this)
  }

  /** No word to the peer: a process that stands still is no stranger. */
  protected override onHelloMissing(): void {
    this.close('stalled', 'no HELLO-ACK within 2 s')
  }

  protected override onGivenUp(): void {
    this.keeper.onLinkChange(this)
  }

  protected override onWritableChange(): void {
    this.keeper.onLinkChange(this)
  }

  protected override onOwed(owedBytes: number): void {
    if (owedBytes >= CROWDED_BYTES) this.setCrowded(true)
  }

  override onWritable(): void {
    super.onWritable()
    this.setCrowded(false)
  }

  private setCrowded(isCrowded: boolean): void {
    if (isCrowded === this.isCrowded || this.isClosed) return
    this.isCrowded = isCrowded
    this.keeper.onLinkChange(this)
  }

  protected override onLinkClosed(end: LinkEnd): void {
    this.keeper.onLinkClosed(this, end)
  }
}
