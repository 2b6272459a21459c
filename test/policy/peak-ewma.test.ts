import { describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { makePolicy } from '../../src/policy/registry.ts'
import { answersIn, failsIn, PolicyTraffic, stalls } from '../support/policy-traffic.ts'
import { picksOf, upstreams } from '../support/upstreams.ts'

const DECAY_MS = 1_000
const make = (decayMs = DECAY_MS) => makePolicy({ name: 'peak-ewma', decayMs }, makeRng('peak'))

describe('peak-ewma', () => {
  it.each([2, 3])('gives one of %d that is ten times slower at most 2 %% within three decays', count => {
    const traffic = new PolicyTraffic(make(), 300, [answersIn(20), ...Array(count - 1).fill(answersIn(2))])
    const first = traffic.sharesOver(3 * DECAY_MS)[0]

    expect(first).toBeLessThan(0.02)
    expect(traffic.sharesOver(10_000)[0]).toBeLessThan(0.02)
  })

  it('leaves one that turns slow, and takes it back when it has recovered', () => {
    const traffic = new PolicyTraffic(make(), 300, [answersIn(2), answersIn(2), answersIn(2)])
    traffic.sharesOver(5_000)
    traffic.respond[0] = answersIn(20)
    traffic.sharesOver(3 * DECAY_MS)
    const slow = traffic.sharesOver(3_000)[0]!
    traffic.respond[0] = answersIn(2)
    traffic.sharesOver(6_000)
    const recovered = traffic.sharesOver(6_000)[0]!

    expect(slow).toBeLessThan(0.02)
    expect(recovered).toBeGreaterThan(0.25)
  })

  it.each([
    [1, 10],
    [0.1, 100],
  ])('gives one that fails in %d ms less than 5 %% beside two that answer in %d', (failsMs, answersMs) => {
    const traffic = new PolicyTraffic(make(), 100, [failsIn(failsMs), answersIn(answersMs), answersIn(answersMs)])

    expect(traffic.sharesOver(20_000)[0]).toBeLessThan(0.05)
  })

  it('takes one back that failed and answers again', () => {
    const traffic = new PolicyTraffic(make(), 300, [failsIn(1), answersIn(5), answersIn(5)])
    traffic.sharesOver(20_000)
    traffic.respond[0] = answersIn(5)
    traffic.sharesOver(15_000)

    expect(traffic.sharesOver(5_000)[0]).toBeGreaterThan(0.25)
  })

  it('takes traffic from one that has stopped answering, before anybody says so', () => {
    const traffic = new PolicyTraffic(make(), 300, [answersIn(10), answersIn(10), answersIn(10)])
    traffic.sharesOver(5_000)
    traffic.respond[0] = stalls
    traffic.sharesOver(50)

    expect(traffic.sharesOver(1_000)[0]).toBeLessThan(0.03)
  })

  it('counts a worse time at once and whole, a better one by and by', () => {
    const policy = make()
    const [a, b] = upstreams('a:0 b:0')
    policy.update!([a!, b!])
    policy.onEnd!(a!, true, 10, 0)
    policy.onEnd!(b!, true, 1, 0)
    policy.onEnd!(b!, true, 9, 0)

    expect(picksOf(policy, [a!, b!], 1)).toEqual([1])
    policy.onEnd!(b!, true, 11, 0)
    policy.onEnd!(b!, true, 1, 0)

    expect(picksOf(policy, [a!, b!], 1)).toEqual([0])
  })

  it('remembers a slow answer for as long as its decay says', () => {
    const probesIn = (decayMs: number) =>
      new PolicyTraffic(make(decayMs), 200, [answersIn(20), answersIn(2)]).sharesOver(60_000)[0]! * 12_000

    // About one probe each 2.3 decays: by then the slow one has faded to the other's time.
    expect(probesIn(1_000)).toBeGreaterThan(15)
    expect(probesIn(1_000)).toBeLessThan(60)
    expect(probesIn(10_000)).toBeLessThan(8)
  })

  it('learns nothing from the last requests of one that is no member any more', () => {
    const policy = make()
    const [a, b, gone] = upstreams('a:0 b:0 gone:0')
    policy.update!([a!, b!])

    expect(() => policy.onEnd!(gone!, true, 5, 0)).not.toThrow()
    expect(new Set(picksOf(policy, [a!, b!], 4))).toEqual(new Set([0, 1]))
  })

  it('gives a heavier one more, where they are equally fast and busy', () => {
    const busy = new PolicyTraffic(make(), 2_000, [answersIn(20), answersIn(20)], [3, 1])
    busy.sharesOver(2_000)

    expect(Math.abs(busy.sharesOver(20_000)[0]! - 0.75)).toBeLessThan(0.03)
  })
})
