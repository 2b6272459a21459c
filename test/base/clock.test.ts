import { afterEach, describe, expect, it, vi } from 'vitest'
import { makeHostClock } from '../../src/base/clock.ts'
import { makeRng } from '../../src/base/rng.ts'
import { makeScriptedRng } from '../support/scripted-rng.ts'

// The last describe waits for real time, a few milliseconds in all; the others run on a platform that they stub.

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

/** The turn of the event loop and the time of day, by hand. */
function stubTurns() {
  let waiting: (() => void)[] = []
  let now = 0
  vi.stubGlobal('setImmediate', (fire: () => void) => waiting.push(fire))
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  return {
    runTurn: (passedMs: number) => {
      now += passedMs
      const work = waiting
      waiting = []
      for (const fire of work) fire()
    },
    waiting: () => waiting.length,
  }
}

describe('the zero of a host clock', () => {
  it("is the host's, though the process stood still while it was read", () => {
    let hostMs = 5_000
    let readings = 0
    const read = () => {
      hostMs += readings++ < 6 ? 30 : 0.001
      return hostMs
    }
    vi.spyOn(process.hrtime, 'bigint').mockImplementation(() => BigInt(Math.round(read() * 1e6)))
    vi.spyOn(performance, 'now').mockImplementation(() => read() - 4_000)
    const clock = makeHostClock(makeRng(1))

    expect(Math.abs(clock.nowMs() - hostMs)).toBeLessThan(0.01)
  })
})

describe('a host delay with a fraction', () => {
  /** The whole delays that setTimeout is asked for. */
  function spyOnTimeouts(): number[] {
    const asked: number[] = []
    vi.stubGlobal('setTimeout', (_: () => void, delayMs: number) => asked.push(delayMs))
    return asked
  }

  it.each([
    [1.25, 0.24, 2],
    [1.25, 0.25, 1],
    [1.25, 0.99, 1],
    [7.9, 0.89, 8],
    [7.9, 0.91, 7],
  ])('of %d ms becomes whole by chance: a draw of %d makes it %d ms', (delayMs, float, wholeMs) => {
    const asked = spyOnTimeouts()

    makeHostClock(makeScriptedRng([float])).after(delayMs, () => {})

    expect(asked).toEqual([wholeMs])
  })

  it.each([1.1, 2.5, 9.75])('of %d ms keeps its mean over 20 000 draws', delayMs => {
    const asked = spyOnTimeouts()
    const clock = makeHostClock(makeRng('mean'))

    for (let i = 0; i < 20_000; i++) clock.after(delayMs, () => {})

    expect(Math.abs(asked.reduce((sum, ms) => sum + ms, 0) / asked.length - delayMs)).toBeLessThan(0.015)
  })

  it.each([
    [1, 1],
    [250, 250],
    [2_147_483_647, 2_147_483_647],
    [86_400_000_000, 2_147_483_647],
    [Infinity, 2_147_483_647],
  ])('of %d ms, which has none, draws no chance and asks for %d', (delayMs, wholeMs) => {
    const asked = spyOnTimeouts()

    makeHostClock(makeScriptedRng([])).after(delayMs, () => {})

    expect(asked).toEqual([wholeMs])
  })
})

describe('host delays under 1 ms', () => {
  it('fire once, in the first turn in which they are due', () => {
    const turns = stubTurns()
    const clock = makeHostClock(makeScriptedRng([]))
    const log: string[] = []

    clock.after(0.5, () => log.push('half'))
    clock.after(0.2, () => log.push('fifth'))
    turns.runTurn(0.1)

    expect(log).toEqual([])

    turns.runTurn(0.15)

    expect(log).toEqual(['fifth'])

    turns.runTurn(0.3)

    expect(log).toEqual(['fifth', 'half'])
    expect(turns.waiting()).toBe(0)
  })

  it.each([0, -5])(
    'fire in the next turn where the delay of %d ms is over already, not a millisecond later',
    delayMs => {
      const turns = stubTurns()
      let fired = 0

      makeHostClock(makeScriptedRng([])).after(delayMs, () => fired++)
      const atOnce = fired
      turns.runTurn(0.01)

      expect([atOnce, fired, turns.waiting()]).toEqual([0, 1, 0])
    },
  )

  it('never fire once cancelled, not even by one of the same turn', () => {
    const turns = stubTurns()
    const clock = makeHostClock(makeScriptedRng([]))
    const log: string[] = []

    const early = clock.after(0.1, () => log.push('early'))
    clock.after(0.2, () => {
      log.push('first')
      second.cancel()
    })
    const second = clock.after(0.2, () => log.push('second'))
    early.cancel()
    early.cancel()
    turns.runTurn(0.9)

    expect(log).toEqual(['first'])
  })

  it('are polled once a turn, however often one arms the next', () => {
    const turns = stubTurns()
    const clock = makeHostClock(makeScriptedRng([]))
    let fired = 0
    const again = () => {
      fired++
      clock.after(0.5, again)
    }
    const polls = new Set<number>()

    clock.after(0.5, again)
    for (let i = 0; i < 100; i++) {
      turns.runTurn(0.5)
      polls.add(turns.waiting())
    }

    expect(fired).toBe(100)
    expect([...polls]).toEqual([1])
  })

  it('poll no more when none is under way', () => {
    const turns = stubTurns()
    const clock = makeHostClock(makeScriptedRng([]))
    clock.after(0.5, () => {})

    turns.runTurn(0.6)

    expect(turns.waiting()).toBe(0)

    let fired = 0
    clock.after(0.5, () => fired++)
    turns.runTurn(0.6)

    expect([fired, turns.waiting()]).toEqual([1, 0])
  })
})

describe('the host clock', () => {
  const clock = makeHostClock(makeRng('host'))

  it('counts from the zero of CLOCK_MONOTONIC, so that processes compare, and never goes back', () => {
    const beforeMs = Number(process.hrtime.bigint()) / 1e6
    const stamps = Array.from({ length: 1_000 }, () => clock.nowMs())
    const afterMs = Number(process.hrtime.bigint()) / 1e6

    expect(stamps.every((stamp, i) => i === 0 || stamp >= stamps[i - 1]!)).toBe(true)
    expect(stamps[0]!).toBeGreaterThan(beforeMs - 1)
    expect(stamps.at(-1)!).toBeLessThan(afterMs + 1)
  })

  it.each([0.3, 1, 2.6])('fires once for a delay of %d ms, no earlier than its tick allows', async delayMs => {
    const startMs = clock.nowMs()
    let fired = 0
    const tookMs = await new Promise<number>(resolve => {
      clock.after(delayMs, () => {
        fired++
        resolve(clock.nowMs() - startMs)
      })
    })
    await new Promise<void>(resolve => clock.after(3, resolve))

    expect(fired).toBe(1)
    expect(tookMs).toBeGreaterThanOrEqual(delayMs - (delayMs < 1 ? 0 : clock.tickMs))
    expect(tookMs).toBeLessThan(500)
  })

  it('fires nothing that was cancelled', async () => {
    let fired = 0
    for (const delayMs of [0, 0.4, 1, 1.5]) clock.after(delayMs, () => fired++).cancel()
    await new Promise<void>(resolve => clock.after(5, resolve))

    expect(fired).toBe(0)
  })

  it('runs the end of the turn after what the turn itself does', async () => {
    const log: string[] = []
    await new Promise<void>(resolve => {
      clock.afterTurn(() => {
        log.push('turn')
        resolve()
      })
      process.nextTick(() => log.push('tick'))
    })

    expect(log).toEqual(['tick', 'turn'])
  })
})
