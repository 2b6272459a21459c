import { describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { makePolicy } from '../../src/policy/registry.ts'
import { countPicks, picksOf, upstreams, weighing } from '../support/upstreams.ts'

const make = (upTo: number) => makePolicy({ name: 'first', upTo }, makeRng('first'))

describe('first', () => {
  it.each([
    ['a:0 b:0 c:0', 0],
    ['a:3 b:0 c:0', 0],
    ['a:4 b:0 c:0', 1],
    ['a:4 b:3 c:0', 1],
    ['a:5 b:4 c:0', 2],
    ['a:3 b:4 c:4', 0],
    ['a:4 b:4*9 c:2', 2],
    ['a:4 b:4 c:4', 0],
    ['a:6 b:5 c:5', 1],
    ['a:8 b:20*4 c:9', 1],
  ])('with up to 4 each, of %s picks place %d', (text, index) => {
    expect(picksOf(make(4), upstreams(text), 1)).toEqual([index])
  })

  it.each([
    [1, [1, 0, 0, 0]],
    [8, [1, 0, 0, 0]],
    [9, [8 / 9, 1 / 9, 0, 0]],
    [20, [0.4, 0.4, 0.2, 0]],
    [40, [0.25, 0.25, 0.25, 0.25]],
  ])('uses as few as %d requests at a time need', (outstanding, shares) => {
    const counts = countPicks(make(8), weighing([1, 1, 1, 1]), 60_000, outstanding - 1)

    counts.forEach((count, i) => {
      expect(Math.abs(count / 60_000 - shares[i]!), `upstream ${i}`).toBeLessThan(0.02)
    })
  })
})
