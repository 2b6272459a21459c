import { describe, expect, it } from 'vitest'
import { isFit, isWanted } from '../../src/health/pool.ts'
import { pool } from '../support/pool.ts'

describe('a member of a pool', () => {
  it.each([
    ['a', true, true],
    ['a:open', true, false],
    ['a:half-open', true, false],
    ['a:lost', true, false],
    ['a:backup', true, true],
    ['a:drain', false, false],
    ['a:maintenance', false, false],
    ['a:weightless', false, false],
  ])('%s: wanted %s, fit %s', (text, wanted, fit) => {
    const [member] = pool(text)

    expect([isWanted(member!), isFit(member!)]).toEqual([wanted, fit])
  })
})
