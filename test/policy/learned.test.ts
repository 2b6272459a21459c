import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { costOfOneMore, drawLearned, learn, remainder } from '../../src/policy/learned.ts'

const DECAY_MS = 1_000

const fresh = () => drawLearned(makeRng('learned'))

/** Knows of one answer after `timeMs`, at time 0. */
function known(timeMs: number) {
  const learned = fresh()
  learn(learned, true, timeMs, 0)
  return learned
}

const view = ({ inFlight = 0, weight = 1, age = 0 }) => ({ id: 'a', inFlight, weight, ageMs: () => age })

describe('the cost of one more request', () => {
  it.each([
    ['is the time of one, where nothing is in flight', {}, 10],
    ['counts what is in flight', { inFlight: 3 }, 40],
    ['is divided by the weight', { inFlight: 3, weight: 4 }, 10],
    ['is that of what is in flight for longer', { inFlight: 1, age: 25 }, 50],
    ['is not that of what came just now', { inFlight: 1, age: 5 }, 20],
  ])('%s', (_, keys, cost) => {
    expect(costOfOneMore(view(keys), known(10), DECAY_MS, 0)).toBeCloseTo(cost, 9)
  })

  it('fades while there is no news, as e says', () => {
    const at = (nowMs: number) => costOfOneMore(view({}), known(10), DECAY_MS, nowMs)

    expect([at(0), at(1_000), at(2_000)]).toEqual(
      [10, 10 / Math.E, 10 / Math.E / Math.E].map(x => expect.closeTo(x, 9)),
    )
  })

  it('of an unknown one is nothing, so that it is tried, and above all others while it is being tried', () => {
    expect(costOfOneMore(view({}), fresh(), DECAY_MS, 0)).toBe(0)
    expect(costOfOneMore(view({ inFlight: 1 }), fresh(), DECAY_MS, 0)).toBeGreaterThan(
      costOfOneMore(view({ inFlight: 999 }), known(10_000), DECAY_MS, 0),
    )
  })

  it('is that of an unknown one when the last news is five decays old', () => {
    expect(costOfOneMore(view({}), known(10), DECAY_MS, 5_000)).toBeGreaterThan(0)
    expect(costOfOneMore(view({}), known(10), DECAY_MS, 5_001)).toBe(0)
  })

  it('rises by a third with a failure, a hundredfold with sixteen, and falls again with answers', () => {
    const learned = known(1)
    const costs = [false, ...Array(15).fill(false), true, true, true, true].map(isAnswered => {
      learn(learned, isAnswered, 1, 0)
      return costOfOneMore(view({}), learned, DECAY_MS, 0)
    })

    expect([costs[0], costs[15], costs[16], costs[19]]).toEqual([4 / 3, 99.8, 3.9, 1.5].map(x => expect.closeTo(x, 1)))
  })

  it('is a number whatever was learned, and whenever', () => {
    const number = fc.oneof(fc.constantFrom(0, 1e-300, 1e15), fc.double({ min: 0, max: 1e9, noNaN: true }))
    const end = fc.record({ isAnswered: fc.boolean(), timeMs: number, nowMs: number })
    fc.assert(
      fc.property(
        fc.array(end),
        number,
        fc.nat(),
        number,
        fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
        (...given) => {
          const [ends, nowMs, inFlight, age, weight] = given
          const learned = fresh()
          for (const { isAnswered, timeMs, nowMs: atMs } of ends) learn(learned, isAnswered, timeMs, atMs)
          const cost = costOfOneMore(view({ inFlight, weight, age }), learned, DECAY_MS, nowMs)

          expect(cost).not.toBeNaN()
          expect(cost).toBeGreaterThanOrEqual(0)
        },
      ),
    )
  })
})

describe('what remains of news', () => {
  it('is all of it now, less later, never more than all where the clock stands still or news is of later', () => {
    const learned = known(10)

    expect([0, 693.147, -50].map(nowMs => remainder(learned, DECAY_MS, nowMs))).toEqual([1, expect.closeTo(0.5, 5), 1])
    expect(remainder(fresh(), DECAY_MS, 0)).toBe(0)
  })
})
