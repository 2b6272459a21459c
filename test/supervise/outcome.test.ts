import { describe, expect, it } from 'vitest'
import { endOf, failure, whyStopping } from '../../src/supervise/outcome.ts'
import { systemProblem } from '../../src/supervise/system-problem.ts'

describe('the end of a run', () => {
  it.each([
    [true, 0, 0, null],
    [false, 0, 1, /^not every node drained in time/],
    [true, 1, 1, /^1 conservation law is broken/],
    [false, 2, 1, /^not every node drained.*\n2 conservation laws are broken/],
  ])('drained in time: %s, laws broken: %d -> exit code %d', (isInOrder, violations, exitCode, message) => {
    const end = endOf(isInOrder, violations)

    expect(end.exitCode).toBe(exitCode)
    if (message === null) expect(end.message).toBeNull()
    else expect(end.message).toMatch(message)
  })

  it('tells first what was done before nothing was started, then every problem', () => {
    const problems = ['one', 'two'].map(message => systemProblem('CODE', message, 'do this'))

    expect(failure(1, problems, ['a notice'])).toEqual({
      exitCode: 1,
      message: 'a notice\none; do this\ntwo; do this',
    })
  })

  it.each([
    ['duration', '1500ms are over'],
    ['quit', 'q was pressed'],
    ['output closed', 'nobody reads the output any more'],
    ['SIGTERM', 'SIGTERM came'],
  ])('is asked for by %s: %s', (reason, text) => {
    expect(whyStopping(reason, 1_500)).toBe(text)
  })
})
