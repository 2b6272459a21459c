import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LineReader } from '../../src/control/line-reader.ts'

const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')

function readAll(reader: LineReader, chunks: readonly Uint8Array[]) {
  const lines: string[] = []
  const isFit = chunks.every(chunk => reader.push(chunk, line => lines.push(textOf(line))))
  return { lines, isFit }
}

describe('a reader of lines', () => {
  it('gives the same lines however the bytes are cut', () => {
    const bytes = fc.uint8Array({ maxLength: 60 }).map(array => array.map(byte => (byte % 4 === 0 ? 10 : byte)))
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(60)), (whole, cuts) => {
        const places = [0, ...cuts.filter(cut => cut < whole.length).sort((a, b) => a - b), whole.length]
        const chunks = places.slice(1).map((end, index) => whole.subarray(places[index], end))
        const reader = new LineReader(100)
        const { lines } = readAll(reader, chunks)
        const parts = textOf(whole).split('\n')

        expect(lines).toEqual(parts.slice(0, -1))
        expect(reader.isWithin).toBe(parts.at(-1) !== '')
      }),
    )
  })

  it.each([
    ['within one chunk', ['123456\n']],
    ['in the last byte', ['12345\n', '123456']],
    ['over several chunks', ['123', '456']],
  ])('stops at a line that is too long %s', (_where, texts) => {
    const { lines, isFit } = readAll(
      new LineReader(5),
      texts.map(text => Buffer.from(text)),
    )

    expect(isFit).toBe(false)
    expect(lines).not.toContain('123456')
  })

  it('takes a line of the greatest length', () => {
    expect(readAll(new LineReader(5), [Buffer.from('12345\n')])).toEqual({ lines: ['12345'], isFit: true })
  })
})
