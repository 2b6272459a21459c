/** What requests teach a parent of its upstream: which ends count, when, and how it returns. */
import { beforeEach, describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { Standing } from '../../src/roles/standing.ts'
import { makeMemoryTransport } from '../../src/transport/memory.ts'
import { ErrorCode } from '../../src/wire/error-code.ts'
import { HEALTH } from '../support/topology.ts'
import { makeVirtualClock, type VirtualClock } from '../support/virtual-clock.ts'

let clock: VirtualClock
let isThere: boolean
let isAllowed: boolean
let told: string[]
let changes: number
let standing: Standing

beforeEach(() => {
  clock = makeVirtualClock()
  isThere = true
  isAllowed = true
  told = []
  changes = 0
  standing = new Standing(
    HEALTH,
    { clock, transport: makeMemoryTransport(clock), rng: makeRng(3) },
    {
      isReachable: () => isThere,
      mayEject: () => isAllowed,
      isLastFit: () => !isAllowed,
      tell: (event, reason, forMs) => told.push(`${event}: ${reason}${forMs === undefined ? '' : ' for a time'}`),
      onStandingChange: () => changes++,
    },
  )
})

function fail(count: number, isConfirmed: boolean, code: ErrorCode): void {
  for (let i = 0; i < count; i++) {
    const sentMs = clock.nowMs()
    standing.onSent(sentMs)
    standing.onFailed(sentMs, isConfirmed, code, sentMs)
  }
}

function answer(): void {
  const sentMs = clock.nowMs()
  standing.onSent(sentMs)
  standing.onAnswered(sentMs, sentMs)
}

describe('the standing of an upstream', () => {
  it('goes from failures to an ejection, a probe and a return, each told once', () => {
    fail(5, true, ErrorCode.application)
    const inTheTurn = changes
    clock.advance(2_500)
    const due = standing.isProbeDue()
    answer()
    clock.settle()
    const returned = [standing.isRamping(), standing.rampAt(clock.nowMs())]
    clock.advance(2_000)
    standing.tick(clock.nowMs())

    expect(told).toEqual([
      'ejected: 5 failures in a row for a time',
      'half-open: its next request is a probe',
      'restored: probe answered',
    ])
    expect([inTheTurn, due, returned]).toEqual([0, true, [true, 0.1]])
    expect([standing.circuit, standing.isRamping()]).toEqual(['closed', false])
    // Ejected, half-open, closed, and its whole share again.
    expect(changes).toBe(4)
  })

  it('is not lowered where the pool can spare nobody, and is at the next failure when it can', () => {
    isAllowed = false
    fail(7, true, ErrorCode.application)
    const spared = standing.circuit
    isAllowed = true
    fail(1, true, ErrorCode.application)

    expect(spared).toBe('closed')
    expect(told).toEqual(['ejected: 8 failures in a row for a time'])
  })

  it.each([
    ['overload', ErrorCode.overload],
    ['shed', ErrorCode.shed],
    ['draining', ErrorCode.draining],
    ['cancelled', ErrorCode.cancelled],
    ['expired', ErrorCode.expired],
    ['loop', ErrorCode.loop],
  ])('is not lowered by what says nothing of it: %s', (_name, code) => {
    fail(100, true, code)

    expect([standing.circuit, told]).toEqual(['closed', []])
  })

  it('is asked for another probe where one ended without a word of the upstream', () => {
    fail(5, true, ErrorCode.application)
    clock.advance(2_500)
    standing.onSent(clock.nowMs())
    const inFlight = standing.isProbeDue()
    standing.onFailed(clock.nowMs(), false, ErrorCode.cancelled, clock.nowMs())

    expect([inFlight, standing.isProbeDue(), standing.circuit]).toEqual([false, true, 'half-open'])
  })

  it('is not lowered by what was lost with a silent or lost link: that is known already', () => {
    isThere = false
    fail(30, false, ErrorCode.connectionLost)
    fail(30, false, ErrorCode.timeout)

    expect([standing.circuit, told]).toEqual(['closed', []])
  })

  it('is not lowered by time-outs that came of this node standing still', () => {
    standing.tick(clock.nowMs())
    clock.stall(6_000)
    fail(30, false, ErrorCode.timeout)
    const stalled = standing.circuit
    standing.tick(clock.nowMs())
    for (let i = 0; i < 5; i++) {
      clock.advance(1)
      fail(1, false, ErrorCode.timeout)
    }

    expect([stalled, standing.circuit]).toEqual(['closed', 'open'])
  })

  it.each([
    ['lost', true, ErrorCode.connectionLost],
    ['given up', false, ErrorCode.timeout],
  ])('is lowered once by many %s in one moment', (_what, isConfirmed, code) => {
    standing.tick(clock.nowMs())
    fail(30, isConfirmed, code)
    const once = standing.circuit
    for (let i = 0; i < 4; i++) {
      clock.advance(1)
      fail(3, isConfirmed, code)
    }

    expect([once, standing.circuit]).toEqual(['closed', 'open'])
  })

  it('begins anew for a new process, and leaves no timer behind', () => {
    fail(5, true, ErrorCode.application)
    standing.beginRamp(clock.nowMs())
    standing.forget(clock.nowMs())

    expect([standing.circuit, standing.isRamping(), clock.armed]).toEqual(['closed', false, 0])
  })
})
