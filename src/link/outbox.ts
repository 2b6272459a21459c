/**
 * Coalescing: what one turn of the event loop produced for one connection leaves in one write. Each node has one
 * outbox; its writers are flushed together when the turn's reading is done.
 */
import type { Clock } from '../base/clock.ts'
import { ByteCopier } from './copy-bytes.ts'

export interface Flushable {
  flush(): void
}

export class Outbox {
  readonly copier: ByteCopier = new ByteCopier()
  private waiting: Flushable[] = []
  private isScheduled = false
  private readonly clock: Clock
  private readonly flushAll: () => void

  constructor(clock: Clock) {
    this.clock = clock
    this.flushAll = () => this.flush()
  }

  /** The writer calls this once, when its first bytes of a turn arrive. */
  add(writer: Flushable): void {
    this.waiting.push(writer)
    if (this.isScheduled) return
    this.isScheduled = true
    this.clock.afterTurn(this.flushAll)
  }

  private flush(): void {
    this.isScheduled = false
    const writers = this.waiting
    this.waiting = []
    for (const writer of writers) writer.flush()
  }
}
