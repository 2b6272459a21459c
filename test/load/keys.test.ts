import { describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { makeKeys, makeZipf } from '../../src/load/keys.ts'
import { makeConsistentHash } from '../../src/policy/consistent-hash.ts'
import { upstreams } from '../support/upstreams.ts'

const DRAWS = 100_000

/** Counts by rank, ranks from 1. */
function draw(count: number, skew: number): number[] {
  const next = makeZipf(count, skew, makeRng(`zipf/${count}/${skew}`))
  const counts = new Array<number>(count + 1).fill(0)
  for (let i = 0; i < DRAWS; i++) counts[next()]!++
  return counts
}

/** By the definition, with powers, which the sources do not take. */
function chances(count: number, skew: number): number[] {
  const weights = Array.from({ length: count }, (_, i) => (i + 1) ** -skew)
  const sum = weights.reduce((all, weight) => all + weight, 0)
  return [0, ...weights.map(weight => weight / sum)]
}

/** Squared errors in sigmas, of ranks taken together until each class expects 50, and how many classes there are. */
function chiSquare(counts: readonly number[], expected: readonly number[]): { sum: number; freedom: number } {
  let [sum, classes, seen, awaited] = [0, 0, 0, 0]
  for (let rank = 1; rank < counts.length; rank++) {
    seen += counts[rank]!
    awaited += expected[rank]! * DRAWS
    if (awaited < 50 && rank < counts.length - 1) continue
    // What is left at the end may be few, and counts all the same.
    if (awaited > 5) sum += ((seen - awaited) * (seen - awaited)) / awaited
    classes++
    seen = awaited = 0
  }
  return { sum, freedom: classes - 1 }
}

describe('Zipf ranks', () => {
  it.each([
    [10, 0.2],
    [10, 1],
    [1_000, 0.5],
    [1_000, 1],
    [1_000, 1.1],
    [1_000, 3],
    [1_000_000, 1],
  ])('of %d keys at skew %d come as often as 1 / rank^skew says, by chi-square', (count, skew) => {
    const { sum, freedom } = chiSquare(draw(count, skew), chances(count, skew))

    // Mean and deviation of chi-square are its freedom and sqrt(2 · freedom); four deviations, and a little where few.
    expect(sum).toBeLessThan(freedom + 4 * Math.sqrt(2 * freedom) + 8)
  })

  it('has a test that tells a skew of 1.1 from one of 1.05', () => {
    const { sum, freedom } = chiSquare(draw(1_000, 1.1), chances(1_000, 1.05))

    expect(sum).toBeGreaterThan(freedom + 12 * Math.sqrt(2 * freedom))
  })

  it.each([1, 2, 1_000_000])('of %d lie from 1 to that, also at both ends of chance', count => {
    const [least, most] = [0, 1 - 2 ** -32].map(float => makeZipf(count, 1, { ...makeRng(1), float: () => float })())

    expect(least).toBe(1)
    expect(most).toBeLessThanOrEqual(count)
    expect(most).toBeGreaterThan(count * 0.99)
  })
})

describe('keys', () => {
  it.each(['uniform', 'zipf'] as const)('of %s are as many different hashes of 32 bits as there are keys', kind => {
    const next = makeKeys({ kind, count: 50, skew: 0.1 }, makeRng('keys'))
    const hashes = new Set(Array.from({ length: 5_000 }, next))

    expect(hashes.size).toBe(50)
    expect([...hashes].every(hash => Number.isInteger(hash) && hash >= 0 && hash < 2 ** 32)).toBe(true)
  })

  it('of equal chance come equally often', () => {
    const next = makeKeys({ kind: 'uniform', count: 100 }, makeRng('equal'))
    const counts = new Map<number, number>()
    for (let i = 0; i < 100_000; i++) {
      const hash = next()
      counts.set(hash, (counts.get(hash) ?? 0) + 1)
    }
    const sum = [...counts.values()].reduce((all, count) => all + ((count - 1_000) * (count - 1_000)) / 1_000, 0)

    // 99 degrees of freedom: 99 ± 4 · 14.1.
    expect(sum).toBeGreaterThan(43)
    expect(sum).toBeLessThan(156)
  })

  it('are the same ones whatever the seed: one key is hot, and always the same', () => {
    const hottest = (seed: string) => {
      const next = makeKeys({ kind: 'zipf', count: 100, skew: 2 }, makeRng(seed))
      const counts = new Map<number, number>()
      for (let i = 0; i < 1_000; i++) {
        const hash = next()
        counts.set(hash, (counts.get(hash) ?? 0) + 1)
      }
      return [...counts].reduce((most, each) => (each[1] > most[1] ? each : most))[0]
    }

    expect(hottest('a')).toBe(hottest('b'))
  })

  it('of equal chance spread evenly over the upstreams of consistent-hash, each key on one', () => {
    const eligible = upstreams('a:0 b:0 c:0 d:0')
    const policy = makeConsistentHash(makeRng(1), { name: 'consistent-hash' })
    policy.update?.(eligible)
    const next = makeKeys({ kind: 'uniform', count: 2_000 }, makeRng('spread'))
    const homes = new Map<number, number>()
    let moved = 0
    const shares = [0, 0, 0, 0]
    for (let i = 0; i < 8_000; i++) {
      const keyHash = next()
      const picked = policy.pick(eligible, { nowMs: 0, keyHash, attempt: 1 })
      if ((homes.get(keyHash) ?? picked) !== picked) moved++
      homes.set(keyHash, picked)
      shares[picked]! += 1 / 8_000
    }

    expect([moved, homes.size > 1_900]).toEqual([0, true])
    expect(shares.every(share => Math.abs(share - 0.25) < 0.04)).toBe(true)
  })
})
