import { describe, expect, it } from 'vitest'
import { type FactSource, makeProcessFacts } from '../../src/supervise/process-facts.ts'

describe('process facts', () => {
  it('tells the share of a core since the last reading', () => {
    const source = { cpu: 5_000, now: 1_000, cpuUs: () => source.cpu, nowUs: () => source.now, memoryBytes: () => 42 }
    const read = makeProcessFacts(source satisfies FactSource)
    const readings: number[] = []
    for (const [cpuUs, elapsedUs] of [
      [500_000, 1_000_000],
      [0, 1_000_000],
      [1_500_000, 1_000_000],
      [333, 1_000_000],
      [0, 0],
    ] as const) {
      source.cpu += cpuUs
      source.now += elapsedUs
      readings.push(read().cpuPercent)
    }

    expect(readings).toEqual([50, 0, 150, 0, 0])
  })

  it('reads this process: busy while it works, with memory of a plausible size', () => {
    const read = makeProcessFacts()
    const endMs = performance.now() + 30
    while (performance.now() < endMs) Math.sqrt(endMs)
    const before = Number(process.hrtime.bigint()) / 1e6
    const { cpuPercent, memoryBytes, readAtMs } = read()

    expect(cpuPercent).toBeGreaterThan(0)
    expect(readAtMs).toBeGreaterThanOrEqual(before)
    expect(readAtMs).toBeLessThanOrEqual(Number(process.hrtime.bigint()) / 1e6)
    expect(memoryBytes).toBeGreaterThan(10_000_000)
  })
})
