/** One upstream as its parent sees it: health, usability and account. */
import { beforeEach, describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { Edge } from '../../src/roles/edge.ts'
import { makeMemoryTransport } from '../../src/transport/memory.ts'
import type { Transport } from '../../src/transport/transport.ts'
import { FrameType } from '../../src/wire/frame.ts'
import { settingOf } from '../support/link-fixtures.ts'
import { bareFrame, listenStranger } from '../support/stranger.ts'
import { HEALTH, upstreamSpec } from '../support/topology.ts'
import { makeVirtualClock, type VirtualClock } from '../support/virtual-clock.ts'

const SPEC = upstreamSpec('server-1', { socket: 'there', weight: 2 })

let clock: VirtualClock
let transport: Transport
let seen: string[]

beforeEach(() => {
  clock = makeVirtualClock()
  transport = makeMemoryTransport(clock)
  seen = []
})

function make(): Edge {
  const owner = {
    onAnswer: () => {},
    onLinkLost: () => seen.push('lost'),
    onEdgeChange: () => seen.push('change'),
    onUpstreamEvent: () => {},
  }
  const pool = {
    onMemberChange: (edge: Edge) => {
      edge.isEligible = true
      owner.onEdgeChange()
    },
    mayEject: () => true,
    isLastFit: () => false,
    needsBackups: () => false,
    tell: (_edge: Edge, event: string, reason: string) => seen.push(`${event}: ${reason}`),
  }
  const world = { clock, transport, rng: makeRng(1) }
  return new Edge(SPEC, HEALTH, world, settingOf(clock), owner, pool)
}

function pass(edge: Edge, ms: number): void {
  for (let left = ms; left > 0; left -= 250) {
    clock.advance(250)
    edge.tick(clock.nowMs())
    clock.settle()
  }
}

describe('an edge', () => {
  it('is unknown until it is connected, then healthy, and the first connection is no news', () => {
    listenStranger(transport, 'there')
    const edge = make()
    const before = [edge.isUsable(), edge.isSettled, edge.counters().health]
    clock.settle()

    expect(before).toEqual([false, false, 'unknown'])
    expect([edge.isUsable(), edge.isSettled, edge.counters().health]).toEqual([true, true, 'healthy'])
    expect(seen).toEqual(['change'])
  })

  it('stays unknown while nobody has ever listened there', () => {
    const edge = make()
    clock.advance(5_000)

    expect(edge.isSettled).toBe(true)
    expect(edge.counters().health).toBe('unknown')
    expect(seen).not.toContain('ejected: refused (ECONNREFUSED)')
  })

  it('tells of each change of health once, with its cause', () => {
    const upstream = listenStranger(transport, 'there')
    const edge = make()
    clock.settle()
    upstream.last.connection!.destroy()
    upstream.close()
    clock.advance(3_000)
    listenStranger(transport, 'there')
    clock.advance(1_200)

    expect(seen.filter(each => each.includes(':'))).toEqual(['ejected: ended', 'restored: connected'])
    expect(edge.isUsable()).toBe(true)
  })

  it('is unhealthy while it is silent', () => {
    const upstream = listenStranger(transport, 'there', link => {
      link.onFrameSeen = frame => {
        if (frame.type === FrameType.hello) link.isAutomatic = false
      }
    })
    const edge = make()
    clock.settle()
    pass(edge, 2_000)
    const silent = [edge.counters().health, edge.isMute()]
    upstream.last.isAutomatic = true
    upstream.last.send(...[1, 2, 3].map(() => bareFrame(FrameType.pong)))
    clock.settle()

    expect(silent).toEqual(['unhealthy', true])
    expect(edge.isMute()).toBe(false)
    expect(seen.filter(each => each.includes(':'))).toEqual(['ejected: 3 PINGs unanswered', 'restored: heard'])
  })

  it('is not ill while it drains', () => {
    const upstream = listenStranger(transport, 'there')
    const edge = make()
    clock.settle()
    upstream.last.send(bareFrame(FrameType.drain))
    clock.settle()

    expect(edge.isUsable()).toBe(false)
    expect(edge.counters().health).toBe('healthy')
  })

  it('takes a new weight without touching its link, and a new generation by a new link', () => {
    const upstream = listenStranger(transport, 'there')
    const edge = make()
    clock.settle()
    edge.apply({ ...SPEC, weight: 5 })
    clock.settle()
    const links = upstream.links.length
    const next = listenStranger(transport, 'there', () => {}, 2)
    edge.apply({ ...SPEC, weight: 5, generation: 2 })
    const during = [edge.isSettled, edge.isUsable()]
    clock.settle()

    expect([edge.weight, links]).toEqual([5, 1])
    expect(during).toEqual([false, true])
    expect([edge.isSettled, edge.isUsable()]).toEqual([true, true])
    expect(next.links).toHaveLength(1)
    expect(seen.filter(each => each.includes(':'))).toEqual([])
  })

  it('tries again to change over when it could not, though the old link still stands', () => {
    const old = listenStranger(transport, 'there')
    const edge = make()
    clock.settle()
    old.close()
    edge.apply({ ...SPEC, generation: 2 })
    clock.settle()
    const whileAbsent = [edge.isUsable(), edge.isSettled]
    const next = listenStranger(transport, 'there', () => {}, 2)
    clock.advance(20)

    expect(whileAbsent).toEqual([true, true])
    expect(next.links).toHaveLength(1)
    expect(edge.isUsable()).toBe(true)
  })

  it('is gone after it retired and nothing is in flight', () => {
    listenStranger(transport, 'there')
    const edge = make()
    clock.settle()
    edge.inFlight = 1
    edge.retire()
    clock.settle()
    const early = edge.isGone()
    edge.inFlight = 0

    expect(early).toBe(false)
    expect(edge.isGone()).toBe(true)
    expect(clock.armed).toBe(0)
  })
})
