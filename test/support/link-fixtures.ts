/** What tests of links share: a fake connection that writes down what it is told, and surroundings in virtual time. */
import type { LinkSetting } from '../../src/link/link.ts'
import { makeLinkCounts } from '../../src/link/link-counts.ts'
import { Outbox } from '../../src/link/outbox.ts'
import type { Connection } from '../../src/transport/transport.ts'
import type { VirtualClock } from './virtual-clock.ts'

export class FakeConnection implements Connection {
  /** Each write, as the very bytes that were handed over: the writer may change them once nothing is owed. */
  readonly sent: Uint8Array[] = []
  /** What they said then. */
  private readonly copies: Buffer[] = []
  isPaused = false
  isEnded = false
  isDestroyed = false
  /** What `send` answers. */
  takesMore = true
  owed = 0
  taken = 0

  send(bytes: Uint8Array): boolean {
    this.sent.push(bytes)
    this.copies.push(Buffer.from(bytes))
    return this.takesMore
  }

  sendAll(parts: readonly Uint8Array[]): boolean {
    for (const bytes of parts) this.send(bytes)
    return this.takesMore
  }

  owedBytes(): number {
    return this.owed
  }

  takenBytes(): number {
    return this.taken
  }

  pauseReading(): void {
    this.isPaused = true
  }

  resumeReading(): void {
    this.isPaused = false
  }

  end(): void {
    this.isEnded = true
  }

  destroy(): void {
    this.isDestroyed = true
  }

  /** Everything that was sent, in one piece. */
  all(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.copies))
  }
}

export function settingOf(clock: VirtualClock, node = 'lb', generation = 1): LinkSetting {
  return { clock, outbox: new Outbox(clock), hello: { node, generation }, counts: makeLinkCounts() }
}
