import { describe, expect, it } from 'vitest'
import type { ServiceTime } from '../../src/topology/service-time.ts'
import { formatServiceTime, logarithmsOf, meanServiceTimeMs, NORMAL_P99 } from '../../src/topology/service-time.ts'

const empirical = (...valuesMs: number[]): ServiceTime => ({ kind: 'empirical', valuesMs })
const lognormal = (p50Ms: number, p99Ms: number) => ({ kind: 'lognormal', p50Ms, p99Ms }) as const

describe('NORMAL_P99', () => {
  it('has 99 % of the standard normal density below it', () => {
    // Simpson's rule from 0, where half of the density is passed.
    const steps = 1_000
    const width = NORMAL_P99 / steps
    const density = (step: number) => Math.exp(-((step * width) ** 2) / 2) / Math.sqrt(2 * Math.PI)
    const weighted = Array.from({ length: steps + 1 }, (_, step) => {
      const weight = step === 0 || step === steps ? 1 : step % 2 === 1 ? 4 : 2
      return weight * density(step)
    })
    const below = 0.5 + (weighted.reduce((sum, value) => sum + value, 0) * width) / 3

    expect(below).toBeCloseTo(0.99, 12)
  })
})

describe('logarithmsOf', () => {
  it('puts the p50 at the mean and the p99 that many deviations above it', () => {
    const { mean, deviation } = logarithmsOf(lognormal(2, 20))

    expect(Math.exp(mean)).toBeCloseTo(2, 12)
    expect(Math.exp(mean + deviation * NORMAL_P99)).toBeCloseTo(20, 12)
  })
})

describe('meanServiceTimeMs', () => {
  it.each<[ServiceTime, number]>([
    [{ kind: 'fixed', valueMs: 0 }, 0],
    [{ kind: 'fixed', valueMs: 0.5 }, 0.5],
    [{ kind: 'exponential', meanMs: 5 }, 5],
    [lognormal(5, 5), 5],
    // exp(ln 2 + (ln 10 / 2.3263)^2 / 2), reckoned by hand
    [lognormal(2, 20), 3.2644],
    [lognormal(0.001, 86_400_000), 86_400_000],
    [empirical(40), 40],
    [empirical(1, 1, 2, 40), 11],
  ])('of %j is %d', (serviceTime, meanMs) => {
    expect(meanServiceTimeMs(serviceTime)).toBeCloseTo(meanMs, 3)
  })
})

describe('formatServiceTime', () => {
  it.each<[ServiceTime, string]>([
    [{ kind: 'fixed', valueMs: 0 }, '0ms'],
    [{ kind: 'exponential', meanMs: 0.5 }, 'exponential 500us'],
    [lognormal(2, 1_000), 'lognormal p50 2ms p99 1s'],
    [empirical(1, 1, 2, 0, 40), 'empirical 1ms 1ms 2ms 0ms 40ms'],
    [empirical(1, 1, 2, 0, 40, 41), 'empirical of 6 values with mean 14.167ms'],
  ])('writes %j as %s', (serviceTime, written) => {
    expect(formatServiceTime(serviceTime)).toBe(written)
  })
})
