import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DeadlineWheel } from '../../src/base/deadline-wheel.ts'
import { makeVirtualClock, type VirtualClock } from '../support/virtual-clock.ts'

/** Ends of a bucket are at whole milliseconds and timers ask for whole ones, so two may pass. */
const LATE_MS_MAX = 2

function makeLogged(clock: VirtualClock, onDue: (slot: number) => void = () => {}) {
  const log: [slot: number, atMs: number][] = []
  const wheel = new DeadlineWheel(clock, (slot, nowMs) => {
    log.push([slot, nowMs])
    onDue(slot)
  })
  return { log, wheel }
}

describe('DeadlineWheel', () => {
  it('calls once for a deadline that passed, within 2 ms after it', () => {
    const clock = makeVirtualClock()
    const { log, wheel } = makeLogged(clock)

    wheel.add(3, 99.4, 0)
    clock.advance(99.3)

    expect(log).toEqual([])

    clock.advance(2)

    expect(log.map(([slot]) => slot)).toEqual([3])
    expect(wheel.size).toBe(0)

    clock.advance(20_000)

    expect(log.length).toBe(1)
  })

  it('never calls for one that was withdrawn', () => {
    const clock = makeVirtualClock()
    const { log, wheel } = makeLogged(clock)

    wheel.add(0, 50, 0)
    wheel.add(1, 50, 0)
    wheel.remove(0)
    wheel.remove(0)
    wheel.remove(777)
    clock.advance(10_000)

    expect(log.map(([slot]) => slot)).toEqual([1])
  })

  it('refuses a second deadline for a slot that has one', () => {
    const clock = makeVirtualClock()
    const { wheel } = makeLogged(clock)
    wheel.add(5, 50, 0)

    expect(() => wheel.add(5, 60, 0)).toThrow('one deadline')
    expect(wheel.dueOf(5)).toBe(50)
  })

  it.each([4_095, 4_096, 4_097, 5_000, 8_191.5, 8_192, 30_000, 3_600_000])(
    'waits for a deadline %d ms away, beside one of the same bucket 10 ms away',
    dueMs => {
      const clock = makeVirtualClock()
      const { log, wheel } = makeLogged(clock)
      const early = dueMs % 4_096 || 4_096

      wheel.add(1, dueMs, 0)
      wheel.add(2, early, 0)
      clock.advance(dueMs + LATE_MS_MAX)

      for (const [slot, atMs] of log) {
        const due = slot === 1 ? dueMs : early
        expect(atMs).toBeGreaterThanOrEqual(due)
        expect(atMs).toBeLessThanOrEqual(due + LATE_MS_MAX)
      }
      expect(log.map(([slot]) => slot).sort()).toEqual([1, 2])
    },
  )

  it('expires in time a deadline whose bucket is headed by one a turn of the wheel later', () => {
    const clock = makeVirtualClock()
    const { log, wheel } = makeLogged(clock)
    // Slot 0 wakes the wheel at 10.2, within the millisecond in which slot 1 is due; slot 2 stands before it.
    clock.advance(0.2)
    wheel.add(0, 10.1, 0.2)
    wheel.add(1, 10.7, 0.2)
    wheel.add(2, 10.5 + 4_096, 0.2)
    clock.advance(13)

    expect(log.map(([slot]) => slot)).toEqual([0, 1])
  })

  it('expires at once a deadline that had passed when it was added from inside onDue', () => {
    const clock = makeVirtualClock()
    const { log, wheel } = makeLogged(clock, slot => {
      // A stall made slot 0 late by 100 ms; what it sets off is late already.
      if (slot === 0) wheel.add(7, 50, clock.nowMs())
    })
    wheel.add(0, 100, 0)
    wheel.add(1, 500, 0)
    clock.stall(200)
    clock.advance(LATE_MS_MAX)

    expect(log.map(([slot]) => slot)).toEqual([0, 7])
  })

  it('lets onDue withdraw others of the same millisecond, and add the same slot again', () => {
    const clock = makeVirtualClock()
    const { log, wheel } = makeLogged(clock, slot => {
      if (log.length > 1) return
      for (const other of [1, 2, 3]) if (other !== slot) wheel.remove(other)
      wheel.add(slot, clock.nowMs() + 20, clock.nowMs())
    })
    for (const slot of [1, 2, 3]) wheel.add(slot, 10.5, 0)
    clock.advance(100)

    expect(log.length).toBe(2)
    expect(log[0]![0]).toBe(log[1]![0])
    expect(log[1]![1] - log[0]![1]).toBeGreaterThanOrEqual(20)
    expect(wheel.size).toBe(0)
  })

  it('takes slots far past the 64 that it starts with', () => {
    const clock = makeVirtualClock()
    const { log, wheel } = makeLogged(clock)

    for (const slot of [0, 63, 64, 1_000, 65_534]) wheel.add(slot, 10, 0)
    wheel.remove(1_000)
    clock.advance(12)

    expect(log.map(([slot]) => slot).sort((a, b) => a - b)).toEqual([0, 63, 64, 65_534])
  })

  it('calls for all 1000 deadlines that passed during a stall of 10 s', () => {
    const clock = makeVirtualClock()
    const { log, wheel } = makeLogged(clock)
    for (let slot = 0; slot < 1_000; slot++) wheel.add(slot, slot * 9, 0)

    clock.stall(10_000)
    clock.advance(LATE_MS_MAX)

    expect(new Set(log.map(([slot]) => slot)).size).toBe(1_000)
    expect(wheel.size).toBe(0)
  })

  it.each([
    [1_000, 13],
    [5_000, 13],
  ])('is woken about once per deadline of %d ms by 10 s of requests answered in 3 ms', (timeoutMs, wakesMax) => {
    const clock = makeVirtualClock()
    const { log, wheel } = makeLogged(clock)
    let wakes = 0
    const counting: VirtualClock = Object.create(clock, {
      after: {
        value: (delayMs: number, fire: () => void) =>
          clock.after(delayMs, () => {
            wakes++
            fire()
          }),
      },
    })
    const counted = new DeadlineWheel(counting, slot => log.push([slot, -1]))

    for (let ms = 0; ms < 10_000; ms++) {
      counted.add(ms % 4, clock.nowMs() + timeoutMs, clock.nowMs())
      if (ms >= 3) counted.remove((ms - 3) % 4)
      clock.advance(1)
    }

    expect(log).toEqual([])
    expect(wakes).toBeGreaterThan(0)
    expect(wakes).toBeLessThanOrEqual(wakesMax)
    expect(wheel.size).toBe(0)
  })

  it('wakes nobody after stop', () => {
    const clock = makeVirtualClock()
    const { log, wheel } = makeLogged(clock)
    wheel.add(1, 10, 0)

    wheel.stop()
    clock.advance(100)

    expect([log, clock.armed]).toEqual([[], 0])
  })

  it('agrees with a list of deadlines, never early and at most 2 ms late, whatever is added, removed and awaited', () => {
    const inMs = fc.oneof(
      fc.integer({ min: -5, max: 20 }),
      fc.double({ min: 0, max: 60, noNaN: true }),
      fc.integer({ min: 4_090, max: 4_100 }),
      fc.double({ min: 4_000, max: 13_000, noNaN: true }),
    )
    const slot = fc.integer({ min: 0, max: 90 })
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('add' as const), slot, inMs }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), slot }) },
      {
        weight: 4,
        arbitrary: fc.record({
          kind: fc.constant('wait' as const),
          ms: fc.oneof(
            fc.double({ min: 0, max: 15, noNaN: true }),
            fc.integer({ min: 0, max: 9_000 }),
            fc.double({ min: 4_094, max: 4_098, noNaN: true }),
          ),
        }),
      },
      // What the next expiry does: withdraw one slot and give another a deadline.
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('plot' as const), slot, other: slot, inMs }) },
    )
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        fc.array(step, { maxLength: 120 }),
        (startMs, steps) => {
          const clock = makeVirtualClock(startMs)
          const model = new Map<number, number>()
          const plots: { slot: number; other: number; inMs: number }[] = []
          const add = (slot: number, inMs: number) => {
            if (model.has(slot)) return
            const dueMs = clock.nowMs() + inMs
            wheel.add(slot, dueMs, clock.nowMs())
            // A deadline that has passed when it comes counts from then.
            model.set(slot, Math.max(dueMs, clock.nowMs()))
          }
          const remove = (slot: number) => {
            wheel.remove(slot)
            model.delete(slot)
          }
          const wheel: DeadlineWheel = new DeadlineWheel(clock, (slot, nowMs) => {
            const dueMs = model.get(slot)
            expect(dueMs, `slot ${slot} has a deadline`).toBeDefined()
            expect(nowMs).toBe(clock.nowMs())
            expect(nowMs - dueMs!).toBeGreaterThanOrEqual(0)
            expect(nowMs - dueMs!).toBeLessThanOrEqual(LATE_MS_MAX)
            model.delete(slot)
            const plot = plots.pop()
            if (!plot) return
            remove(plot.slot)
            add(plot.other, plot.inMs)
          })
          for (const each of steps) {
            if (each.kind === 'add') add(each.slot, each.inMs)
            else if (each.kind === 'remove') remove(each.slot)
            else if (each.kind === 'plot') plots.push(each)
            else clock.advance(each.ms)
            expect(wheel.size).toBe(model.size)
            for (const dueMs of model.values()) expect(clock.nowMs() - dueMs).toBeLessThanOrEqual(LATE_MS_MAX)
          }
          plots.length = 0
          clock.advance(13_000 + LATE_MS_MAX)
          expect([...model]).toEqual([])
          expect(clock.armed).toBe(0)
        },
      ),
      { numRuns: 300 },
    )
  })
})
