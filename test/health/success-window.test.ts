import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countEnd, forget, makeSuccessWindow } from '../../src/health/success-window.ts'

const WINDOW_MS = 10_000

describe('a success window', () => {
  it('counts what ended, and forgets it a bucket at a time', () => {
    const window = makeSuccessWindow()
    const sums: [number, number][] = []
    for (const [nowMs, isFailure] of [
      [0, true],
      [999, false],
      [1_000, true],
      [9_999, false],
      [10_000, false], // the first second is out
      [11_000, false],
      [60_000, true],
    ] as const) {
      countEnd(window, isFailure, nowMs, WINDOW_MS)
      sums.push([window.endedSum, window.failedSum])
    }

    expect(sums).toEqual([
      [1, 1],
      [2, 1],
      [3, 2],
      [4, 2],
      [3, 1],
      [3, 0],
      [1, 1],
    ])
  })

  it('begins anew when told, or when it is to span another time', () => {
    const window = makeSuccessWindow()
    countEnd(window, true, 0, WINDOW_MS)
    forget(window)
    const forgotten = [window.endedSum, window.failedSum]
    countEnd(window, true, 1, WINDOW_MS)
    countEnd(window, false, 2_000, 5_000)

    expect(forgotten).toEqual([0, 0])
    expect([window.endedSum, window.failedSum]).toEqual([1, 0])
  })

  it('knows all of the last nine tenths of its time, nothing older than its time, and the exact sums of that', () => {
    const ends = fc.array(fc.tuple(fc.integer({ min: 0, max: 4_000 }), fc.boolean()), { maxLength: 200 })
    fc.assert(
      fc.property(ends, steps => {
        const window = makeSuccessWindow()
        const seen: { atMs: number; isFailure: boolean }[] = []
        let nowMs = 0
        for (const [stepMs, isFailure] of steps) {
          nowMs += stepMs
          seen.push({ atMs: nowMs, isFailure })
          countEnd(window, isFailure, nowMs, WINDOW_MS)
          const since = (ageMs: number) => seen.filter(({ atMs }) => atMs > nowMs - ageMs)

          expect(window.endedSum).toBeGreaterThanOrEqual(since(9_000).length)
          expect(window.endedSum).toBeLessThanOrEqual(since(10_000).length)
          // What it knows are the latest ends, all of them.
          const known = seen.slice(seen.length - window.endedSum)
          expect(window.failedSum).toBe(known.filter(each => each.isFailure).length)
        }
      }),
      { numRuns: 50 },
    )
  })
})
