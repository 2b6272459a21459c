import { describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { makePolicy } from '../../src/policy/registry.ts'
import { answersIn, failsIn, PolicyTraffic, stalls } from '../support/policy-traffic.ts'
import { picksOf, upstreams } from '../support/upstreams.ts'

const make = () => makePolicy({ name: 'least-time' }, makeRng('least-time'))

describe('least-time', () => {
  it.each([
    [2, 100, 10],
    [3, 300, 10],
    [3, 30, 100],
    [3, 1_000, 10],
  ])(
    'takes a stalled one of %d below 3 %% within two response times, at %d per second of %d ms, with nothing else telling',
    (count, rate, tookMs) => {
      const traffic = new PolicyTraffic(make(), rate, Array(count).fill(answersIn(tookMs)))
      traffic.sharesOver(200 * tookMs)
      traffic.respond[0] = stalls
      traffic.sharesOver(2 * tookMs)

      expect(traffic.sharesOver(100 * tookMs)[0]).toBeLessThan(0.03)
    },
  )

  it('tries one again that was slow, and takes it back when it has recovered', () => {
    const traffic = new PolicyTraffic(make(), 300, [answersIn(200), answersIn(2), answersIn(2)])
    traffic.sharesOver(3_000)
    const slow = traffic.sharesOver(20_000)[0]!
    traffic.respond[0] = answersIn(2)
    traffic.sharesOver(10_000)

    expect(slow).toBeGreaterThan(0)
    expect(slow).toBeLessThan(0.01)
    expect(traffic.sharesOver(5_000)[0]).toBeGreaterThan(0.25)
  })

  it('spreads by speed where all are busy: twice as fast, four times as much', () => {
    const traffic = new PolicyTraffic(make(), 2_000, [answersIn(10), answersIn(20)])
    traffic.sharesOver(2_000)

    // Costs are equal where time x in flight are, and what is in flight is rate x time.
    expect(Math.abs(traffic.sharesOver(20_000)[0]! - 4 / 5)).toBeLessThan(0.03)
  })

  it('goes by the mean: one slow answer among many moves little', () => {
    const policy = make()
    const [a, b] = upstreams('a:0 b:0')
    policy.update!([a!, b!])
    policy.onEnd!(a!, true, 15, 0)
    for (let i = 0; i < 50; i++) policy.onEnd!(b!, true, 10, 0)
    policy.onEnd!(b!, true, 80, 0)

    // 10 + 70 / 16 = 14.4
    expect(picksOf(policy, [a!, b!], 1)).toEqual([1])
  })

  it('does not take one that fails fast for a fast one', () => {
    const traffic = new PolicyTraffic(make(), 100, [failsIn(1), answersIn(10), answersIn(10)])

    expect(traffic.sharesOver(20_000)[0]).toBeLessThan(0.05)
  })

  it('learns nothing from the last requests of one that is no member any more', () => {
    const policy = make()
    const [a, b, gone] = upstreams('a:0 b:0 gone:0')
    policy.update!([a!, b!])

    expect(() => policy.onEnd!(gone!, true, 5, 0)).not.toThrow()
    expect(new Set(picksOf(policy, [a!, b!], 4))).toEqual(new Set([0, 1]))
  })
})
