import { describe, expect, it } from 'vitest'
import { processViolations } from '../../src/stats/process-laws.ts'
import { textOf } from '../../src/stats/violation.ts'

/** Started, replaced by an edit, restarted twice; one fork failed. */
const counts = { starts: 5, asked: 2, running: 1, exits: 3, spawnErrors: 1, restarts: 2 }

describe('the laws of processes', () => {
  it('hold for a node that was restarted, and for one that never started', () => {
    expect(processViolations('lb', counts)).toEqual([])
    expect(processViolations('lb', { starts: 0, asked: 0, running: 0, exits: 0, spawnErrors: 0, restarts: 0 })).toEqual(
      [],
    )
  })

  it.each([
    ['a process lost from sight', { running: 0 }, 'lb: started 5 times, but running 0 + exits 3 + spawn errors 1 = 4'],
    ['more restarts than starts', { restarts: 4 }, 'lb: restarted 4 times, but started 5 times, 2 of them as asked'],
  ])('report %s, and only that', (_, change, text) => {
    expect(processViolations('lb', { ...counts, ...change }).map(textOf)).toEqual([text])
  })
})
