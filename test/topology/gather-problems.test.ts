import { describe, expect, it } from 'vitest'
import { gatherProblems, PROBLEMS_MAX } from '../../src/topology/gather-problems.ts'
import { problemAt } from '../../src/topology/json-tree.ts'

const at = (line: number, column: number) =>
  problemAt({ path: '', line, column, length: 1 }, `AT_${line}_${column}`, 'wrong', 'mend it')

describe('gatherProblems', () => {
  it('gives what was read, and what was reported in the order of the text', () => {
    const { value, problems } = gatherProblems(report => {
      for (const problem of [at(2, 1), at(1, 9), at(1, 2)]) report(problem)
      return 'read'
    })

    expect(value).toBe('read')
    expect(problems.map(({ code }) => code)).toEqual(['AT_1_2', 'AT_1_9', 'AT_2_1'])
  })

  it('stops a reader that reports without end, and says so at the place where it did', () => {
    let reported = 0
    const { value, problems } = gatherProblems(report => {
      for (;;) report(at(++reported, 1))
    })

    expect([value, reported, problems.length]).toEqual([null, PROBLEMS_MAX + 1, PROBLEMS_MAX + 1])
    expect(problems.at(-1)).toMatchObject({ code: 'TOO_MANY_PROBLEMS', line: PROBLEMS_MAX + 1 })
  })

  it('lets what else is thrown pass', () => {
    const broken = () => {
      throw new Error('a bug')
    }

    expect(() => gatherProblems(broken)).toThrow('a bug')
  })
})
