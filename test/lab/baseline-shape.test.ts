import { describe, expect, it } from 'vitest'
import { shapeProblem } from '../../src/lab/baseline-shape.ts'
import { benchLine } from '../../src/lab/bench-line.ts'
import { fileScenarios, sampleResult } from './bench-sample.ts'

const LINE = benchLine(sampleResult({ scenarios: fileScenarios(2) }))

/** A saved result with the value at this place replaced. */
function damaged(place: string, value: unknown): unknown {
  const whole = JSON.parse(LINE)
  const keys = place.split(/[.[\]]+/).filter(key => key !== '')
  const last = keys.pop()!
  const parent = keys.reduce((at, key) => at[key], whole)
  parent[last] = value
  return whole
}

describe('shapeProblem', () => {
  it('finds nothing in what was saved', () => {
    expect(shapeProblem(JSON.parse(LINE))).toBeNull()
  })

  it.each([
    ['time', 1e300],
    ['node', 20],
    ['cpus', -1],
    ['isPartial', 'no'],
    ['topology', null],
    ['warnings', [7]],
    ['scenarios', []],
    ['scenarios', {}],
    ['scenarios[1].path', 7],
    ['scenarios[1].rate', 'fast'],
    ['scenarios[1].rounds', null],
    ['scenarios[3].rounds[1].perSecond', null],
    ['scenarios[3].rounds[1].response', { p50Us: '1' }],
    ['scenarios[3].rounds[1].response', undefined],
  ])('names %s where it is %j', (place, value) => {
    expect(shapeProblem(damaged(place, value))).toBe(`${place} is missing or of another kind`)
  })

  it.each([[null], [7], ['x'], [[]]])('takes a scenario or a round that is %j for damaged', value => {
    expect(shapeProblem(damaged('scenarios[0]', value))).toBe('scenarios[0].section is missing or of another kind')
    expect(shapeProblem(damaged('scenarios[0].rounds[0]', value))).toBe(
      'scenarios[0].rounds[0].perSecond is missing or of another kind',
    )
  })
})
