/** The attempts of traced requests, by slot: nothing is kept of others. */
import type { TracedAttempt } from '../wire/trace.ts'

const NONE: readonly TracedAttempt[] = []

export class Tries {
  private readonly bySlot = new Map<number, TracedAttempt[]>()

  add(slot: number, attempt: TracedAttempt): void {
    const before = this.bySlot.get(slot)
    if (before) before.push(attempt)
    else this.bySlot.set(slot, [attempt])
  }

  /** What was made for the slot so far, and nothing the next time: its request ends. */
  take(slot: number): readonly TracedAttempt[] {
    const attempts = this.bySlot.get(slot) ?? NONE
    this.bySlot.delete(slot)
    return attempts
  }
}
