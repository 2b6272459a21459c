import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { flushKeys, type KeyInput, NO_INPUT, stepKeys } from '../../src/view/keys.ts'

/** Keys from chunks that follow each other at once. */
function keysFrom(...chunks: string[]): { keys: string[]; rest: KeyInput } {
  let rest = NO_INPUT
  const keys: string[] = []
  for (const chunk of chunks) {
    const step = stepKeys(rest, chunk)
    keys.push(...step.keys)
    rest = step.rest
  }
  return { keys, rest }
}

describe('keys', () => {
  it.each([
    ['letters', 'qS/?', ['q', 'S', '/', '?']],
    [
      'control characters with a meaning',
      '\x03\x1a\x0c\r\n\x7f\b',
      'ctrl-c ctrl-z ctrl-l enter enter backspace backspace'.split(' '),
    ],
    ['arrows', '\x1b[A\x1b[B\x1b[C\x1b[D', ['up', 'down', 'right', 'left']],
    ['arrows of the application keypad', '\x1bOA\x1bOB\x1bOC\x1bOD', ['up', 'down', 'right', 'left']],
    ['pages', '\x1b[5~\x1b[6~', ['page-up', 'page-down']],
    [
      'Home and End in their spellings',
      '\x1b[H\x1bOH\x1b[1~\x1b[7~\x1b[F\x1bOF\x1b[4~\x1b[8~',
      [...Array(4).fill('home'), ...Array(4).fill('end')],
    ],
    ['no key of an arrow with Ctrl', '\x1b[1;5Aq', ['q']],
    ['no key of function keys', '\x1bOP\x1b[15~\x1b[[Aq', ['q']],
    ['no key of a mouse or a focus report', '\x1b[<0;10;5M\x1b[Iq', ['q']],
    ['no key of an answer about colours', '\x1b]11;rgb:1/1/1\x07\x1b]10;rgb:1/1/1\x1b\\q', ['q']],
    ['no key of a letter with Alt', '\x1bpq', ['q']],
    ['no key of what is not ASCII', '\xc3\xa9q', ['q']],
    ['no key of other control characters', '\x00\x01\x1cq', ['q']],
    ['Escape before another Escape', '\x1b\x1b[A', ['escape', 'up']],
    ['Ctrl-C after Escape', '\x1b\x03', ['escape', 'ctrl-c']],
    ['Ctrl-C in the middle of a sequence', '\x1b[1;\x03', ['ctrl-c']],
    ['nothing of a paste', '\x1b[200~q\x03\x1b[Aq\r\x1b[201~p', ['p']],
  ])('are %s', (_name, bytes, keys) => {
    expect(keysFrom(bytes)).toEqual({ keys, rest: NO_INPUT })
  })

  it('are the same however the bytes are cut', () => {
    const piece = fc.constantFrom(
      'q',
      '/',
      '\x03',
      '\x1b[A',
      '\x1bOB',
      '\x1b[6~',
      '\x1b[1;5C',
      '\x1b]0;x\x07',
      '\x1b[200~q\x1b[201~',
      '\xe2\x9c\x85',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.array(fc.nat(60), { maxLength: 12 }), (pieces, cuts) => {
        const bytes = pieces.join('')
        const at = [0, ...cuts.filter(cut => cut < bytes.length), bytes.length].sort((a, b) => a - b)
        const chunks = at.slice(1).map((end, i) => bytes.slice(at[i], end))
        expect(keysFrom(...chunks)).toEqual(keysFrom(bytes))
      }),
    )
  })

  it('take no harm from any bytes, and hold little of them', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 5 }), chunks => {
        const { keys, rest } = keysFrom(...chunks.map(bytes => `\x1b${Buffer.from(bytes).toString('latin1')}`))
        expect(keys.every(key => key.length > 1 || /[ -~]/.test(key))).toBe(true)
        expect(rest.held.length).toBeLessThanOrEqual(256)
      }),
    )
  })

  it('give up a sequence that goes on without end', () => {
    expect(keysFrom('\x1b[', ...Array<string>(300).fill('1')).rest.held.length).toBeLessThanOrEqual(256)
    expect(keysFrom('\x1b[200~', 'q'.repeat(9_999), 'q'.repeat(9_999)).rest.held.length).toBeLessThan(6)
  })

  it.each([
    ['a lone Escape is one when nothing follows', '\x1b', ['escape']],
    ['half a sequence is none', '\x1b[1;', []],
    ['a paste without an end ends', '\x1b[200~quit', []],
  ])('%s', (_name, bytes, keys) => {
    expect(flushKeys(keysFrom(bytes).rest)).toEqual({ keys, rest: NO_INPUT })
  })
})
