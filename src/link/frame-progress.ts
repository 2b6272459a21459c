/**
 * Whether a frame that has begun goes on. A local socket carries a whole frame in milliseconds, so an honest frame is
 * slow only where its sender is; it need not be whole in time, but must bring something worth waiting for.
 */
import type { FrameDecoder } from '../wire/frame-decoder.ts'

const PARTIAL_FRAME_TIMEOUT_MS = 5_000
/**
 * What one read brings. A frame of any size that brings less of itself in 5 s is given up: a byte a second keeps no
 * connection (and what it holds here) beyond 5 s, 13 KB a second keep it for 80 s, until the largest frame is whole.
 */
const PROGRESS_BYTES_MIN = 65_536

export class FrameProgress {
  private heldFrames = 0
  private heldBytes = 0
  private sinceMs = 0

  /**
   * To be asked a few times a second; counts from the first time that it is asked about this frame. While a peer is not
   * read from, the rest of its frame may have come long ago; nor does the time count in which this process did not run.
   */
  isStuck(decoder: FrameDecoder, isReading: boolean, nowMs: number, lateMs = 0): boolean {
    this.sinceMs = Math.min(nowMs, this.sinceMs + lateMs)
    const isSame = this.heldBytes > 0 && decoder.heldBytes > 0 && decoder.heldFrames === this.heldFrames
    if (isReading && isSame && decoder.heldBytes - this.heldBytes < PROGRESS_BYTES_MIN) {
      return nowMs - this.sinceMs > PARTIAL_FRAME_TIMEOUT_MS
    }
    this.heldFrames = decoder.heldFrames
    this.heldBytes = isReading ? decoder.heldBytes : 0
    this.sinceMs = nowMs
    return false
  }
}
