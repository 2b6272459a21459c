import { describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { makeRoundRobin } from '../../src/policy/round-robin.ts'
import { makeScriptedRng } from '../support/scripted-rng.ts'
import { countPicks, picksOf, upstreams, weighing } from '../support/upstreams.ts'

describe('round-robin', () => {
  it('takes each in turn, from the turn that chance drew, and begins anew after the last', () => {
    const policy = makeRoundRobin(makeScriptedRng([2 / 0x1_0000]))

    expect(picksOf(policy, weighing([1, 1, 1]), 7)).toEqual([2, 0, 1, 2, 0, 1, 2])
  })

  it.each([2, 3, 7])('keeps the counts of %d upstreams within 1 of each other after every pick', length => {
    const policy = makeRoundRobin(makeRng(length))
    const list = weighing(new Array<number>(length).fill(1))
    const counts = list.map(() => 0)
    for (let i = 0; i < 1_000; i++) {
      counts[picksOf(policy, list, 1)[0]!]!++

      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
    }
  })

  it('looks neither at weights nor at what is in flight', () => {
    expect(countPicks(makeRoundRobin(makeRng(1)), upstreams('a:900*9 b:0 c:3*0.1'), 300)).toEqual([100, 100, 100])
  })

  it('begins at every one of 4 upstreams about equally often over 4000 seeds', () => {
    const starts = [0, 0, 0, 0]
    for (let seed = 0; seed < 4_000; seed++) {
      starts[picksOf(makeRoundRobin(makeRng(seed)), weighing([1, 1, 1, 1]), 1)[0]!]!++
    }

    expect(Math.min(...starts)).toBeGreaterThan(850)
  })
})
