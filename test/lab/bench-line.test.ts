import { describe, expect, it } from 'vitest'
import { benchLine } from '../../src/lab/bench-line.ts'
import { compare } from '../../src/lab/compare.ts'
import { judge } from '../../src/lab/judge.ts'
import { baselineOf, sampleResult } from './bench-sample.ts'

const words = (text: string) => text.split(/\s+/).filter(word => word !== '')

describe('benchLine', () => {
  it('is one line of JSON with the promised keys', () => {
    const line = benchLine(sampleResult())

    expect(line.indexOf('\n')).toBe(line.length - 1)
    const json = JSON.parse(line)
    expect(Object.keys(json).toSorted()).toEqual(
      words(`anatomy arch args comparison cpus expectations hopCosts isPartial loadAverage node platform
        roundConditions roundsPlanned scenarios time topology type v warmUpMs warnings`),
    )
    expect(json).toMatchObject({ type: 'bench', v: 2, time: 1_700_000_000_000, comparison: null, expectations: [] })
    expect(Object.keys(json.scenarios[0]).toSorted()).toEqual(
      words(`connections failed histogram hops loop maxUs meanUs outstanding p50Us p90Us p999Us p99Us path payloadBytes
        perSecond rate requests rounds section service stdevUs`),
    )
    expect(Object.keys(json.scenarios[0].rounds[0]).toSorted()).toEqual(
      words('answered doubts elapsedMs failed lagUs perSecond response sent service stealShare'),
    )
    expect(Object.keys(json.hopCosts[0])).toEqual(words('from to costUs lowUs highUs confidence'))
    expect(Object.keys(json.roundConditions[0]).toSorted()).toEqual(
      words('doubts elapsedMs lagP99Us loadAverage round stealShare'),
    )
  })

  it('holds what was compared and expected', () => {
    const result = sampleResult()
    const expectations = judge(result, [{ text: 'p50<1ms', metric: 'p50', operator: '<', limit: 1_000 }])
    const json = JSON.parse(benchLine(result, { comparison: compare(result, baselineOf(result), 0.1), expectations }))

    expect(json.comparison).toMatchObject({ failAbove: 0.1, failed: [], warnings: [] })
    expect(json.comparison.scenarios[0].changes[0]).toMatchObject({ measure: 'p50', share: 0, p: 1, change: 'none' })
    expect(json.expectations).toEqual([
      {
        text: 'p50<1ms',
        metric: 'p50',
        operator: '<',
        limit: 1_000,
        isMet: true,
        seen: result.scenarios.find(({ hops }) => hops === 3)!.p50Us,
        of: '3 hops: lb, proxy, server, 1 outstanding',
      },
    ])
  })

  it('of the standard run is below 1 MB', () => {
    expect(benchLine(sampleResult()).length).toBeLessThan(1_000_000)
  })
})
