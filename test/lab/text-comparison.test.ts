import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import type { Figures } from '../../src/lab/bench-result.ts'
import { compare } from '../../src/lab/compare.ts'
import { drawComparison } from '../../src/lab/text-comparison.ts'
import { textWidth } from '../../src/view/text-width.ts'
import { baselineOf, figuresWith, fileScenarios, sampleResult, suiteScenarios } from './bench-sample.ts'

const paper = (columns: number, level: 0 | 1 = 0) => ({ chalk: new Chalk({ level }), columns })
const text = (lines: readonly string[]) => `\n${lines.join('\n')}\n`

const QUIET = [100, 101, 102, 103, 104]
const SLOWER = [110, 111, 112, 113, 114]

const pair = (p50Us: readonly number[]): Figures[] => [
  figuresWith({}, { p50Us }),
  figuresWith({ section: 'payload', payloadBytes: 1_048_576 }, { p50Us: QUIET, keys: { response: null } }),
]

const before = baselineOf(sampleResult({ scenarios: pair(QUIET) }))
const after = sampleResult({ scenarios: pair(SLOWER) })

describe('drawComparison', () => {
  it('shows each scenario then and now, and what of it is more than chance', () => {
    expect(text(drawComparison(compare(after, before), paper(120)))).toMatchInlineSnapshot(`
      "
      Compared · with 2023-11-14 22:13 UTC · node v20.20.2 · medians of rounds
      path           measured  p50 was    p50        p50 change  req/s was  req/s  req/s change
      ─────────────────────────────────────────────────────────────────────────────────────────
      1 hop: server  latency     102µs  112µs  +9.8 % (p=0.008)       2500   2500             ~
      1 hop: server  1 MiB           -      -                 -       2500   2500             ~
      p: Mann-Whitney, two-sided · ~: p > 0.05, or fewer than 5 rounds
      of 100 comparisons of equals, 5 show a difference by chance
      "
    `)
  })

  it('says what failed, or that nothing did', () => {
    expect(drawComparison(compare(after, before, 0.05), paper(120)).at(-1)).toBe(
      '✗ p50 of 1 hop: server, 1 outstanding: +9.8 % (p=0.008), and the limit is 5 %',
    )
    expect(drawComparison(compare(after, before, 0.1), paper(120)).at(-1)).toBe(
      '✓ nothing is worse by more than 10 %, as far as chance lets it be told',
    )
  })

  it('colours worse and better, and shows the words without colours', () => {
    expect(drawComparison(compare(after, before), paper(120, 1)).join('\n')).toContain('\x1b[31m+9.8 % (p=0.008)')
    const better = compare(sampleResult({ scenarios: pair(QUIET) }), baselineOf(after))
    expect(drawComparison(better, paper(120, 1)).join('\n')).toContain('\x1b[32m-8.9 % (p=0.008)')
  })

  it.each([120, 80])('fits %d columns with all of the standard run, and tells its rows apart', columns => {
    const slower = suiteScenarios().map(each => ({
      ...each,
      rounds: each.rounds.map(round => ({ ...round, perSecond: round.perSecond / 2 })),
    }))
    const comparison = compare(sampleResult({ scenarios: slower }), baselineOf(sampleResult()), 0.1)
    const lines = drawComparison(comparison, paper(columns))

    expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(columns)
    expect(lines.filter(line => line.includes('-50.0 % (p=0.008)')).length).toBeGreaterThan(40)
    expect(lines.find(line => line.startsWith('3 plain pipes  '))).toContain('64 B')
  })

  it('has no table where nothing could be compared', () => {
    const lines = drawComparison(compare(sampleResult({ scenarios: fileScenarios() }), before), paper(80))

    expect(lines.join('\n')).not.toContain('─')
    expect(lines.join('\n')).toContain('no scenario in common')
  })
})
