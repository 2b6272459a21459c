import { describe, expect, it } from 'vitest'
import { diffFrame } from '../../src/view/frame-diff.ts'

describe('frame diff', () => {
  it('erases all and puts every line on a screen that is unknown', () => {
    expect(diffFrame(null, ['a', 'b'])).toBe('\x1b[H\x1b[2J\x1b[1;1H\x1b[Ka\x1b[2;1H\x1b[Kb')
  })

  it('is empty for the same frame', () => {
    expect(diffFrame(['a', 'b'], ['a', 'b'])).toBe('')
  })

  it('puts only lines that changed', () => {
    expect(diffFrame(['a', 'b', 'c'], ['a', 'x', 'c'])).toBe('\x1b[2;1H\x1b[Kx')
  })

  it('erases lines that are no more', () => {
    expect(diffFrame(['a', 'b', 'c'], ['a'])).toBe('\x1b[2;1H\x1b[J')
  })
})
