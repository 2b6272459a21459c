import { describe, expect, it } from 'vitest'
import { doubtsOf, type RoundFacts, stealDoubt } from '../../src/lab/doubts.ts'

const SOUND: RoundFacts = {
  sent: 4_000,
  failed: 0,
  failedBy: {},
  p50Us: 200,
  lagUs: { p50: 0, p99: 150, max: 9_000 },
  achieved: { askedPerSecond: 2_000, perSecond: 1_995, durationMs: 2_000, underWay: 1 },
  stealShare: 0.01,
  ownShare: 0.4,
}

describe('doubtsOf', () => {
  it('has none about a sound round, open or closed', () => {
    expect(doubtsOf(SOUND)).toEqual([])
    expect(doubtsOf({ ...SOUND, lagUs: null, achieved: null, stealShare: null })).toEqual([])
  })

  it.each<[Partial<RoundFacts>, string]>([
    [{ stealShare: 0.031 }, '3.1 % of the processor time was stolen by other machines (limit 2 %)'],
    [{ lagUs: { p50: 0, p99: 201, max: 300 } }, 'the generator was late: p99 201µs (limit: the p50 of 200µs)'],
    [{ p50Us: 9e4, lagUs: { p50: 0, p99: 5_100, max: 9_000 } }, 'the generator was late: p99 5.10ms (limit 5.00ms)'],
    [{ sent: 0, p50Us: null, lagUs: null, achieved: null }, 'no request fell into it'],
    [{ failed: 3, failedBy: { overload: 1, timeout: 2 } }, '3 of 4000 requests failed (timeout 2, overload 1)'],
    [
      { achieved: { ...SOUND.achieved!, perSecond: 1_900 } },
      'saturated: 1900 of 2000 per second asked for, 95 % (limit 99 %)',
    ],
    [
      { achieved: { ...SOUND.achieved!, perSecond: 500 }, ownShare: 0.97 },
      'saturated: 500 of 2000 per second asked for, 25 % (limit 99 %); the generator itself took 97 % of a core',
    ],
  ])('says of %j why', (facts, doubt) => {
    expect(doubtsOf({ ...SOUND, ...facts })).toEqual([doubt])
  })

  it('names no lack that chance makes: of 20 requests one is under way at the end, of 100 in flight some more', () => {
    const few = { askedPerSecond: 10, perSecond: 9.5, durationMs: 2_000, underWay: 0 }
    const many = { askedPerSecond: 1_000, perSecond: 987, durationMs: 2_000, underWay: 100 }

    expect(doubtsOf({ ...SOUND, achieved: few })).toEqual([])
    expect(doubtsOf({ ...SOUND, achieved: many })).toEqual([])
    expect(doubtsOf({ ...SOUND, achieved: { ...many, perSecond: 980 } })).toHaveLength(1)
  })
})

describe('stealDoubt', () => {
  it('is silent up to its limit, and where the system does not tell', () => {
    expect([stealDoubt(0.02), stealDoubt(null)]).toEqual([null, null])
    expect(stealDoubt(0.021)).not.toBeNull()
  })
})
