import { describe, expect, it } from 'vitest'
import type { UpstreamLink } from '../../src/link/upstream-link.ts'
import type { Edge } from '../../src/roles/edge.ts'
import { InFlight } from '../../src/roles/in-flight.ts'
import { fakeDownstream } from '../support/fake-downstream.ts'

const EDGE = {} as Edge

describe('the requests in flight of a forwarder', () => {
  it('are at most as many as the limit', () => {
    const inFlight = new InFlight(2)
    const from = fakeDownstream()
    const first = inFlight.take(from, 7, 100, 1)
    inFlight.take(from, 8, 100, 1)
    const refused = inFlight.take(from, 9, 100, 1)
    inFlight.release(first)

    expect(refused).toBe(-1)
    expect(inFlight.take(from, 9, 100, 2)).toBe(first)
  })

  it('know who sent each and when', () => {
    const inFlight = new InFlight(10)
    const from = fakeDownstream()
    const slot = inFlight.take(from, 7, 100, 12.5)

    expect([inFlight.from[slot], inFlight.fromStreamId[slot], inFlight.sinceMs[slot]]).toEqual([from, 7, 12.5])
  })

  it('hold their stream for the downstream until they end', () => {
    const inFlight = new InFlight(10)
    const from = fakeDownstream()
    const slot = inFlight.take(from, 7, 100, 1)
    const before = from.streams.slotAt(7)
    inFlight.release(slot)

    expect(before).toBe(slot)
    expect(from.streams.slotAt(7)).toBe(-1)
  })

  it('are found by the link that they went out on, until they end', () => {
    const inFlight = new InFlight(10)
    const from = fakeDownstream()
    const [one, two] = [{} as UpstreamLink, {} as UpstreamLink]
    const slots = [one, two, one].map((link, i) => {
      const slot = inFlight.take(from, i + 1, 100, 0)
      inFlight.assign(slot, EDGE, link, 0)
      return slot
    })
    const waiting = inFlight.take(from, 4, 100, 0)

    expect(inFlight.sentOn(one)).toEqual([slots[0], slots[2]])
    inFlight.release(slots[0]!)
    inFlight.release(waiting)
    expect(inFlight.sentOn(one)).toEqual([slots[2]])
    expect(inFlight.sentOn(two)).toEqual([slots[1]])
  })
})
