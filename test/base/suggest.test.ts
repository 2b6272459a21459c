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
