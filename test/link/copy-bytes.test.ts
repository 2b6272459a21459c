import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByteCopier, makeSlab } from '../../src/link/copy-bytes.ts'

const SOURCE_BYTES = 400

test('any part of any bytes arrives at any place, and nothing beside it is touched', () => {
  const copier = new ByteCopier()
  const part = fc.tuple(fc.nat(SOURCE_BYTES), fc.nat(SOURCE_BYTES), fc.nat(100), fc.nat(3))
  fc.assert(
    fc.property(part, ([a, b, at, skip]) => {
      const start = Math.min(a, b)
      const end = Math.max(a, b)
      // A view that does not begin where its buffer does, as chunks mostly are.
      const source = new Uint8Array(SOURCE_BYTES + skip).subarray(skip)
      for (let i = 0; i < source.length; i++) source[i] = 1 + (i % 200)
      const slab = makeSlab(at + SOURCE_BYTES + 8)
      copier.copy(source, start, end, slab, at)
      const expected = new Uint8Array(slab.bytes.length)
      expected.set(source.subarray(start, end), at)
      expect(slab.bytes).toEqual(expected)
    }),
  )
})

test('parts of two chunks in turn do not mix', () => {
  const copier = new ByteCopier()
  const [ones, twos] = [new Uint8Array(64).fill(1), new Uint8Array(64).fill(2)]
  const slab = makeSlab(64)
  copier.copy(ones, 0, 16, slab, 0)
  copier.copy(twos, 16, 32, slab, 16)
  copier.copy(ones, 32, 48, slab, 32)
  copier.copy(twos, 48, 64, slab, 48)
  expect([...slab.bytes]).toEqual([1, 2, 1, 2].flatMap(each => Array(16).fill(each)))
})
