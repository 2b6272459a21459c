import { describe, expect, it } from 'vitest'
import { warningsOf } from '../../src/lab/bench-warnings.ts'
import { figuresWith, sampleResult } from './bench-sample.ts'

const STEADY = figuresWith({}, { p50Us: [20, 21, 20, 19, 20] })

describe('warningsOf', () => {
  it('is silent on a quiet machine', () => {
    expect(warningsOf(sampleResult())).toEqual([])
    expect(warningsOf(sampleResult({ loadAverage: 2 }))).toEqual([])
    expect(warningsOf(sampleResult({ scenarios: [], roundConditions: [] }))).toEqual([])
  })

  it('tells of a machine that was busy before', () => {
    expect(warningsOf(sampleResult({ loadAverage: 2.1 }))).toEqual([
      'The load average was 2.1 on 2 cores before the first request: others were working here. Run it again on a quiet machine.',
    ])
  })

  it('tells of the scenario whose rounds differ most, and how many others do', () => {
    const p50 = figuresWith({}, { p50Us: [20, 30, 20, 30, 20] })
    const rates = [100, 100, 100, 100, 190].map(perSecond =>
      figuresWith({ outstanding: 64 }, { p50Us: [20], keys: { perSecond } }),
    )
    const rate = { ...rates[0]!, rounds: rates.flatMap(({ rounds }) => rounds) }

    expect(warningsOf(sampleResult({ scenarios: [STEADY, p50] }))).toEqual([
      'The rounds differ by 23 % (p50 of 1 hop: server, 1 outstanding). ' +
        'Run it again on a quiet machine, or with more --rounds, before comparing.',
    ])
    expect(warningsOf(sampleResult({ scenarios: [p50, rate, STEADY] }))[0]).toMatch(
      /^The rounds differ by 34 % \(rate of 1 hop: server, 64 outstanding\), and 1 other scenario by more than 10 %\./,
    )
  })

  it('tells of rounds in doubt by number', () => {
    const scenarios = [figuresWith({}, { p50Us: [20, 20, 20] })]
    const { roundConditions } = sampleResult({ scenarios })
    const doubted = roundConditions.map(each => (each.round === 2 ? { ...each, doubts: ['steal 6.0 %'] } : each))
    const stolen = roundConditions.map(each => (each.round < 3 ? { ...each, doubts: ['steal 6.0 %'] } : each))

    expect(warningsOf(sampleResult({ scenarios, roundConditions: doubted }))).toEqual([
      'Round 2 is in doubt (see ⚠): medians bear that.',
    ])
    expect(warningsOf(sampleResult({ scenarios, roundConditions: stolen }))[0]).toBe(
      'Rounds 1, 2 are in doubt (see ⚠): too many for medians to bear. Run it again on a quiet machine.',
    )
  })

  it('does not doubt the other scenarios for an open loop that was late in every round', () => {
    const doubted = { p50Us: [20, 20], keys: { doubts: ['the generator was late'] } }
    const load = figuresWith({ section: 'load', loop: 'open', rate: 2_000 }, doubted)
    const other = figuresWith({ outstanding: 64 }, doubted)

    expect(warningsOf(sampleResult({ scenarios: [load, STEADY] }))).toEqual([
      'Not to be trusted (see ⚠): 1 hop: server, 2000/s, in 2 of 2 rounds. The other figures are not concerned. ' +
        'Run it again on a quiet machine, or with less load.',
    ])
    expect(warningsOf(sampleResult({ scenarios: [load, other] }))).toEqual([
      'Not to be trusted (see ⚠): 1 hop: server, 2000/s, in 2 of 2 rounds, and 1 other scenario. ' +
        'Run it again on a quiet machine, or with less load.',
    ])
  })

  it('tells that a result is partial', () => {
    const [warning] = warningsOf(sampleResult({ isPartial: true, roundsPlanned: 9 }))

    expect(warning).toBe('Ended early, with 5 of 9 rounds done: a partial result, rougher than a whole one.')
  })
})
