import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import { drawSummary } from '../../src/lab/text-summary.ts'
import { fileScenarios, sampleResult } from './bench-sample.ts'

const paper = (columns: number) => ({ chalk: new Chalk({ level: 0 }), columns })

describe('drawSummary', () => {
  it('tells what a hop costs, what the longest path carries, and whether to trust it', () => {
    expect(drawSummary(sampleResult(), paper(120)).join('\n')).toMatchInlineSnapshot(`
      "In short
      3 hops: lb, proxy, server, 1 outstanding · p50 105µs · p99 116µs · 9615/s · at most 38.0k/s with 256 outstanding
      a hop costs at p50, ± at 95 % · server +17.2µs ± 0.41µs · proxy +33.4µs ± 0.79µs · lb +33.4µs ± 0.79µs
      together +84.0µs ± 1.98µs
      ✓ nothing speaks against these figures"
    `)
  })

  it('tells of a file the load that was asked, with what failed', () => {
    const [unix, open] = fileScenarios()
    const scenarios = [unix!, { ...open!, failed: 3 }]

    expect(
      drawSummary(sampleResult({ scenarios, hopCosts: [], warnings: ['a', 'b'] }), paper(120)).join('\n'),
    ).toMatchInlineSnapshot(`
      "In short
      my.json, 200/s on 4 connections · p50 5.35ms · p99 5.90ms · 200/s · 3 failed
      ⚠ read the 2 warnings above before you trust these figures"
    `)
  })

  it('is nothing where nothing of ours was measured', () => {
    expect(drawSummary(sampleResult({ scenarios: fileScenarios().slice(0, 1) }), paper(80))).toEqual([])
  })
})
