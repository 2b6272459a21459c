import { describe, expect, it } from 'vitest'
import { copyFrame, restOf, setRest } from '../../src/wire/frame-parts.ts'

const bytes = (...values: number[]) => Uint8Array.from(values)

describe('a frame in parts', () => {
  it('goes on behind the bytes that it began in, which may hold others before it', () => {
    const first = bytes(1, 2, 3)
    setRest(first, [bytes(4, 5), bytes(6)])

    expect(restOf(first, 6)).toEqual([bytes(4, 5), bytes(6)])
    expect(restOf(first, 3)).toEqual([])
  })

  it('is copied with all of its parts, and a whole one without', () => {
    const first = bytes(1, 2, 3)
    setRest(first, [bytes(4, 5), bytes(6)])
    const to = new Uint8Array(7)

    copyFrame(first, 1, 6, to, 2)
    expect(to).toEqual(bytes(0, 0, 2, 3, 4, 5, 6))

    copyFrame(first, 0, 2, to, 0)
    expect(to).toEqual(bytes(1, 2, 2, 3, 4, 5, 6))
  })
})
