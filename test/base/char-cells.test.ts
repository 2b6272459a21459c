import { describe, expect, it } from 'vitest'
import { charCells } from '../../src/base/char-cells.ts'

describe('charCells', () => {
  it.each([
    ['a', 1],
    ['é', 1],
    ['…', 1],
    ['大', 2],
    ['カ', 2],
    ['한', 2],
    ['🙂', 2],
    ['\u3000', 2],
    ['\u0301', 0],
  ])('gives %s %d', (char, cells) => {
    expect(charCells(char)).toBe(cells)
  })
})
