/** Of what forwarders and clients have in common: here with the clients' requests, which add next to nothing. */
import { describe, expect, it } from 'vitest'
import type { UpstreamLink } from '../../src/link/upstream-link.ts'
import type { Edge } from '../../src/roles/edge.ts'
import { Outstanding } from '../../src/roles/outstanding.ts'
import type { Requests } from '../../src/roles/requests.ts'
import { SLOTS_MAX } from '../../src/wire/stream-slots.ts'

const EDGE = {} as Edge
const OTHER = {} as Edge
const LINK = {} as UpstreamLink

const take = (requests: Outstanding) => requests.take(0, 5_000, 0, 0)

function attempt(requests: Requests, slot: number, edge = EDGE): void {
  requests.assign(slot, edge, LINK, 0)
  requests.unassign(slot)
}

describe('the requests that are sent to upstreams', () => {
  it('are at most as many as streams can be told apart', () => {
    const requests = new Outstanding()
    const slots = Array.from({ length: SLOTS_MAX }, () => take(requests))

    expect(new Set(slots).size).toBe(SLOTS_MAX)
    expect(take(requests)).toBe(-1)
  })

  it('are found by the link that they went out on, until they end', () => {
    const requests = new Outstanding()
    const [one, two] = [{} as UpstreamLink, {} as UpstreamLink]
    const slots = [one, two, one].map(link => {
      const slot = take(requests)
      requests.assign(slot, EDGE, link, 0)
      return slot
    })
    const waiting = take(requests)

    expect(requests.sentOn(one)).toEqual([slots[0], slots[2]])
    requests.release(slots[0]!)
    requests.release(waiting)
    expect(requests.sentOn(one)).toEqual([slots[2]])
    expect(requests.sentOn(two)).toEqual([slots[1]])
  })

  it('count as sent from an attempt’s begin to its end, whichever way that ends', () => {
    const requests = new Outstanding()
    const [one, two] = [take(requests), take(requests)]
    const counts = [requests.sent]
    for (const slot of [one, two]) requests.assign(slot, EDGE, LINK, 0)
    counts.push(requests.sent)
    requests.unassign(one)
    counts.push(requests.sent)
    requests.release(one)
    requests.release(two)
    counts.push(requests.sent)

    expect(counts).toEqual([0, 2, 1, 0])
  })

  it('have a new id for each attempt', () => {
    const requests = new Outstanding()
    const slot = take(requests)
    const first = requests.slots.idOf(slot)
    attempt(requests, slot)

    expect(requests.slots.find(first)).toBe(-1)
    expect(requests.slots.find(requests.slots.idOf(slot))).toBe(slot)
    expect([requests.edge[slot], requests.sentOn(LINK)]).toEqual([null, []])
  })

  it('know how many attempts there were, to whom the last, and to whom the one before', () => {
    const requests = new Outstanding()
    const slot = take(requests)
    const seen = [EDGE, OTHER].map(edge => {
      attempt(requests, slot, edge)
      return [requests.sends[slot], requests.tried[slot] === edge, requests.triedBefore[slot] === EDGE]
    })

    expect(seen).toEqual([
      [1, true, false],
      [2, true, true],
    ])
  })

  it('begin with nothing of what the slot was used for before', () => {
    const requests = new Outstanding()
    const first = requests.take(1, 5_001, 9, 3)
    attempt(requests, first)
    requests.mayHaveRun[first] = true
    requests.release(first)
    let slot = -1 // slots that were used last come last
    while (slot !== first) slot = requests.take(2, 107, 8, 0)

    expect([requests.sends[slot], requests.mayHaveRun[slot], requests.edge[slot]]).toEqual([0, false, null])
    expect([requests.flags[slot], requests.keyHash[slot], requests.deadlineMs[slot]]).toEqual([0, 8, 107])
  })
})
