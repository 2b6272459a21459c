import { describe, expect, it } from 'vitest'
import { diffFrame } from '../../src/view/frame-diff.ts'

describe('frame diff', () => {
  it('puts every line on a screen that is unknown', () => {
    expect(diffFrame(null, ['a', 'b'], 9)).toBe('\x1b[1;1Ha\x1b[K\x1b[2;1Hb\x1b[K')
  })

  it('is empty for the same frame', () => {
    expect(diffFrame(['a', 'b'], ['a', 'b'], 9)).toBe('')
  })

  it('puts only lines that changed', () => {
    expect(diffFrame(['a', 'b', 'c'], ['a', 'x', 'c'], 9)).toBe('\x1b[2;1Hx\x1b[K')
  })

  it('erases nothing after a line that fills the width, coloured or not: it would lose its last cell', () => {
    expect(diffFrame(['a'], ['\x1b[31mxyz\x1b[39m'], 3)).toBe('\x1b[1;1H\x1b[31mxyz\x1b[39m')
  })
})
