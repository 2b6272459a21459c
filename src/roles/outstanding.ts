/** The requests that the clients wait for. What each carries is made anew each time that it is sent, so none is kept. */
import { SLOTS_MAX } from '../wire/stream-slots.ts'
import { Requests } from './requests.ts'

export class Outstanding extends Requests {
  readonly plannedMs: number[] = []
  /** When its first attempt was sent; of those that were sent. */
  readonly firstSentMs: number[] = []
  /** Which of the requests that were ever planned it is, from 1; kept of traced ones only. */
  readonly id: number[] = []

  constructor() {
    super(SLOTS_MAX)
  }

  /** A slot for a request, or -1 where there are as many as streams can be told apart. */
  take(plannedMs: number, deadlineMs: number, keyHash: number, flags: number): number {
    const slot = this.slots.take()
    if (slot < 0) return -1
    this.plannedMs[slot] = plannedMs
    this.begin(slot, deadlineMs, flags, keyHash, 1)
    return slot
  }
}
