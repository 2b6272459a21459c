import { beforeEach, describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { type CircuitState, makeCircuit } from '../../src/health/circuit.ts'
import { Ejection } from '../../src/roles/ejection.ts'
import { makeMemoryTransport } from '../../src/transport/memory.ts'
import { HEALTH } from '../support/topology.ts'
import { makeVirtualClock, type VirtualClock } from '../support/virtual-clock.ts'

let clock: VirtualClock
let state: CircuitState
let isThere: boolean
let halfOpenMs: number[]
let ejection: Ejection

beforeEach(() => {
  clock = makeVirtualClock()
  state = makeCircuit()
  isThere = true
  halfOpenMs = []
  const world = { clock, transport: makeMemoryTransport(clock), rng: makeRng(7) }
  ejection = new Ejection(state, HEALTH, world, {
    isReachable: () => isThere,
    onHalfOpen: () => halfOpenMs.push(clock.nowMs()),
  })
})

describe('an ejection', () => {
  it('ends by time, with up to a tenth more by chance', () => {
    const forMs = ejection.begin(0)
    clock.advance(3_000)

    expect(forMs).toBeGreaterThan(2_000)
    expect(forMs).toBeLessThanOrEqual(2_200)
    expect(halfOpenMs).toEqual([forMs])
    expect(state.circuit).toBe('half-open')
  })

  it('ends also where its timer fires early, as one of the platform may by less than a millisecond', () => {
    const hasty = { ...clock, after: (delayMs: number, fire: () => void) => clock.after(delayMs - 0.9, fire) }
    const world = {
      clock: { ...hasty, nowMs: () => clock.nowMs() },
      transport: makeMemoryTransport(clock),
      rng: makeRng(7),
    }
    const owner = { isReachable: () => true, onHalfOpen: () => halfOpenMs.push(clock.nowMs()) }
    const forMs = new Ejection(state, HEALTH, world, owner).begin(0)
    clock.advance(3_000)

    expect(halfOpenMs).toHaveLength(1)
    expect(halfOpenMs[0]! - forMs).toBeGreaterThanOrEqual(0)
    expect(halfOpenMs[0]! - forMs).toBeLessThan(2)
  })

  it('waits on while nobody is there to be tried', () => {
    ejection.begin(0)
    isThere = false
    clock.advance(5_000)
    const whileAway = state.circuit
    isThere = true
    ejection.resume(clock.nowMs())

    expect(whileAway).toBe('open')
    expect(halfOpenMs).toEqual([5_000])
  })

  it('is over at once for a new process', () => {
    ejection.begin(0)
    ejection.reset(100)
    clock.advance(5_000)

    expect([state.circuit, halfOpenMs, clock.armed]).toEqual(['closed', [], 0])
  })

  it('leaves no timer behind', () => {
    ejection.begin(0)
    ejection.stop()
    ejection.begin(10)

    expect(clock.armed).toBe(0)
  })
})
