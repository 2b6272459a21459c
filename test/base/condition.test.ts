import { describe, expect, it } from 'vitest'
import { Condition } from '../../src/base/condition.ts'

describe('a condition', () => {
  it('calls at once when it holds already', () => {
    let calls = 0
    new Condition(() => true).whenTrue(() => calls++)

    expect(calls).toBe(1)
  })

  it('calls each that waits once, in order, at the first check that finds it true', () => {
    let isTrue = false
    const called: string[] = []
    const condition = new Condition(() => isTrue)
    condition.whenTrue(() => called.push('first'))
    condition.whenTrue(() => called.push('second'))

    condition.check()
    expect(called).toEqual([])

    isTrue = true
    condition.check()
    condition.check()
    expect(called).toEqual(['first', 'second'])
  })

  it('keeps the rest waiting when the first makes it false again', () => {
    let isTrue = false
    const called: string[] = []
    const condition = new Condition(() => isTrue)
    condition.whenTrue(() => {
      called.push('first')
      isTrue = false
    })
    condition.whenTrue(() => called.push('second'))

    isTrue = true
    condition.check()
    expect(called).toEqual(['first'])
  })
})
