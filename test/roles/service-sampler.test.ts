import { describe, expect, it } from 'vitest'
import { makeRng, type Rng } from '../../src/base/rng.ts'
import { makeServiceSampler } from '../../src/roles/service-sampler.ts'
import { meanServiceTimeMs, type ServiceTime } from '../../src/topology/service-time.ts'
import { makeScriptedRng } from '../support/scripted-rng.ts'

const COUNT = 200_000
const DAY_MS = 86_400_000
/** The largest float that a generator can give. */
const TOP = (0x1_0000_0000 - 1) / 0x1_0000_0000

const EXPONENTIAL: ServiceTime = { kind: 'exponential', meanMs: 5 }
const LOGNORMAL: ServiceTime = { kind: 'lognormal', p50Ms: 2, p99Ms: 20 }
const EMPIRICAL: ServiceTime = { kind: 'empirical', valuesMs: [0, 1, 1, 2, 3, 5, 8, 13, 21, 40] }
const WIDEST: ServiceTime = { kind: 'lognormal', p50Ms: 0.001, p99Ms: DAY_MS }

function drawn(serviceTime: ServiceTime, seed: string | Rng = 'service', count = COUNT): number[] {
  const rng = typeof seed === 'string' ? makeRng(seed) : seed
  const sample = makeServiceSampler(serviceTime)
  return Array.from({ length: count }, () => sample(rng))
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

function quantilesOf(values: readonly number[], fractions: readonly number[]): number[] {
  const sorted = Float64Array.from(values).sort()
  return fractions.map(fraction => sorted[Math.ceil(fraction * sorted.length) - 1]!)
}

/** Each within that part of what was asked. */
function expectNear(found: readonly number[], asked: readonly number[], part: number): void {
  expect(found.map((value, i) => Math.abs(value / asked[i]! - 1) < part, `${found} for ${asked}`)).toEqual(
    asked.map(() => true),
  )
}

describe('a sampler of service times', () => {
  it('gives a fixed time as it is, without a draw', () => {
    expect(drawn({ kind: 'fixed', valueMs: 2.5 }, makeScriptedRng([]), 3)).toEqual([2.5, 2.5, 2.5])
  })

  it('draws exponential times of the mean that was asked, within 1 %', () => {
    const values = drawn(EXPONENTIAL)

    expectNear([meanOf(values)], [5], 0.01)
    expectNear(quantilesOf(values, [0.5, 0.99]), [5 * Math.log(2), 5 * Math.log(100)], 0.03)
  })

  it('draws lognormal times of the p50 and the p99 that were asked, within 3 %', () => {
    const values = drawn(LOGNORMAL)

    // Symmetric about the p50 in ratios: as many are below a tenth of it as are above ten times it.
    expectNear(quantilesOf(values, [0.01, 0.5, 0.99]), [0.2, 2, 20], 0.03)
    expectNear([meanOf(values)], [meanServiceTimeMs(LOGNORMAL)], 0.01)
  })

  it('draws the same time always where p50 and p99 are one', () => {
    const values = drawn({ kind: 'lognormal', p50Ms: 7, p99Ms: 7 }, 'service', 100)

    expectNear(
      quantilesOf(
        values,
        [0, 1].map(fraction => Math.max(fraction, 0.01)),
      ),
      [7, 7],
      1e-12,
    )
  })

  it('draws each value of a list as often as it stands there', () => {
    const { valuesMs } = EMPIRICAL
    const values = drawn(EMPIRICAL)
    const distinct = [...new Set(valuesMs)]
    const chiSquare = distinct
      .map(value => {
        const found = values.filter(each => each === value).length
        const expected = (COUNT * valuesMs.filter(each => each === value).length) / valuesMs.length
        return ((found - expected) * (found - expected)) / expected
      })
      .reduce((sum, part) => sum + part, 0)

    expect(values.every(value => valuesMs.includes(value))).toBe(true)
    // The limit that chance alone passes once in a thousand, for 9 distinct values (8 degrees of freedom).
    expect(chiSquare).toBeLessThan(26.12)
  })

  it.each([EXPONENTIAL, LOGNORMAL, EMPIRICAL])(
    'draws the same times from the same seed, others from another: %j',
    serviceTime => {
      const first = drawn(serviceTime, 'a', 1_000)

      expect(drawn(serviceTime, 'a', 1_000)).toEqual(first)
      expect(drawn(serviceTime, 'b', 1_000)).not.toEqual(first)
    },
  )

  it('keeps the widest of them between 0 and 24 h', () => {
    const values = drawn(WIDEST)

    expect(values.every(value => value > 0 && value <= DAY_MS)).toBe(true)
    expect(Math.max(...quantilesOf(values, [1]))).toBe(DAY_MS)
    expect(drawn({ kind: 'exponential', meanMs: DAY_MS }, makeScriptedRng([TOP, 0]), 2)).toEqual([DAY_MS, 0])
  })
})
