import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import type { RoundConditions } from '../../src/lab/bench-result.ts'
import { doubtsOf, drawRounds } from '../../src/lab/text-rounds.ts'
import { figuresWith, sampleResult } from './bench-sample.ts'

const paper = (columns: number) => ({ chalk: new Chalk({ level: 0 }), columns })
const text = (lines: readonly string[]) => `\n${lines.join('\n')}\n`

const CONDITIONS: RoundConditions[] = [
  { round: 1, elapsedMs: 8_240, loadAverage: 0.9, stealShare: 0.001, lagP99Us: 1_080, doubts: [] },
  { round: 2, elapsedMs: 812, loadAverage: 1.4, stealShare: null, lagP99Us: null, doubts: ['steal 6.0 %'] },
]
const figures = figuresWith({}, { p50Us: [20, 21] })

function withDoubts(second: readonly string[]) {
  const [one, two] = figures.rounds
  return sampleResult({
    scenarios: [{ ...figures, rounds: [one!, { ...two!, doubts: second }] }],
    roundConditions: CONDITIONS,
  })
}

describe('drawRounds', () => {
  it('has one line for each round, and why it is in doubt below', () => {
    expect(text(drawRounds(withDoubts(['steal 6.0 %', '3 failed']), paper(120)))).toMatchInlineSnapshot(`
      "
      Rounds · 1 scenario
      round   time  load average  steal  generator lag p99
      ────────────────────────────────────────────────────
          1   8.2s           0.9   0.1%             1.08ms
          2  812ms           1.4      -                  -
          ⚠ steal 6.0 %
          ⚠ 1 hop: server, 1 outstanding: 3 failed
      "
    `)
  })

  it('tells the first doubts of many', () => {
    const lines = drawRounds(withDoubts(['a', 'b', 'c', 'd']), paper(120))

    expect(lines.slice(-4)).toEqual([
      '    ⚠ steal 6.0 %',
      '    ⚠ 1 hop: server, 1 outstanding: a',
      '    ⚠ 1 hop: server, 1 outstanding: b',
      '    ⚠ and 2 more',
    ])
  })

  it('says nothing before the first round is done', () => {
    expect(drawRounds(sampleResult({ scenarios: [], roundConditions: [] }), paper(80))).toEqual([])
  })
})

describe('doubtsOf', () => {
  it('are those of the round, and those of its scenarios by name', () => {
    const result = withDoubts(['steal 6.0 %', '3 failed'])

    expect(doubtsOf(result, 0)).toEqual([])
    expect(doubtsOf(result, 1)).toEqual(['steal 6.0 %', '1 hop: server, 1 outstanding: 3 failed'])
  })
})
