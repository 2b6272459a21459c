import { describe, expect, it } from 'vitest'
import { FrameProgress } from '../../src/link/frame-progress.ts'
import { FrameType, LENGTH_MAX } from '../../src/wire/frame.ts'
import { makeFrameDecoder } from '../../src/wire/frame-decoder.ts'
import { frameOf } from '../support/frames.ts'

const LARGEST = frameOf(FrameType.request, 1, LENGTH_MAX)
const SINK = { onFrame: () => {} }

/** Feeds the stream at this pace, looks four times a second, and tells when the frame was given up, if ever. */
function givenUpMs(stream: Uint8Array, bytesPerSecond: number, limitMs = 200_000, isReading = true): number | null {
  const [decoder, progress] = [makeFrameDecoder(), new FrameProgress()]
  let fed = 0
  for (let nowMs = 0; nowMs <= limitMs; nowMs += 250) {
    const to = Math.min(stream.length, 1 + Math.floor((nowMs / 1_000) * bytesPerSecond))
    if (to > fed) decoder.push(stream.slice(fed, to), SINK)
    fed = to
    if (progress.isStuck(decoder, isReading, nowMs)) return nowMs
  }
  return null
}

describe('a frame that has begun', () => {
  it.each([
    ['nothing more', 0],
    ['a byte a second', 1],
    ['a KiB a second', 1_024],
  ])('and brings %s is given up after 5 s', (_, bytesPerSecond) => {
    expect(givenUpMs(LARGEST, bytesPerSecond)).toBe(5_250)
  })

  it('and is 1 MiB long is waited for while it brings 64 KiB in 5 s, until it is whole', () => {
    expect(givenUpMs(LARGEST, 14_000)).toBeNull()
  })

  it('is not waited for while its sender is not read from', () => {
    expect(givenUpMs(LARGEST, 0, 60_000, false)).toBeNull()
  })

  it('counts anew when its sender is read from again', () => {
    const [decoder, progress] = [makeFrameDecoder(), new FrameProgress()]
    decoder.push(LARGEST.slice(0, 100), SINK)
    progress.isStuck(decoder, true, 0)
    progress.isStuck(decoder, false, 4_000)
    progress.isStuck(decoder, false, 60_000)
    const steps = [60_250, 65_250, 65_500].map(nowMs => progress.isStuck(decoder, true, nowMs))

    expect(steps).toEqual([false, false, true])
  })

  it('is told from the next, so that a busy connection that is always inside one is never cut', () => {
    const small = frameOf(FrameType.request, 1, 100)
    const [decoder, progress] = [makeFrameDecoder(), new FrameProgress()]
    decoder.push(small.slice(0, 50), SINK)
    const verdicts: boolean[] = []
    for (let nowMs = 0; nowMs < 60_000; nowMs += 250) {
      verdicts.push(progress.isStuck(decoder, true, nowMs))
      decoder.push(Uint8Array.from([...small.slice(50), ...small.slice(0, 50)]), SINK)
    }

    expect(verdicts).not.toContain(true)
  })
})
