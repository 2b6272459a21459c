import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { makeArrivals } from '../../src/load/arrivals.ts'
import { makePlannedSends } from '../../src/load/planned-sends.ts'
import { makeShape, type ShapeSpec } from '../../src/load/shape.ts'
import { makeVirtualClock, type VirtualClock } from '../support/virtual-clock.ts'
import { anyShape } from './any-shape.ts'

const DURATION_MS = 4_000

/** Timers that come at whole ticks, as those of a host. */
function makeTickingClock(): VirtualClock {
  const clock = makeVirtualClock()
  return Object.create(clock, {
    tickMs: { value: 1 },
    after: { value: (delayMs: number, fire: () => void) => clock.after(Math.ceil(delayMs), fire) },
  })
}

/** Tells of each turn that is asked for. */
function makeTurnClock(onAsked: () => void): VirtualClock {
  const clock = makeVirtualClock()
  const afterTurn = (fire: () => void) => {
    onAsked()
    clock.afterTurn(fire)
  }
  return Object.create(clock, { afterTurn: { value: afterTurn } })
}

function start(spec: ShapeSpec, rate: number, clock: VirtualClock, turnMax = Infinity) {
  const next = makeArrivals(makeShape(spec, rate, DURATION_MS), 'uniform', makeRng('sends'))
  const sent: [plannedMs: number, nowMs: number][] = []
  const plan = { next, catchUpMsMax: Infinity, turnMax }
  const sends = makePlannedSends(plan, clock, (plannedMs, nowMs) => sent.push([plannedMs, nowMs]))
  sends.start(next())
  return { sends, sent }
}

describe('planned sends', () => {
  it('have sent by any time what the integral of any shape says, to one, each when it was planned', () => {
    fc.assert(
      fc.property(
        anyShape,
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 4_000 }),
        (spec, rate, atMs) => {
          const clock = makeVirtualClock()
          const { sent } = start(spec, rate, clock)
          clock.advance(atMs)

          expect(Math.abs(sent.length - makeShape(spec, rate, DURATION_MS).expectedBy(atMs))).toBeLessThanOrEqual(1)
          expect(sent.every(([plannedMs, nowMs]) => plannedMs === nowMs)).toBe(true)
        },
      ),
      { seed: 6, numRuns: 40 },
    )
  })

  it('follow a spike on a clock with ticks, several to each, and charge nobody for the tick', () => {
    const clock = makeTickingClock()
    const { sent } = start({ kind: 'spike', factor: 5, at: 0.5, forMs: 200 }, 2_000, clock)
    clock.advance(DURATION_MS + 1)
    const during = sent.filter(([plannedMs]) => plannedMs > 2_000 && plannedMs <= 2_200)

    expect(Math.abs(sent.length - (8_000 + 4 * 400))).toBeLessThanOrEqual(1)
    expect(Math.abs(during.length - 2_000)).toBeLessThanOrEqual(10)
    expect(Math.max(...sent.map(([plannedMs, nowMs]) => nowMs - plannedMs))).toBeLessThan(1e-6)
  })

  it('are over once nothing is planned any more, or after stop, with no timer left', () => {
    const clock = makeVirtualClock()
    const { sends, sent } = start({ kind: 'constant' }, 10, clock)
    clock.advance(DURATION_MS - 1)

    expect([sends.isOver(), sent.length, clock.armed]).toEqual([false, 39, 1])

    clock.advance(1)

    expect([sends.isOver(), sent.length, clock.armed]).toEqual([true, 40, 0])

    sends.start(5_000)
    sends.stop()
    clock.advance(2_000)

    expect([sends.isOver(), sent.length, clock.armed]).toEqual([true, 40, 0])
  })

  it('of which too many are due leave in several turns, in order, so that answers are read between', () => {
    const turns: number[] = []
    const clock = makeTurnClock(() => turns.push(sent.length))
    const { sent } = start({ kind: 'constant' }, 1_000, clock, 30)
    clock.stall(100)
    clock.advance(0)

    expect(turns).toEqual([30, 60, 90])
    expect(sent.length).toBe(100)
    expect(sent.every(([plannedMs], i) => Math.abs(plannedMs - i - 1) < 1e-3)).toBe(true)
    expect(clock.armed).toBe(1)
  })

  it('that are stopped between two such turns send no more', () => {
    const clock = makeTurnClock(() => sends.stop())
    const { sends, sent } = start({ kind: 'constant' }, 1_000, clock, 30)
    clock.stall(100)
    clock.advance(1_000)

    expect([sent.length, clock.armed]).toEqual([30, 0])
  })
})
