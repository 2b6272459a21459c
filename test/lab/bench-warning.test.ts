import { describe, expect, it } from 'vitest'
import { benchWarning } from '../../src/lab/bench-warning.ts'
import { sampleResult } from './samples.ts'

describe('benchWarning', () => {
  it('is silent on a quiet machine', () => {
    expect(benchWarning(sampleResult())).toBeNull()
    expect(benchWarning(sampleResult({ loadAverage: 2 }))).toBeNull()
  })

  it('tells of a load average above the cores', () => {
    expect(benchWarning(sampleResult({ loadAverage: 2.1 }))).toBe(
      'Unsteady figures: load average 2.1 on 2 cores at the start. Run again on a quiet machine before comparing.',
    )
  })

  it('tells of the path whose rounds lie furthest apart, if by more than a quarter', () => {
    const { throughput } = sampleResult()
    const unsteady = [...throughput.slice(0, 3), { ...throughput[3]!, rounds: [700_000, 500_000, 900_000] }]

    expect(benchWarning(sampleResult({ throughput: unsteady, loadAverage: 3 }))).toBe(
      'Unsteady figures: load average 3 on 2 cores at the start; rounds lie up to 57 % apart ' +
        '(rate of 1 hop: server at 256). Run again on a quiet machine before comparing.',
    )
  })
})
