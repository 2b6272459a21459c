import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ReadBudget } from '../../src/transport/read-budget.ts'
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
      const window = new ReadWindow(new ReadBudget())
      const kept = all.map(size => ({ size, bytes: read(window, size) }))
      for (const { size, bytes } of kept) expect(bytes.every(each => each === size % 251)).toBe(true)
    }),
  )
})

test('small reads share a buffer, and each begins where a machine word does', () => {
  const window = new ReadWindow(new ReadBudget())
  const reads = Array.from({ length: 40 }, () => read(window, 89))
  expect(new Set(reads.map(({ buffer }) => buffer)).size).toBe(1)
  expect(reads.every(({ byteOffset }) => byteOffset % 8 === 0)).toBe(true)
})

test('there is always room for a read of some size, and for as much as a socket holds once that comes', () => {
  const window = new ReadWindow(new ReadBudget())
  for (let i = 0; i < 1_000; i++) {
    expect(window.next().length).toBeGreaterThanOrEqual(4 * KIB)
    read(window, 100)
  }
  for (let i = 0; i < 10; i++) read(window, 1_024 * KIB)
  expect(window.next().length).toBeGreaterThanOrEqual(256 * KIB)
})

test('a connection that once carried much and now little gives its room back', () => {
  const window = new ReadWindow(new ReadBudget())
  for (let i = 0; i < 10; i++) read(window, 1_024 * KIB)
  for (let i = 0; i < 10_000; i++) read(window, 100)
  expect(window.next().buffer.byteLength).toBe(16 * KIB)
})

test('a thousand connections that once carried much do not hold the memory of all of it', () => {
  const budget = new ReadBudget()
  const windows = Array.from({ length: 1_000 }, () => new ReadWindow(budget))
  const heldBytes = () => windows.reduce((sum, window) => sum + window.next().buffer.byteLength, 0)
  for (const window of windows) for (let i = 0; i < 3; i++) read(window, 1_024 * KIB)

  expect(heldBytes()).toBeLessThan(96 * KIB * KIB)
})

test('a large window is free for another connection once its own is closed', () => {
  const budget = new ReadBudget()
  const sizeOfNext = () => {
    const window = new ReadWindow(budget)
    for (let i = 0; i < 3; i++) read(window, 1_024 * KIB)
    const size = window.next().buffer.byteLength
    window.close()
    return size
  }

  expect(new Set(Array.from({ length: 100 }, sizeOfNext))).toEqual(new Set([512 * KIB]))
})
