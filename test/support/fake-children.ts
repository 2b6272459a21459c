/** Processes that exist only in a test: what they were told is written down, what they say the test says. */

import { NO_NODE_COUNTS } from '../../src/stats/totals.ts'
import type { Child, ChildEnding } from '../../src/supervise/child.ts'
import type { ForkChild } from '../../src/supervise/life.ts'
import type { Counters, FromChild, ToChild } from '../../src/supervise/messages.ts'

type Handlers = Parameters<ForkChild>[0]

export class FakeChild implements Child {
  readonly pid: number
  readonly told: ToChild[] = []
  readonly kills: NodeJS.Signals[] = []
  /** What it had said and is read only now: between the signal and the news of the end. */
  onKill: () => void = () => {}
  private readonly handlers: Handlers
  private isOver = false

  constructor(pid: number, handlers: Handlers) {
    this.pid = pid
    this.handlers = handlers
  }

  send(message: ToChild): void {
    this.told.push(message)
  }

  /** As for a real process, the end comes a moment later. */
  kill(signal: NodeJS.Signals): void {
    this.kills.push(signal)
    this.onKill()
    if (signal === 'SIGKILL') queueMicrotask(() => this.exit(null, { signal }))
  }

  say(message: FromChild): void {
    if (!this.isOver) this.handlers.onMessage(message)
  }

  ready(problem: string | null = null): void {
    this.say({ type: 'ready', problem })
  }

  count(received: number): void {
    this.say({ type: 'counters', account: account(received), facts: FACTS })
  }

  /** Its last word, and its end. */
  drained(received: number): void {
    this.say({ type: 'drained', account: account(received), facts: FACTS })
    this.exit(0)
  }

  exit(exitCode: number | null, rest: Partial<ChildEnding> = {}): void {
    if (this.isOver) return
    this.isOver = true
    const signal = rest.signal ?? null
    this.handlers.onExit({
      exitCode,
      signal,
      text: signal ? `signal ${signal}` : `code ${exitCode}`,
      lastLines: [],
      ...rest,
    })
  }
}

const FACTS = { readAtMs: 0, cpuPercent: 1, memoryBytes: 50_000_000 }

function account(received: number): Counters {
  return { kind: 'node', counters: { ...NO_NODE_COUNTS, received, answered: received } }
}

/** A fork whose children are the test's, the newest last. */
export function makeFakeFork(): { fork: ForkChild; children: FakeChild[]; newest(): FakeChild } {
  const children: FakeChild[] = []
  return {
    children,
    newest: () => children.at(-1)!,
    fork: handlers => {
      const child = new FakeChild(1_000 + children.length, handlers)
      children.push(child)
      return child
    },
  }
}
