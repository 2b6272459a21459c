import { describe, expect, it } from 'vitest'
import { Book } from '../../src/lab/book.ts'
import { ROUND, roundOf, scenario } from './boxes.ts'

describe('Book', () => {
  it('is empty until something was measured', () => {
    const book = new Book()
    expect(book.isEmpty()).toBe(true)

    book.add(scenario({}), roundOf({}))

    expect(book.isEmpty()).toBe(false)
  })

  it('gathers the rounds of each scenario', () => {
    const book = new Book()
    const [one, other] = [scenario({}), scenario({ outstanding: 16 })]
    book.add(one, roundOf({ perSecond: 10 }))
    book.add(other, roundOf({ perSecond: 7 }))
    book.add(one, roundOf({ perSecond: 30 }))

    expect(book.figures().map(({ rounds }) => rounds)).toEqual([
      [
        { ...ROUND, perSecond: 10 },
        { ...ROUND, perSecond: 30 },
      ],
      [{ ...ROUND, perSecond: 7 }],
    ])
  })

  it('tells section by section, each from the least load and the shortest way up, whatever was measured first', () => {
    const book = new Book()
    const names = ['a', 'b'] as const
    book.add(scenario({ section: 'load', path: 'l' }), roundOf({}))
    for (const path of names)
      book.add(scenario({ section: 'throughput', path, outstanding: 64, connections: 64 }), roundOf({}))
    for (const path of names) book.add(scenario({ section: 'throughput', path, outstanding: 256 }), roundOf({}))
    book.add(scenario({ section: 'latency', path: 'far', hops: 3 }), roundOf({}))
    for (const path of names) book.add(scenario({ section: 'latency', path }), roundOf({}))
    book.add(scenario({ section: 'throughput', path: 'a' }), roundOf({}))

    const told = book.figures().map(({ section, path, outstanding }) => `${section} ${path} ${outstanding}`)

    expect(told).toEqual([
      'latency a 1',
      'latency b 1',
      'latency far 1',
      'throughput a 1',
      'throughput a 256',
      'throughput b 256',
      'throughput a 64',
      'throughput b 64',
      'load l 1',
    ])
  })
})
