import { describe, expect, it } from 'vitest'
import type { DownstreamLink } from '../../src/link/downstream-link.ts'
import { InFlight } from '../../src/roles/in-flight.ts'
import { TRACE_BYTES_MAX, TRACED } from '../../src/wire/frame.ts'
import { fakeDownstream } from '../support/fake-downstream.ts'
import { requestFrame } from '../support/stranger.ts'

function take(inFlight: InFlight, from: DownstreamLink, streamId: number, nowMs = 0): number {
  const frame = requestFrame(streamId)
  return inFlight.take(from, frame, 0, frame.length, nowMs, 5_000)
}

describe('the requests that a forwarder holds', () => {
  it('are at most as many as the limit', () => {
    const inFlight = new InFlight(2)
    const from = fakeDownstream()
    const first = take(inFlight, from, 7, 1)
    take(inFlight, from, 8, 1)
    const refused = take(inFlight, from, 9, 1)
    inFlight.release(first)

    expect(refused).toBe(-1)
    expect(take(inFlight, from, 9, 2)).toBe(first)
  })

  it('know who sent each and when', () => {
    const inFlight = new InFlight(10)
    const from = fakeDownstream()
    const slot = take(inFlight, from, 7, 12.5)

    expect([inFlight.from[slot], inFlight.fromStreamId[slot], inFlight.sinceMs[slot]]).toEqual([from, 7, 12.5])
  })

  it('hold their stream for the downstream until they end', () => {
    const inFlight = new InFlight(10)
    const from = fakeDownstream()
    const slot = take(inFlight, from, 7, 1)
    const before = from.streams.slotAt(7)
    inFlight.release(slot)

    expect(before).toBe(slot)
    expect(from.streams.slotAt(7)).toBe(-1)
  })

  it('count for the downstream as what their answers may come to: a traced one with a trailer', () => {
    const from = fakeDownstream()
    const plain = requestFrame(1)
    const traced = requestFrame(2, { flags: TRACED })
    const inFlight = new InFlight(10)
    inFlight.take(from, plain, 0, plain.length, 0, 5_000)
    const before = from.streams.liveBytes
    inFlight.take(from, traced, 0, traced.length, 0, 5_000)

    expect(before).toBe(plain.length)
    expect(from.streams.liveBytes - before).toBe(traced.length + TRACE_BYTES_MAX)
  })

  it('hold on to bytes only as long as asked', () => {
    const inFlight = new InFlight(10)
    const from = fakeDownstream()
    const slot = take(inFlight, from, 1)
    const bytes = new Uint8Array(10)
    inFlight.hold(slot, bytes, 2, 7)
    const held = [inFlight.bytes[slot], inFlight.start[slot], inFlight.end[slot]]
    inFlight.letGo(slot)
    const letGo = inFlight.bytes[slot]
    inFlight.hold(slot, bytes, 2, 7)
    inFlight.release(slot)

    expect(held).toEqual([bytes, 2, 7])
    expect([letGo, inFlight.bytes[slot]]).toEqual([null, null])
  })
})
