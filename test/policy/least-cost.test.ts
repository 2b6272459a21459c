import { describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { drawTurn, makeLeastCost, type Turn } from '../../src/policy/least-cost.ts'
import { Memory } from '../../src/policy/memory.ts'
import { upstreams } from '../support/upstreams.ts'

/** What is in flight is the cost. */
const setUp = () => {
  const rng = makeRng('least')
  const memory = new Memory<Turn>(() => ({ turn: drawTurn(rng) }))
  return makeLeastCost(memory, ({ inFlight }) => inFlight)
}

describe('the least cost', () => {
  it('is picked, wherever it stands', () => {
    const pick = setUp()

    expect(pick(upstreams('a:3 b:2 c:9'), 0)).toBe(1)
    expect(pick(upstreams('a:1 b:2 c:9'), 0)).toBe(0)
    expect(pick(upstreams('a:3 b:2 c:1'), 0)).toBe(2)
  })

  it('goes by turn where several are equal, whoever else comes and goes in between', () => {
    const pick = setUp()
    const list = upstreams('a:0 b:0 c:0 d:7')
    const [a, b, c, d] = list
    const lists = [list, [b!, a!, c!], [c!, d!, a!, b!], [a!, b!, c!]]
    const counts = new Map(list.map(each => [each.id, 0]))
    for (let i = 0; i < 300; i++) {
      const eligible = lists[i % 4]!
      const { id } = eligible[pick(eligible, 0)]!
      counts.set(id, counts.get(id)! + 1)
    }

    expect([...counts.values()]).toEqual([100, 100, 100, 0])
  })

  it('takes infinity for a cost like any other', () => {
    const memory = new Memory<Turn>(() => ({ turn: 0 }))
    const pick = makeLeastCost(memory, () => Number.POSITIVE_INFINITY)
    const list = upstreams('a:0 b:0')

    expect([pick(list, 0), pick(list, 0), pick(list, 0)].sort()).not.toEqual([0, 0, 0])
  })
})
