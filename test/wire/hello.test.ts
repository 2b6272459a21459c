import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrameType, readType } from '../../src/wire/frame.ts'
import { decodeHello, encodeHello } from '../../src/wire/hello.ts'
import { decoded, frameOf, hex } from '../support/frames.ts'

const bodyOf = (generation: readonly number[], name: string | readonly number[]) =>
  Uint8Array.from([...generation, ...(typeof name === 'string' ? Buffer.from(name) : name)])

describe('HELLO', () => {
  it('is a header on stream 0, the generation, the name: 4 bytes and the name', () => {
    const bytes = encodeHello(FrameType.hello, { node: 'lb', generation: 3 })

    expect(hex(bytes)).toBe(['8101', '0000', '00000000', '00000006', '00000003', '6c62'].join(''))
    expect(decoded([bytes]).frames.length).toBe(1)
  })

  it('comes back as it was sent, as HELLO and as HELLO-ACK, for every id that a topology allows', () => {
    const id = fc.stringMatching(/^[a-z][a-z0-9-]{0,31}$/)
    fc.assert(
      fc.property(fc.oneof(fc.constant(''), id), fc.integer({ min: 0, max: 0xffff_ffff }), (node, generation) => {
        for (const type of [FrameType.hello, FrameType.helloAck] as const) {
          const bytes = encodeHello(type, { node, generation })

          expect(readType(bytes, 0)).toBe(type)
          expect(decodeHello(bytes, 0)).toEqual({ node, generation })
        }
      }),
    )
  })

  it('is read where it lies', () => {
    const frame = encodeHello(FrameType.hello, { node: 'proxy-1', generation: 1 })
    const bytes = new Uint8Array(frame.length + 40).fill(0x78)
    bytes.set(frame, 20)

    expect(decodeHello(bytes, 20)).toEqual({ node: 'proxy-1', generation: 1 })
  })

  it.each([
    ['no generation', new Uint8Array(0)],
    ['a generation of 3 bytes', new Uint8Array(3)],
    ['a name of 33 bytes', bodyOf([0, 0, 0, 1], 'a'.repeat(33))],
    ['a name of 1 MiB', bodyOf([0, 0, 0, 1], 'a'.repeat(1_048_576))],
    ['an escape', bodyOf([0, 0, 0, 1], '\u001b[2J')],
    ['a NUL', bodyOf([0, 0, 0, 1], 'a\u0000b')],
    ['a line end', bodyOf([0, 0, 0, 1], 'lb\n')],
    ['a space', bodyOf([0, 0, 0, 1], 'l b')],
    ['a slash', bodyOf([0, 0, 0, 1], '../lb')],
    ['invalid UTF-8', bodyOf([0, 0, 0, 1], [0xff, 0xfe])],
    ['a letter beyond ASCII', bodyOf([0, 0, 0, 1], 'bück')],
    ['text that runs right to left', bodyOf([0, 0, 0, 1], '‮bl')],
  ])('with %s is none', (_, body) => {
    expect(decodeHello(frameOf(FrameType.hello, 0, body), 0)).toBeNull()
  })

  it('never throws and never shows anything but letters, digits, _ and -, whatever the body', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), body => {
        const hello = decodeHello(frameOf(FrameType.hello, 0, body), 0)

        expect(hello?.node ?? '').toMatch(/^[a-zA-Z0-9_-]{0,32}$/)
      }),
    )
  })
})
