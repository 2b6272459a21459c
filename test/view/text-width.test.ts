import { describe, expect, it } from 'vitest'
import { clip, clipMiddle, padEnd, padStart, textWidth, wrap } from '../../src/view/text-width.ts'

describe('text width', () => {
  it.each([
    ['', 0],
    ['server-1', 8],
    ['● up', 4],
    ['│ ├ server-1', 12],
    ['中文', 4],
    ['✅', 2],
    ['e\u0301', 1],
  ])('%j takes %i cells', (text, width) => {
    expect(textWidth(text)).toBe(width)
  })

  it.each([
    ['server-1', 8, 'server-1'],
    ['server-1', 7, 'server…'],
    ['server-1', 1, '…'],
    ['server-1', 0, ''],
    ['中文字', 5, '中文…'],
    ['中文字', 4, '中…'],
  ])('%j in %i cells is %j', (text, width, clipped) => {
    expect(clip(text, width)).toBe(clipped)
  })

  it.each([
    ['checkout-east-1', 15, 'checkout-east-1'],
    ['checkout-east-1', 9, 'chec…st-1'],
    ['checkout-east-1', 8, 'chec…t-1'],
    ['checkout-east-1', 2, 'c…'],
    ['checkout-east-1', 1, '…'],
    ['checkout-east-1', 0, ''],
  ])('%j in the middle of %i cells is %j', (text, width, clipped) => {
    expect(clipMiddle(text, width)).toBe(clipped)
  })

  it.each([
    ['fits', 10, 3, ['fits']],
    ['one two three', 7, 3, ['one two', 'three']],
    ['one two three', 8, 3, ['one two', 'three']],
    ['one two three', 6, 3, ['one', 'two', 'three']],
    ['one two three', 6, 2, ['one', 'two t…']],
    ['one two three', 6, 1, ['one t…']],
    ['abcdefghij', 4, 3, ['abcd', 'efgh', 'ij']],
    ['中文字中文字', 4, 9, ['中文', '字中', '文字']],
  ])('%j in lines of %i, at most %i, is %j', (text, width, linesMax, lines) => {
    expect(wrap(text, width, linesMax)).toEqual(lines)
  })

  it('fills up to a width and leaves longer text alone', () => {
    expect(padEnd('中', 4)).toBe('中  ')
    expect(padEnd('server', 4)).toBe('server')
    expect(padStart('中', 4)).toBe('  中')
    expect(padStart('server', 4)).toBe('server')
  })
})
