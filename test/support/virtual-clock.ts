/**
 * Time that only a test moves. Timers fire in the order of their times, equal times in the order of arming; what
 * `afterTurn` was given runs at the same virtual time, before the next timer. Nothing here reads the machine's clock.
 */
import type { Clock } from '../../src/base/clock.ts'

export interface VirtualClock extends Clock {
  /** Lets `ms` pass: fires what falls due on the way, each at its own time, and settles after each. */
  advance(ms: number): void
  /** Runs what waits for the end of the turn, and what that adds in turn, until nothing waits. */
  settle(): void
  /** Lets `ms` pass with nothing running, as a blocked event loop does: what fell due meanwhile fires, late, at the next `advance`. */
  stall(ms: number): void
  /** Timers armed and neither fired nor cancelled. */
  readonly armed: number
  /** Timers that have fired since the start. */
  readonly fired: number
}

/** A callback that asks for another turn each turn would settle for ever. */
const SETTLE_STEPS_MAX = 100_000

interface ArmedTimer {
  readonly dueMs: number
  readonly fire: () => void
}

export function makeVirtualClock(startMs = 0): VirtualClock {
  let now = startMs
  let fired = 0
  let isRunning = false
  /** In firing order. */
  const timers: ArmedTimer[] = []
  let turn: (() => void)[] = []

  const insertAt = (dueMs: number) => {
    let low = 0
    let high = timers.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (timers[middle]!.dueMs <= dueMs) low = middle + 1
      else high = middle
    }
    return low
  }

  const runTurns = () => {
    let steps = 0
    while (turn.length > 0) {
      const work = turn
      turn = []
      for (const fire of work) {
        if (++steps > SETTLE_STEPS_MAX) throw new Error(`the turn does not settle within ${SETTLE_STEPS_MAX} steps`)
        fire()
      }
    }
  }

  const exclusively = (act: () => void) => {
    if (isRunning) throw new Error('the virtual clock is moved from inside one of its own callbacks')
    isRunning = true
    try {
      act()
    } finally {
      isRunning = false
    }
  }

  return {
    tickMs: 0,
    nowMs: () => now,
    after: (delayMs, fire) => {
      if (Number.isNaN(delayMs)) throw new Error('a timer was armed with NaN')
      const timer: ArmedTimer = { dueMs: now + Math.max(0, delayMs), fire }
      timers.splice(insertAt(timer.dueMs), 0, timer)
      return {
        cancel: () => {
          const at = timers.indexOf(timer)
          if (at >= 0) timers.splice(at, 1)
        },
      }
    },
    afterTurn: fire => {
      turn.push(fire)
    },
    advance: ms =>
      exclusively(() => {
        const untilMs = now + ms
        runTurns()
        while (timers.length > 0 && timers[0]!.dueMs <= untilMs) {
          const timer = timers.shift()!
          now = Math.max(now, timer.dueMs)
          fired += 1
          timer.fire()
          runTurns()
        }
        now = untilMs
      }),
    settle: () => exclusively(runTurns),
    stall: ms => {
      now += ms
    },
    get armed() {
      return timers.length
    },
    get fired() {
      return fired
    },
  }
}
