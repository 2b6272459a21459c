import { describe, expect, it } from 'vitest'
import { checkCount, checkUnique } from '../../src/topology/check-ids.ts'
import { serverEntry } from '../../src/topology/read-entry.ts'
import type { Problem } from '../../src/topology/types.ts'
import { readField } from '../support/fields.ts'

const entries = (...written: object[]) => written.map(keys => readField(serverEntry, keys).value!)

describe('checkCount', () => {
  it('counts replicas, and allows the limit itself', () => {
    const problems: Problem[] = []
    const report = (problem: Problem) => problems.push(problem)

    expect(checkCount(entries({ id: 'a', replicas: 3 }, { id: 'b' }), 4, report)).toBe(true)
    expect(checkCount(entries({ id: 'a', replicas: 3 }, { id: 'b' }), 3, report)).toBe(false)
    expect(problems.map(problem => problem.message)).toEqual(['the file makes 4 nodes, the limit is 3'])
  })
})

describe('checkUnique', () => {
  it('reports an entry once, however many ids it shares with an earlier one, and gives them all', () => {
    const problems: Problem[] = []

    const taken = checkUnique(
      entries({ id: 'a', replicas: 9 }, { id: 'a', replicas: 5 }, { id: 'a' }, { id: 'b' }),
      problem => problems.push(problem),
    )

    expect([...taken]).toEqual(['a-1', 'a-2', 'a-3', 'a-4', 'a-5'])
    expect(problems.map(problem => problem.code)).toEqual(['DUPLICATE_ID'])
    expect(problems[0]!.message).toContain('the id "a-1" is given twice')
  })
})
