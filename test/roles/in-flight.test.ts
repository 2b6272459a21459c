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
    const first = inFlight.take(from, 7, 100, 1, 5_000, 0)
    inFlight.take(from, 8, 100, 1, 5_000, 0)
    const refused = inFlight.take(from, 9, 100, 1, 5_000, 0)
    inFlight.release(first)

    expect(refused).toBe(-1)
    expect(inFlight.take(from, 9, 100, 2, 5_000, 0)).toBe(first)
  })

  it('know who sent each and when', () => {
    const inFlight = new InFlight(10)
    const from = fakeDownstream()
    const slot = inFlight.take(from, 7, 100, 12.5, 5_000, 0)

    expect([inFlight.from[slot], inFlight.fromStreamId[slot], inFlight.sinceMs[slot]]).toEqual([from, 7, 12.5])
  })

  it('hold their stream for the downstream until they end', () => {
    const inFlight = new InFlight(10)
    const from = fakeDownstream()
    const slot = inFlight.take(from, 7, 100, 1, 5_000, 0)
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
      const slot = inFlight.take(from, i + 1, 100, 0, 5_000, 0)
      inFlight.assign(slot, EDGE, link, 0)
      return slot
    })
    const waiting = inFlight.take(from, 4, 100, 0, 5_000, 0)

    expect(inFlight.sentOn(one)).toEqual([slots[0], slots[2]])
    inFlight.release(slots[0]!)
    inFlight.release(waiting)
    expect(inFlight.sentOn(one)).toEqual([slots[2]])
    expect(inFlight.sentOn(two)).toEqual([slots[1]])
  })

  it('count as sent from an attempt’s begin to its end, whichever way that ends', () => {
    const inFlight = new InFlight(10)
    const link = {} as UpstreamLink
    const [one, two] = [1, 2].map(id => inFlight.take(fakeDownstream(), id, 100, 0, 5_000, 0)) as [number, number]
    const counts = [inFlight.sent]
    for (const slot of [one, two]) inFlight.assign(slot, EDGE, link, 0)
    counts.push(inFlight.sent)
    inFlight.unassign(one)
    counts.push(inFlight.sent)
    inFlight.release(one)
    inFlight.release(two)
    counts.push(inFlight.sent)

    expect(counts).toEqual([0, 2, 1, 0])
  })

  it('have a new id for each attempt, and know how many there were, and to whom the last', () => {
    const inFlight = new InFlight(10)
    const link = {} as UpstreamLink
    const slot = inFlight.take(fakeDownstream(), 1, 100, 0, 5_000, 0)
    inFlight.assign(slot, EDGE, link, 0)
    const first = inFlight.slots.idOf(slot)
    inFlight.unassign(slot)

    expect(inFlight.slots.find(first)).toBe(-1)
    expect([inFlight.sends[slot], inFlight.tried[slot], inFlight.edge[slot]]).toEqual([1, EDGE, null])
    expect(inFlight.sentOn(link)).toEqual([])
  })

  it('hold on to bytes only as long as asked', () => {
    const inFlight = new InFlight(10)
    const from = fakeDownstream()
    const slot = inFlight.take(from, 1, 100, 0, 5_000, 0)
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

  it('begin with nothing of what the slot was used for before', () => {
    const inFlight = new InFlight(1)
    const from = fakeDownstream()
    const first = inFlight.take(from, 1, 100, 0, 5_000, 3)
    inFlight.assign(first, EDGE, {} as UpstreamLink, 0)
    inFlight.mayHaveRun[first] = true
    inFlight.release(first)
    const slot = inFlight.take(from, 2, 100, 7, 100, 0)

    expect([inFlight.sends[slot], inFlight.mayHaveRun[slot], inFlight.flags[slot], inFlight.deadlineMs[slot]]).toEqual([
      0,
      false,
      0,
      107,
    ])
  })
})
