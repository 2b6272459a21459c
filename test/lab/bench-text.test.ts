import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import { renderBench } from '../../src/lab/bench-text.ts'
import { warningsOf } from '../../src/lab/bench-warnings.ts'
import type { Verdict } from '../../src/lab/judge.ts'
import { textWidth } from '../../src/view/text-width.ts'
import { fileScenarios, sampleResult, suiteScenarios } from './bench-sample.ts'

const plain = new Chalk({ level: 0 })

describe('renderBench', () => {
  it('begins with where and what, and ends with how far to trust it', () => {
    const result = sampleResult({ loadAverage: 2.6 })
    const text = renderBench({ ...result, warnings: warningsOf(result) }, plain, 120)

    expect(text.split('\n').slice(0, 2)).toEqual([
      'udsim bench · node v20.20.2 · linux x64 · 2 cores · load 2.6 · standard topology 3f2a1c9 (9 nodes)',
      'closed and open loop · 64 B to 1 MiB · warm-up 250ms · 5 rounds × 8.2s',
    ])
    expect(text.split('\n').slice(-12).join('\n')).toMatchInlineSnapshot(`
      "p50, p90, p99 and rates: medians of 5 rounds · p99.9, max, mean ± σ: of all requests · rounds: p50 of each
      ±: how far they vary · closed loop: each answer sends the next request, so nothing waits as users would

      Warning: The load average was 2.6 on 2 cores before the first request: others were working here. Run it again on a quiet
               machine.

      In short
      3 hops: lb, proxy, server, 1 outstanding · p50 105µs · p99 116µs · 9615/s · at most 38.0k/s with 256 outstanding
      a hop costs at p50, ± at 95 % · server +17.2µs ± 0.41µs · proxy +33.4µs ± 0.79µs · lb +33.4µs ± 0.79µs
      3 hops together +84.0µs ± 1.98µs
      ⚠ read the 1 warning above before you trust these figures
      "
    `)
  })

  it('has one section for each thing that was measured, and none for what was not', () => {
    const titles = (text: string) =>
      text
        .split('\n\n')
        .map(section => section.split(/ · |\n/)[0])
        .slice(1)

    expect(titles(renderBench(sampleResult(), plain, 120))).toEqual([
      'Latency',
      'Cost of a hop',
      'Throughput',
      'Payload sweep',
      'Connections',
      'Load',
      'Times under load',
      'Response times',
      'Response times',
      'Rounds',
      'p50, p90, p99 and rates: medians of 5 rounds',
      'In short',
    ])
    expect(titles(renderBench(sampleResult({ scenarios: fileScenarios(1) }), plain, 120))).toEqual([
      'Cost of a hop',
      'Load',
      'Times under load',
      'Response times',
      'Response times',
      'Response times',
      'Rounds',
      'p50, p90, p99 and rates: of the one round',
      'In short',
    ])
    expect(titles(renderBench(sampleResult({ scenarios: [] }), plain, 120))).toEqual([])
  })

  it.each([120, 80])('fits %d columns, whatever was measured', columns => {
    for (const scenarios of [suiteScenarios(), suiteScenarios(1), fileScenarios()]) {
      const result = sampleResult({ scenarios, isPartial: true, loadAverage: 9 })
      const text = renderBench({ ...result, warnings: warningsOf(result) }, plain, columns)

      expect(Math.max(...text.split('\n').map(textWidth))).toBeLessThanOrEqual(columns)
      expect(text).not.toMatch(/ $/m)
    }
  })

  it('says how many rounds of a partial run were done, and that a quick one is rougher', () => {
    const partial = renderBench(sampleResult({ roundsPlanned: 9, isPartial: true }), plain, 200)

    expect(partial).toContain('· 5 of 9 rounds × 8.2s\n')
    expect(renderBench(sampleResult({ args: ['--quick'] }), plain, 200)).toContain('× 8.2s · quick, so rougher\n')
  })

  it('has colours with a Chalk that has, and no escape byte without', () => {
    expect(renderBench(sampleResult(), new Chalk({ level: 1 }), 120)).toContain('\x1b[1m')
    expect(renderBench(sampleResult(), plain, 120)).not.toContain('\x1b')
  })

  it('shows a file name from outside with its control characters spelled out', () => {
    const topology = { name: 'a\x1b[2Jb.json', hash: 'abc', nodes: 1 }

    expect(renderBench(sampleResult({ topology }), plain, 120)).toContain('a\\x1b[2Jb.json abc (1 node)')
  })

  it('ends with what was expected, a blank line after all else', () => {
    const text = renderBench(sampleResult(), plain, 120)
    const verdict = { text: 'p99<2ms', metric: 'p99', operator: '<', limit: 2_000, isMet: true, seen: 1_000, of: 'lb' }
    const judged = renderBench(sampleResult(), plain, 120, { comparison: null, expectations: [verdict as Verdict] })

    expect(judged.slice(0, text.length + 1)).toBe(`${text}\n`)
    expect(judged.slice(text.length + 1)).toMatch(/^Expected · lb\n✓ p99 1.00ms < 2ms\n$/)
  })
})
