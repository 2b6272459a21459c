import { describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { drawByWeight } from '../../src/policy/draw-by-weight.ts'
import { makeScriptedRng } from '../support/scripted-rng.ts'
import { weighing } from '../support/upstreams.ts'

describe('drawByWeight', () => {
  it.each([
    [0, 0],
    [0.49, 0],
    [0.5, 1],
    [0.74, 1],
    [0.75, 2],
    [0.999_999, 2],
  ])('of weights 2, 1, 1: a draw of %d takes place %d', (float, index) => {
    expect(drawByWeight(weighing([2, 1, 1]), makeScriptedRng([float]))).toBe(index)
  })

  it.each([
    [0, 0.4, 1],
    [0, 0.6, 2],
    [1, 0.4, 0],
    [2, 0.9, 1],
  ])('without place %d: a draw of %d takes place %d', (except, float, index) => {
    expect(drawByWeight(weighing([2, 2, 2]), makeScriptedRng([float]), except)).toBe(index)
  })

  it('stays within the list, and off the place left out, where rounding leaves a last grain', () => {
    const almostOne = 1 - 1 / 0x1_0000_0000
    for (const weights of [new Array<number>(10).fill(0.1), [1e-9, 1e9], [1e9, 1e-9], [0.3, 0.6, 0.1]]) {
      const last = weights.length - 1

      expect(drawByWeight(weighing(weights), makeScriptedRng([almostOne]))).toBeLessThanOrEqual(last)
      expect(drawByWeight(weighing(weights), makeScriptedRng([almostOne]), last)).toBeLessThan(last)
    }
  })

  it('never draws the place left out', () => {
    const rng = makeRng('except')
    const list = weighing([5, 1, 1])
    const drawn = Array.from({ length: 1_000 }, (_, i) => drawByWeight(list, rng, i % 3) === i % 3)

    expect(drawn.includes(true)).toBe(false)
  })
})
