import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { safe } from '../../src/view/sanitize.ts'

describe('sanitize', () => {
  it.each([
    ['server-1', 'server-1'],
    ['schön 中文 ● 12µs ✅', 'schön 中文 ● 12µs ✅'],
    ['\x1b[2Jgone', '\\x1b[2Jgone'],
    ['a\nb\tc', 'a\\x0ab\\x09c'],
    ['\x9b31m', '\\x9b31m'],
    ['\x7f', '\\x7f'],
    ['\u202egnp.exe', '\\u{202e}gnp.exe'],
    ['a\u200bb\ufeff', 'a\\u{200b}b\\u{feff}'],
    ['\ud800!', '\\u{d800}!'],
    ['\u2028', '\\u{2028}'],
  ])('%j becomes %j', (text, shown) => {
    expect(safe(text)).toBe(shown)
  })

  it('lets no control, bidi or zero-width character through, whatever comes', () => {
    const hostile = fc.string({
      unit: fc.oneof(
        fc.integer({ min: 0, max: 0xffff }).map(code => String.fromCharCode(code)),
        fc.constantFrom('\x1b', '\u202e', '\u2066', '\u200d', '\ufeff', '\ud83d', 'a'),
      ),
    })

    fc.assert(
      fc.property(hostile, text => {
        expect(safe(text)).not.toMatch(/[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/)
        expect(safe(text)).not.toMatch(/\p{Cs}/u)
      }),
    )
  })

  it('changes nothing twice', () => {
    // fc.string({ unit: 'binary' }) draws from the same, and takes seconds to prepare.
    const codePoints = fc.array(fc.integer({ min: 0, max: 0x10ffff }))
    fc.assert(
      fc.property(codePoints, codes => {
        const text = String.fromCodePoint(...codes)
        return safe(safe(text)) === safe(text)
      }),
    )
  })
})
