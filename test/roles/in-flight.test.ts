import { describe, expect, it } from 'vitest'
import type { DownstreamLink } from '../../src/link/downstream-link.ts'
import type { UpstreamLink } from '../../src/link/upstream-link.ts'
import type { Edge } from '../../src/roles/edge.ts'
import { InFlight } from '../../src/roles/in-flight.ts'

const FROM = {} as DownstreamLink
const EDGE = {} as Edge

describe('the requests in flight of a forwarder', () => {
  it('are at most as many as the limit', () => {
    const inFlight = new InFlight(2)
    const first = inFlight.take(FROM, 7, 1)
    inFlight.take(FROM, 8, 1)
    const refused = inFlight.take(FROM, 9, 1)
    inFlight.release(first)

    expect(refused).toBe(-1)
    expect(inFlight.take(FROM, 9, 2)).toBe(first)
  })

  it('know who sent each and when', () => {
    const inFlight = new InFlight(10)
    const slot = inFlight.take(FROM, 7, 12.5)

    expect([inFlight.from[slot], inFlight.fromStreamId[slot], inFlight.sinceMs[slot]]).toEqual([FROM, 7, 12.5])
  })

  it('are found by the link that they went out on, until they end', () => {
    const inFlight = new InFlight(10)
    const [one, two] = [{} as UpstreamLink, {} as UpstreamLink]
    const slots = [one, two, one].map((link, i) => {
      const slot = inFlight.take(FROM, i + 1, 0)
      inFlight.assign(slot, EDGE, link)
      return slot
    })
    const waiting = inFlight.take(FROM, 4, 0)

    expect(inFlight.sentOn(one)).toEqual([slots[0], slots[2]])
    inFlight.release(slots[0]!)
    inFlight.release(waiting)
    expect(inFlight.sentOn(one)).toEqual([slots[2]])
    expect(inFlight.sentOn(two)).toEqual([slots[1]])
  })
})
