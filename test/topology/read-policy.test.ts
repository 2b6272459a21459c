import { describe, expect, it } from 'vitest'
import { POLICY_NAMES } from '../../src/topology/policy-names.ts'
import { policy, policySpec } from '../../src/topology/read-policy.ts'
import { codesOf, readField } from '../support/fields.ts'

// What is refused, and where it is reported, stands in the corpus.
describe('policy', () => {
  it.each([
    ['random', { name: 'random' }],
    [{ name: 'random' }, { name: 'random' }],
    ['peak-ewma', { name: 'peak-ewma', decayMs: 1_000 }],
    [{ name: 'peak-ewma' }, { name: 'peak-ewma', decayMs: 1_000 }],
    [
      { name: 'peak-ewma', decay: '5s' },
      { name: 'peak-ewma', decayMs: 5_000 },
    ],
    ['first', { name: 'first', upTo: 64 }],
    [
      { upTo: 8, name: 'first' },
      { name: 'first', upTo: 8 },
    ],
  ])('reads %j as %j', (written, value) => {
    expect(readField(policy, written)).toEqual({ value, problems: [] })
  })

  it('tells all that is wrong with one', () => {
    expect(codesOf(policy, { name: 'first', upTo: 'many', decay: '1s', x: 1 })).toEqual([
      'WRONG_TYPE',
      'UNKNOWN_PARAMETER',
      'UNKNOWN_PARAMETER',
    ])
  })
})

describe('policySpec', () => {
  it('is the same as what the file gets that gives the name alone', () => {
    for (const name of POLICY_NAMES) expect(policySpec(name)).toEqual(readField(policy, name).value)
  })
})
