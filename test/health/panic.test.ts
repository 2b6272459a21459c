import { describe, expect, it } from 'vitest'
import { judgePanic } from '../../src/health/panic.ts'
import { pool } from '../support/pool.ts'

describe('panic at a half', () => {
  it.each<[string, boolean, string]>([
    ['a', false, '1 of 1'],
    ['a b', false, '2 of 2'],
    ['a b:open', false, '1 of 2'],
    ['a:open b:lost', true, '0 of 2'],
    ['a:spared b:open', true, '0 of 2'],
    ['a b c:open', false, '2 of 3'],
    ['a b:open c:lost', true, '1 of 3'],
    ['a b:lost c:lost', true, '1 of 3'],
    ['a b:unknown c:unknown', false, '1 of 1'],
    ['a b:drain c:maintenance', false, '1 of 1'],
    ['a b:weightless c:weightless', false, '1 of 1'],
    ['a b:lost s:backup t:backup', false, '1 of 2'],
    ['a b c:lost d:lost e:lost', true, '2 of 5'],
  ])('in %s: %s, %s', (text, isPanic, counts) => {
    const verdict = judgePanic(pool(text), 0.5, false)

    expect([verdict.isPanic, `${verdict.fit} of ${verdict.of}`]).toEqual([isPanic, counts])
  })

  it.each([true, false])('stays as it was where nobody is there: %s', wasPanic => {
    expect(judgePanic(pool('a:lost b:lost'), 0.5, wasPanic).isPanic).toBe(wasPanic)
  })

  it.each(['a:drain b:maintenance', 'a:weightless'])('is over where nobody is wanted: %s', text => {
    expect(judgePanic(pool(text), 0.5, true).isPanic).toBe(false)
  })

  it('never is at a threshold of 0', () => {
    expect(judgePanic(pool('a:open b:lost c:lost'), 0, false).isPanic).toBe(false)
  })
})
