import { describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { ClientTarget } from '../../src/lab/client-target.ts'
import { asMeasured, standardTopology, wiringTo } from '../../src/lab/paths.ts'
import { Tracer } from '../../src/lab/tracer.ts'
import { makeNode } from '../../src/roles/node.ts'
import { wiringOf } from '../../src/topology/wiring.ts'
import { makeMemoryTransport } from '../../src/transport/memory.ts'
import { makeVirtualClock } from '../support/virtual-clock.ts'

/** A client of a server, in virtual time. */
function setUp(every: number | null = null) {
  const clock = makeVirtualClock()
  const world = { clock, rng: makeRng(1), transport: makeMemoryTransport(clock) }
  const topology = asMeasured(standardTopology().topology)
  const spec = topology.nodes.find(({ id }) => id === 'server-1')!
  const server = makeNode(
    wiringOf(topology, spec, () => 1),
    world,
    { onReady: () => {}, onUpstreamEvent: () => {} },
  )
  clock.settle()
  const tracer = new Tracer()
  tracer.begin(0)
  const tracing = every === null ? null : { every, tracer }
  const target = new ClientTarget(wiringTo(topology, 'server-1', { connections: 2, payloadBytes: 64 }), world, tracing)
  clock.settle()
  return { clock, target, server, tracer }
}

describe('ClientTarget', () => {
  it('is ready once its connections stand', async () => {
    const { target } = setUp()

    await expect(target.ready).resolves.toBeUndefined()
  })

  it('tells of each request that ended, with the time that it was planned for', () => {
    const { clock, target } = setUp()
    const told: number[][] = []
    target.onOutcome = (...outcome) => told.push(outcome)
    clock.advance(10)
    target.send(4, clock.nowMs())
    clock.settle()

    expect(told).toEqual([[0, 4, 6, 0]])
  })

  it('tells the code of one that failed', () => {
    const { clock, target, server } = setUp()
    const codes: number[] = []
    target.onOutcome = code => codes.push(code)
    server.stop()
    clock.settle()
    target.send(clock.nowMs(), clock.nowMs())
    clock.advance(10_000)

    expect(codes).toHaveLength(1)
    expect(codes[0]).toBeGreaterThan(0)
  })

  it.each([
    [null, 0],
    [1, 20],
  ])('traces one request in %o', (every, count) => {
    const { clock, target, tracer } = setUp(every)
    for (let i = 0; i < 20; i++) target.send(clock.nowMs(), clock.nowMs())
    clock.settle()

    expect(tracer.requests).toHaveLength(count)
  })

  it('closes at once', () => {
    const { clock, target, server } = setUp()
    target.close()
    server.stop()
    clock.advance(60_000)

    expect(clock.armed).toBe(0)
  })
})
