/**
 * One of so many in the mean, at uneven distances: at even ones whoever takes turns (clients over load balancers, a
 * policy over its upstreams) would have the same of them picked every time.
 */
import type { Rng } from '../base/rng.ts'

export class OneIn {
  private every: number
  /** The number of the next one. */
  private next: number
  private readonly rng: Rng

  /** `every`: a whole number; 1: all of them, 0: none. */
  constructor(every: number, rng: Rng) {
    this.every = every
    this.rng = rng
    this.next = this.after(0)
  }

  /** From now on, `count` of them having been. */
  set(every: number, count: number): void {
    this.every = every
    this.next = this.after(count)
  }

  /** To be asked of each in turn; the first has number 1. */
  isNext(number: number): boolean {
    if (number !== this.next) return false
    this.next = this.after(number)
    return true
  }

  private after(number: number): number {
    return this.every === 0 ? Infinity : number + 1 + this.rng.int(2 * this.every - 1)
  }
}
