import { describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { expectedShares, makePolicy } from '../../src/policy/registry.ts'
import { POLICY_NAMES } from '../../src/topology/policy-names.ts'
import { policySpec } from '../../src/topology/read-policy.ts'
import { CONTEXT, weighing } from '../support/upstreams.ts'

describe('the registry', () => {
  it('makes a policy for every name that a topology may use', () => {
    for (const name of POLICY_NAMES) {
      expect([0, 1]).toContain(makePolicy(policySpec(name), makeRng(1)).pick(weighing([1, 1]), CONTEXT))
    }
  })

  it('makes policies that share no state', () => {
    const [a, b] = [makePolicy({ name: 'round-robin' }, makeRng(1)), makePolicy({ name: 'round-robin' }, makeRng(1))]
    const list = weighing([1, 1, 1])
    const first = a.pick(list, CONTEXT)
    a.pick(list, CONTEXT)

    expect(b.pick(list, CONTEXT)).toBe(first)
  })
})

describe('expectedShares', () => {
  it.each([
    ['round-robin', [1, 1, 1, 1], [0.25, 0.25, 0.25, 0.25]],
    ['round-robin', [5, 1, 1], [1 / 3, 1 / 3, 1 / 3]],
    ['round-robin', [5, 0], [1, 0]],
    ['random', [5, 1, 1], [5 / 7, 1 / 7, 1 / 7]],
    ['random', [0, 3], [0, 1]],
    ['least-connections', [1, 3], null],
    ['least-connections', [2, 2], null],
    ['least-connections', [2, 0], [1, 0]],
    ['least-connections', [2], [1]],
    ['round-robin', [0, 0], [0, 0]],
    ['random', [0, 0], [0, 0]],
    ['random', [], []],
    ['weighted-round-robin', [5, 1, 0], [5 / 6, 1 / 6, 0]],
    ['consistent-hash', [3, 1], [3 / 4, 1 / 4]],
    ['power-of-two', [1, 1], null],
    ['peak-ewma', [1, 1], null],
    ['least-time', [1, 1], null],
    ['first', [1, 1, 1], null],
    ['first', [0, 1, 0], [0, 1, 0]],
  ] as const)('of %s for weights %j is %j', (name, weights, shares) => {
    expect(expectedShares(policySpec(name), weights)).toEqual(shares)
  })
})
