import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ReadWindow } from '../../src/transport/read-window.ts'

const KIB = 1_024

/** As a handle does: fills a part of the room, and says how much. */
function read(window: ReadWindow, bytes: number): Buffer {
  const room = window.next()
  const count = Math.min(bytes, room.length)
  room.fill(bytes % 251, 0, count)
  return window.take(count)
}

test('bytes that were handed out are never written to again', () => {
  const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 300_000 })), {
    minLength: 1,
    maxLength: 200,
  })
  fc.assert(
    fc.property(sizes, all => {
      const window = new ReadWindow()
      const kept = all.map(size => ({ size, bytes: read(window, size) }))
      for (const { size, bytes } of kept) expect(bytes.every(each => each === size % 251)).toBe(true)
    }),
  )
})

test('small reads share a buffer, and each begins where a machine word does', () => {
  const window = new ReadWindow()
  const reads = Array.from({ length: 40 }, () => read(window, 89))
  expect(new Set(reads.map(({ buffer }) => buffer)).size).toBe(1)
  expect(reads.every(({ byteOffset }) => byteOffset % 8 === 0)).toBe(true)
})

test('there is always room for a read of some size, and for as much as a socket holds once that comes', () => {
  const window = new ReadWindow()
  for (let i = 0; i < 1_000; i++) {
    expect(window.next().length).toBeGreaterThanOrEqual(4 * KIB)
    read(window, 100)
  }
  for (let i = 0; i < 10; i++) read(window, 1_024 * KIB)
  expect(window.next().length).toBeGreaterThanOrEqual(256 * KIB)
})

test('a connection that once carried much and now little gives its room back', () => {
  const window = new ReadWindow()
  for (let i = 0; i < 10; i++) read(window, 1_024 * KIB)
  for (let i = 0; i < 10_000; i++) read(window, 100)
  expect(window.next().buffer.byteLength).toBe(16 * KIB)
})
