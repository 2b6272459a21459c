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
      3 hops together +84.0µs ± 1.98µs
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

  it('does not take three hops for one where a path between has no times', () => {
    const { hopCosts, ...result } = sampleResult()
    const text = drawSummary({ ...result, hopCosts: hopCosts.slice(1) }, paper(200)).join('\n')

    expect(text).toMatch(/a hop costs at p50, ± at 95 % · proxy \S+ ± \S+ · lb \S+ ± \S+ · 3 hops together \+84/)
  })

  it('calls no cost of a hop what a file differs by, its service times included', () => {
    const result = sampleResult({ scenarios: fileScenarios() })

    expect(result.hopCosts).not.toEqual([])
    expect(drawSummary(result, paper(120)).join('\n')).not.toContain('a hop costs')
  })

  it('is nothing where nothing of ours was measured', () => {
    expect(drawSummary(sampleResult({ scenarios: fileScenarios().slice(0, 1) }), paper(80))).toEqual([])
  })
})
