import { describe, expect, it } from 'vitest'
import { countOf, keyOf, sum, textOf, violation } from '../../src/stats/violation.ts'

describe('a violation', () => {
  it('is told as a sentence, and known by its law and subject whatever the figures', () => {
    const [first, later] = [1, 2].map(n => violation('received', 'lb', `received ${n}`)) as [never, never]

    expect([textOf(first), textOf(later)]).toEqual(['lb: received 1', 'lb: received 2'])
    expect(keyOf(first)).toBe(keyOf(later))
    expect(keyOf(first)).not.toBe(keyOf(violation('received', 'proxy-1', 'received 1')))
  })
})

describe('counts', () => {
  it('are summed', () => {
    expect([sum([]), sum([1, 2, 3.5])]).toEqual([0, 6.5])
  })

  it('are 0 by a name that nobody gave, also where every object inherits something of that name', () => {
    const counts = { lb: 3 }

    expect(['lb', 'proxy', 'constructor', '__proto__'].map(name => countOf(counts, name))).toEqual([3, 0, 0, 0])
  })
})
