import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import type { Figures } from '../../src/lab/bench-result.ts'
import { type Expectation, parseExpectation } from '../../src/lab/expectation.ts'
import { drawVerdicts, judge, judgedScenario } from '../../src/lab/judge.ts'
import { fileScenarios, sampleResult, suiteScenarios } from './bench-sample.ts'

const paper = { chalk: new Chalk({ level: 0 }), columns: 80 }

function expected(...typed: readonly string[]): Expectation[] {
  return typed.map(each => {
    const result = parseExpectation(each)
    if (!result.ok) throw new Error(result.message)
    return result.expectation
  })
}

const HOPS: Figures = {
  ...suiteScenarios().find(({ hops }) => hops === 3)!,
  ...{ p50Us: 104, p90Us: 110, p99Us: 1_200, p999Us: 2_000, maxUs: 9_000, meanUs: 120 },
  ...{ perSecond: 9_600, requests: 9_990, failed: 10 },
}
const verdictsOf = (...typed: readonly string[]) => judge(sampleResult({ scenarios: [HOPS] }), expected(...typed))

describe('judge', () => {
  it.each([
    ['p50<105us', true],
    ['p50<104us', false],
    ['p50<=104us', true],
    ['p90>100us', true],
    ['p99<2ms', true],
    ['p99>=1200us', true],
    ['p99>1200us', false],
    ['p99.9<2ms', false],
    ['max<10ms', true],
    ['mean<100us', false],
    ['rate>9000', true],
    ['rate>10000', false],
    ['errors<0.1%', false],
    ['errors<=0.1%', true],
  ])('%s: %j', (typed, isMet) => {
    expect(verdictsOf(typed)).toMatchObject([{ text: typed, isMet, of: '3 hops: lb, proxy, server, 1 outstanding' }])
  })

  it('does not take for met what the run has no figure for', () => {
    const empty = { ...HOPS, p50Us: null, requests: 0, failed: 0 }
    const result = sampleResult({ scenarios: [empty] })
    const typed = ['p50<1h', 'rate>=0', 'errors<100%']

    expect(judge(result, expected(...typed)).map(({ isMet, seen }) => [isMet, seen])).toEqual(
      typed.map(() => [false, null]),
    )
    expect(judge(sampleResult({ scenarios: [] }), expected('p50<1h'))).toMatchObject([{ isMet: false, of: null }])
  })
})

describe('judgedScenario', () => {
  it('is the longest path with one request at a time in the standard run, though it has a load run too', () => {
    expect(judgedScenario(sampleResult())).toMatchObject({ section: 'latency', hops: 3, outstanding: 1 })
  })

  it('is the open loop of a load run, or its load where there is no open one; never a floor', () => {
    const scenarios = fileScenarios()
    const closed = scenarios.filter(({ loop }) => loop === 'closed')

    expect(judgedScenario({ scenarios })).toMatchObject({ path: 'my.json', loop: 'open' })
    expect(judgedScenario({ scenarios: closed })).toMatchObject({ path: 'my.json', outstanding: 1 })
    expect(judgedScenario({ scenarios: scenarios.filter(({ hops }) => hops === 0) })).toBeNull()
  })
})

describe('drawVerdicts', () => {
  it('says of each whether it is met, with what was seen', () => {
    expect(drawVerdicts(verdictsOf('p99<2ms', 'p50 < 100us', 'rate>10000', 'errors<0.1%'), paper)).toEqual([
      'Expected · 3 hops: lb, proxy, server, 1 outstanding',
      '✓ p99 1.20ms < 2ms',
      '✗ p50 104µs is not < 100us',
      '✗ rate 9600/s is not > 10000',
      '✗ errors 0.1% is not < 0.1%',
    ])
  })

  it('says where a run has no such figure, and nothing where nothing was expected', () => {
    const none = judge(sampleResult({ scenarios: [] }), expected('p99<2ms'))

    expect(drawVerdicts(none, paper)).toEqual([
      'Expected · nothing that it could be asked of was measured',
      '✗ p99 < 2ms: this run has no p99',
    ])
    expect(drawVerdicts([], paper)).toEqual([])
  })
})
