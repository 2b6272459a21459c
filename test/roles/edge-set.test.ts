import { beforeEach, describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { EdgeSet } from '../../src/roles/edge-set.ts'
import type { UpstreamSpec } from '../../src/topology/types.ts'
import { makeMemoryTransport } from '../../src/transport/memory.ts'
import type { Transport } from '../../src/transport/transport.ts'
import { settingOf } from '../support/link-fixtures.ts'
import { listenStranger } from '../support/stranger.ts'
import { HEALTH, upstreamSpec } from '../support/topology.ts'
import { makeVirtualClock, type VirtualClock } from '../support/virtual-clock.ts'

let clock: VirtualClock
let transport: Transport
let edges: EdgeSet

beforeEach(() => {
  clock = makeVirtualClock()
  transport = makeMemoryTransport(clock)
  for (const id of ['a', 'b', 'c']) listenStranger(transport, id)
  const owner = { onAnswer: () => {}, onLinkLost: () => {}, onEdgeChange: () => {}, onUpstreamEvent: () => {} }
  const world = { clock, transport, rng: makeRng(1) }
  edges = new EdgeSet(world, settingOf(clock), HEALTH, owner)
})

const specs = (...ids: string[]): UpstreamSpec[] => ids.map(id => upstreamSpec(id))

const accounts = () => edges.counters().map(({ id, picked, answered }) => `${id} ${picked} ${answered}`)

function settle(): void {
  clock.settle()
  edges.tick(clock.nowMs())
  clock.settle()
  edges.tick(clock.nowMs())
}

describe('the edges of a node', () => {
  it('stand in the order of the wiring, and are kept as it changes', () => {
    edges.apply(specs('a', 'b'), HEALTH)
    const [a, b] = edges.members
    edges.apply(specs('c', 'b', 'a'), HEALTH)

    expect(edges.members.map(({ id }) => id)).toEqual(['c', 'b', 'a'])
    expect(edges.members[1]).toBe(b)
    expect(edges.members[2]).toBe(a)
  })

  it('are settled when each has connected or failed to', () => {
    edges.apply(specs('a', 'nobody'), HEALTH)
    const early = edges.areSettled()
    clock.settle()

    expect(early).toBe(false)
    expect(edges.areSettled()).toBe(true)
  })

  it('keep the account of one that is gone, and go on with it when it comes back', () => {
    edges.apply(specs('a', 'b'), HEALTH)
    clock.settle()
    Object.assign(edges.members[1]!, { picked: 5, answered: 5 })
    edges.apply(specs('a'), HEALTH)
    const retiring = accounts()
    settle()
    const gone = accounts()
    edges.apply(specs('a', 'b'), HEALTH)
    Object.assign(edges.members[1]!, { picked: 2, answered: 1 })

    expect(retiring).toEqual(['b 5 5', 'a 0 0'])
    expect(gone).toEqual(['b 5 5', 'a 0 0'])
    expect(accounts()).toEqual(['b 7 6', 'a 0 0'])
  })

  it('have one account for an upstream of several edges', () => {
    edges.apply(specs('a', 'a', 'a'), HEALTH)
    edges.members.forEach((edge, i) => {
      edge.picked = i + 1
    })
    const three = accounts()
    edges.apply(specs('a'), HEALTH)
    settle()

    expect(three).toEqual(['a 6 0'])
    expect(accounts()).toEqual(['a 6 0'])
    expect(edges.members.map(edge => edge.picked)).toEqual([1])
  })

  it('tell an upstream of several edges to be healthy while one of them is, whichever', () => {
    edges.apply(specs('a', 'a', 'b'), HEALTH)
    clock.settle()
    const health = () => edges.counters().map(each => `${each.id} ${each.health}`)
    edges.members[1]!.link().close('stalled', 'takes no bytes')
    const one = health()
    edges.members[0]!.link().close('stalled', 'takes no bytes')

    expect(one).toEqual(['a healthy', 'b healthy'])
    expect(health()).toEqual(['a unhealthy', 'b healthy'])
  })

  it('keep one that is removed and comes back at once, on a link of its own', () => {
    edges.apply(specs('a'), HEALTH)
    clock.settle()
    const [first] = edges.members
    first!.inFlight = 1
    first!.picked = 1
    edges.apply([], HEALTH)
    edges.apply(specs('a'), HEALTH)
    clock.settle()

    expect(edges.members[0]).not.toBe(first)
    expect(edges.members[0]!.isUsable()).toBe(true)
    expect(accounts()).toEqual(['a 1 0'])
    expect(edges.counters()[0]!.inFlight).toBe(1)
  })

  it('leave nothing behind when they stop', () => {
    edges.apply(specs('a', 'b', 'nobody'), HEALTH)
    clock.settle()
    edges.apply(specs('a'), HEALTH)
    edges.stop()
    clock.advance(5_000)

    expect(clock.armed).toBe(0)
  })

  it('hold links that stand to health limits that came later', () => {
    edges.apply(specs('a'), HEALTH)
    settle()
    const link = edges.members[0]!.link()
    edges.apply(specs('a'), { ...HEALTH, intervalMs: 20, timeoutMs: 50 })
    link.outstanding = 1
    clock.advance(60)
    edges.tick(clock.nowMs())

    expect([edges.members[0]!.isUsable(), link.isSilent]).toEqual([false, true])
  })
})
