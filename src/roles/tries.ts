/** The attempts of traced requests, by slot: nothing is kept of others. */
import type { TracedAttempt } from '../wire/trace.ts'

/** What was made for a request. */
export interface Tried {
  readonly attempts: readonly TracedAttempt[]
  /** When the last one was handed to its socket, of a request that was sent. */
  readonly leftMs?: number
}

/** What an attempt is sent by. */
interface Leaving {
  onceLeaving(tell: (nowMs: number) => void): void
}

interface Sending {
  leftMs: number
}

interface Trying {
  readonly attempts: TracedAttempt[]
  last: Sending
}

const NONE: Tried = { attempts: [] }

export class Tries {
  private readonly bySlot = new Map<number, Trying>()

  /** An attempt is about to be written to the link. */
  begin(slot: number, link: Leaving, nowMs: number): void {
    // Until it leaves: it may be given up before.
    const last = { leftMs: nowMs }
    const before = this.bySlot.get(slot)
    if (before) before.last = last
    else this.bySlot.set(slot, { attempts: [], last })
    link.onceLeaving(leftMs => {
      last.leftMs = leftMs
    })
  }

  /** The attempt that was begun last has ended. */
  end(slot: number, attempt: TracedAttempt): void {
    this.bySlot.get(slot)!.attempts.push(attempt)
  }

  /** What was made for the slot so far, and nothing the next time: its request ends. */
  take(slot: number): Tried {
    const trying = this.bySlot.get(slot)
    if (!trying) return NONE
    this.bySlot.delete(slot)
    return { attempts: trying.attempts, leftMs: trying.last.leftMs }
  }
}
