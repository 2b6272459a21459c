import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeVirtualClock } from './virtual-clock.ts'

describe('the virtual clock', () => {
  it('starts at 0, ticks in 0 ms and moves only when told', () => {
    const clock = makeVirtualClock()

    expect([clock.nowMs(), clock.tickMs]).toEqual([0, 0])

    clock.advance(12.5)

    expect(clock.nowMs()).toBe(12.5)
  })

  it('fires timers in time order, each at its own time, equal times in the order of arming', () => {
    const clock = makeVirtualClock()
    const log: string[] = []
    const note = (name: string) => () => log.push(`${name}@${clock.nowMs()}`)

    clock.after(5, note('c'))
    clock.after(2, note('a'))
    clock.after(5, note('d'))
    clock.after(2.5, note('b'))
    clock.advance(5)

    expect(log).toEqual(['a@2', 'b@2.5', 'c@5', 'd@5'])
  })

  it('fires any set of delays in a stable order of their times', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), delays => {
        const clock = makeVirtualClock()
        const fired: number[] = []
        delays.forEach((delayMs, i) => {
          clock.after(delayMs, () => fired.push(i))
        })
        clock.advance(20)

        expect(fired).toEqual(delays.map((_, i) => i).sort((a, b) => delays[a]! - delays[b]! || a - b))
        expect([clock.armed, clock.fired]).toEqual([0, delays.length])
      }),
    )
  })

  it('runs timers that a timer arms within the same advance, and none beyond it', () => {
    const clock = makeVirtualClock()
    const log: number[] = []
    const again = () => {
      log.push(clock.nowMs())
      clock.after(3, again)
    }

    clock.after(3, again)
    clock.advance(10)

    expect(log).toEqual([3, 6, 9])
    expect(clock.armed).toBe(1)
  })

  it('runs the end of the turn at the same time, before the next timer', () => {
    const clock = makeVirtualClock()
    const log: string[] = []

    clock.after(1, () => {
      log.push('first')
      clock.afterTurn(() => {
        log.push(`turn@${clock.nowMs()}`)
        clock.afterTurn(() => log.push(`turn of turn@${clock.nowMs()}`))
      })
    })
    clock.after(1, () => log.push('second'))
    clock.advance(1)

    expect(log).toEqual(['first', 'turn@1', 'turn of turn@1', 'second'])
  })

  it('settles what waits for the end of the turn without moving time', () => {
    const clock = makeVirtualClock()
    const log: string[] = []

    clock.after(0, () => log.push('timer'))
    clock.afterTurn(() => log.push('turn'))
    clock.settle()

    expect(log).toEqual(['turn'])

    clock.advance(0)

    expect(log).toEqual(['turn', 'timer'])
  })

  it('throws where a turn does not settle within 100 000 steps', () => {
    const clock = makeVirtualClock()
    const again = () => clock.afterTurn(again)
    again()

    expect(() => clock.settle()).toThrow('100000 steps')
  })

  it('never fires a cancelled timer, not even one cancelled by a timer of the same time', () => {
    const clock = makeVirtualClock()
    const log: string[] = []

    clock.after(1, () => {
      second.cancel()
      second.cancel()
    })
    const second = clock.after(1, () => log.push('cancelled'))
    clock.advance(2)

    expect(log).toEqual([])
    expect(clock.armed).toBe(0)
  })

  it('fires late, and never back in time, what fell due in a stall', () => {
    const clock = makeVirtualClock()
    const log: number[] = []

    clock.after(10, () => log.push(clock.nowMs()))
    clock.stall(300)

    expect(log).toEqual([])

    clock.advance(0)

    expect(log).toEqual([300])
  })

  it('refuses to be moved from inside a callback, and a delay that is no number', () => {
    const clock = makeVirtualClock()
    clock.after(1, () => clock.advance(1))

    expect(() => clock.advance(1)).toThrow('inside')
    expect(() => clock.after(Number.NaN, () => {})).toThrow('NaN')
  })
})
