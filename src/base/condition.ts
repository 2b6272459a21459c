/**
 * Something to wait for without a promise: what waits is called, once, as soon as the condition holds. Whoever changes
 * what it depends on says so with `check`, which costs next to nothing while nobody waits.
 */
export class Condition {
  private waiting: (() => void)[] = []
  private readonly holds: () => boolean

  constructor(holds: () => boolean) {
    this.holds = holds
  }

  /** At once if it holds already. */
  whenTrue(act: () => void): void {
    this.waiting.push(act)
    this.check()
  }

  check(): void {
    while (this.waiting.length > 0 && this.holds()) this.waiting.shift()!()
  }
}
