import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { suggest } from '../../src/base/suggest.ts'

describe('suggest', () => {
  it.each([
    ['a letter left out', 'behnd', ['id', 'behind'], 'behind'],
    ['a letter too many', 'weightt', ['weight', 'id'], 'weight'],
    ['two letters swapped', 'rnadom', ['round-robin', 'random'], 'random'],
    ['two swaps', 'sevrres', ['servers', 'load'], 'servers'],
    ['other case', 'ServiceTime', ['serviceTime'], 'serviceTime'],
    ['an underscore', 'round_robin', ['round-robin'], 'round-robin'],
    ['an abbreviation', 'conn', ['concurrency', 'connections'], 'connections'],
    ['the nearer of two', 'proxy-12', ['proxy-2', 'proxy-11', 'lb'], 'proxy-11'],
    ['the last of equals', 'proxy-3', ['proxy-1', 'proxy-2'], 'proxy-2'],
    ['the word itself', 'load', ['loads', 'load'], 'load'],
  ])('finds the candidate for %s', (_, word, candidates, expected) => {
    expect(suggest(word, candidates)).toBe(expected)
  })

  it.each([
    ['three edits', 'abcdefgh', ['abcxyzgh']],
    ['a short word half of which is other', 'a', ['id']],
    ['nothing in common', 'colour', ['id', 'weight']],
    ['no candidates', 'weight', []],
    ['an empty word', '', ['id']],
  ])('finds none for %s', (_, word, candidates) => {
    expect(suggest(word, candidates)).toBeNull()
  })
})

describe('the distance behind it', () => {
  /** The whole table, without a limit. */
  function distance(a: string, b: string): number {
    const rows = [...Array(a.length + 1).keys()].map(row =>
      [...Array(b.length + 1).keys()].map(column => row || column),
    )
    for (let i = 0; i <= a.length; i++) {
      for (let j = 0; j <= b.length; j++) {
        if (i === 0 || j === 0) rows[i]![j] = i + j
        else {
          const replace = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
          rows[i]![j] = Math.min(rows[i - 1]![j]! + 1, rows[i]![j - 1]! + 1, replace)
          const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
          if (isSwap) rows[i]![j] = Math.min(rows[i]![j]!, rows[i - 2]![j - 2]! + 1)
        }
      }
    }
    return rows[a.length]![b.length]!
  }

  it('finds a word exactly where the whole table puts it within two edits', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 4, maxLength: 9 })

    fc.assert(
      fc.property(word, word, (typed, candidate) => {
        const isNear = distance(typed, candidate) <= 2 || candidate.startsWith(typed)
        expect(suggest(typed, [candidate])).toBe(isNear ? candidate : null)
      }),
      { numRuns: 500 },
    )
  })
})
