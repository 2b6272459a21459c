import { describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { makePolicy } from '../../src/policy/registry.ts'
import { makeScriptedRng } from '../support/scripted-rng.ts'
import { contextOf, countPicks, picksOf, upstreams, weighing } from '../support/upstreams.ts'

const make = (seed: string | number) => makePolicy({ name: 'round-robin' }, makeRng(seed))

describe('round-robin', () => {
  it('takes each in turn, from the turn that chance drew, and begins anew after the last', () => {
    const policy = makePolicy({ name: 'round-robin' }, makeScriptedRng([2 / 1_024]))

    expect(picksOf(policy, weighing([1, 1, 1]), 7)).toEqual([2, 0, 1, 2, 0, 1, 2])
  })

  it.each([2, 3, 7])('keeps the counts of %d upstreams within 1 of each other after every pick', length => {
    const policy = make(length)
    const list = weighing(new Array<number>(length).fill(1))
    const counts = list.map(() => 0)
    for (let i = 0; i < 1_000; i++) {
      counts[picksOf(policy, list, 1)[0]!]!++

      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
    }
  })

  it('looks neither at weights nor at what is in flight', () => {
    expect(countPicks(make(1), upstreams('a:900*9 b:0 c:3*0.1'), 300)).toEqual([100, 100, 100])
  })

  it('begins at every one of 4 upstreams about equally often over 4000 seeds', () => {
    const starts = [0, 0, 0, 0]
    for (let seed = 0; seed < 4_000; seed++) starts[picksOf(make(seed), weighing([1, 1, 1, 1]), 1)[0]!]!++

    expect(Math.min(...starts)).toBeGreaterThan(850)
  })

  it('takes turns over connections of the same name', () => {
    const list = ['lb-1', 'lb-1', 'lb-2', 'lb-2'].map(id => ({ ...weighing([1])[0]!, id }))

    expect(countPicks(make(1), list, 400)).toEqual([100, 100, 100, 100])
  })

  it('gives one that fails no more than its turns, and the others what it hands on alike', () => {
    const list = weighing([1, 1, 1])
    const others = list.slice(1)
    const policy = make('fail over')
    const counts = [0, 0, 0]
    for (let i = 0; i < 3_000; i++) {
      const index = policy.pick(list, contextOf(i))
      counts[index]!++
      if (index === 0) counts[1 + policy.pick(others, contextOf(i))]!++
    }

    for (const [i, due] of [1_000, 1_500, 1_500].entries()) {
      expect(Math.abs(counts[i]! - due), `upstream ${i}`).toBeLessThanOrEqual(2)
    }
  })
})
