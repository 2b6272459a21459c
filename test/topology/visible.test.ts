import { describe, expect, it } from 'vitest'
import { quote, visible } from '../../src/topology/visible.ts'

describe('visible', () => {
  it.each([
    ['an escape', '\x1b[2J', '\\u001b[2J'],
    ['a bell and a C1 control', '\x07\x9b', '\\u0007\\u009b'],
    ['a turn of the reading order', 'a\u202Eb', 'a\\u202eb'],
    ['a tag that no one sees', '\u{E0041}', '\\u{e0041}'],
    ['half of a pair', '\uD800', '\\ud800'],
  ])('shows %s as an escape', (_, text, shown) => {
    expect(visible(text)).toBe(shown)
  })

  it('leaves letters of all scripts and emoji as they are', () => {
    expect(visible('größe 大小 🙂')).toBe('größe 大小 🙂')
  })
})

describe('quote', () => {
  it('leaves out the middle of a very long text', () => {
    expect(quote('ab'.repeat(500))).toBe(`"${'ab'.repeat(30)}…${'ab'.repeat(30)}"`)
  })
})
