import { describe, expect, it } from 'vitest'
import { Tries } from '../../src/roles/tries.ts'

describe('the attempts of a traced request', () => {
  it('are told once, in order, and each of its own slot', () => {
    const tries = new Tries()
    tries.add(3, { node: 'a', code: 2, ms: 1 })
    tries.add(4, { node: 'x', code: 0, ms: 5 })
    tries.add(3, { node: 'b', code: 0, ms: 2 })

    expect(tries.take(3).map(({ node }) => node)).toEqual(['a', 'b'])
    expect(tries.take(3)).toEqual([])
    expect(tries.take(4).map(({ node }) => node)).toEqual(['x'])
    expect(tries.take(5)).toEqual([])
  })
})
