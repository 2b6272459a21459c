import { describe, expect, it } from 'vitest'
import type { KeySpec } from '../../src/load/keys.ts'
import { KEYS, keysText, readKeys } from '../../src/load/read-keys.ts'
import { formsOf } from '../../src/load/spec-grammar.ts'

describe('readKeys', () => {
  it.each<[string, KeySpec]>([
    ['zipf', { kind: 'zipf', count: 1_000, skew: 1.1 }],
    ['zipf:count=1000000,skew=1', { kind: 'zipf', count: 1_000_000, skew: 1 }],
    ['uniform', { kind: 'uniform', count: 1_000 }],
    ['uniform:count=1', { kind: 'uniform', count: 1 }],
  ])('reads %s', (text, value) => {
    expect(readKeys(text)).toEqual({ ok: true, value })
  })

  it('reads what the help shows', () => {
    expect(formsOf(KEYS).map(form => readKeys(form).ok)).toEqual([true, true])
  })

  it.each(['zipf:count=5,skew=0.7', 'uniform:count=77'])('reads %s, which is its text', text => {
    const read = readKeys(text)

    expect(read.ok && keysText(read.value)).toBe(text)
  })

  it.each([
    ['zipf:skew=0', 'has skew="0", which is out of range: 0.01 to 20'],
    ['zipf:count=0', 'has count="0", which is out of range: 1 to 1000000'],
    ['uniform:count=1000001', 'has count="1000001", which is out of range: 1 to 1000000'],
    ['uniform:skew=1', 'has "skew", which is unknown: there is count'],
  ])('refuses %s', (text, message) => {
    expect(readKeys(text)).toEqual({ ok: false, message })
  })
})
