/** A server alone, whose service times are drawn: what its account shows is what the topology asked for. */
import { describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import type { RunningNode } from '../../src/roles/node.ts'
import { makeServer } from '../../src/roles/server.ts'
import { Histogram } from '../../src/stats/histogram.ts'
import type { Topology, Wiring } from '../../src/topology/types.ts'
import { wiringOf } from '../../src/topology/wiring.ts'
import { makeMemoryTransport } from '../../src/transport/memory.ts'
import { FrameType } from '../../src/wire/frame.ts'
import { dialStranger, requestFrame } from '../support/stranger.ts'
import { topologyOf } from '../support/topology.ts'
import { makeVirtualClock, type VirtualClock } from '../support/virtual-clock.ts'

const EXPONENTIAL = { exponential: '5ms' }
const LOGNORMAL = { lognormal: { p50: '2ms', p99: '20ms' } }
const EMPIRICAL = { empirical: ['1ms', '1ms', '2ms', '40ms'] }

interface Asked {
  readonly server: RunningNode
  readonly clock: VirtualClock
  /** Sends that many requests. */
  ask(count: number): void
  /** Answers so far. */
  answered(): number
  latency(): Histogram
  apply(keys: object): void
}

function wiringFor(keys: object): Wiring {
  const topology: Topology = topologyOf({ servers: [{ id: 'server-1', ...keys }] })
  return wiringOf(topology, topology.nodes[1]!, () => 1)
}

/** Its own clock may be coarser than the one that moves everything. */
function setUp(keys: object, coarsen: (clock: VirtualClock) => VirtualClock = clock => clock): Asked {
  const clock = makeVirtualClock()
  const transport = makeMemoryTransport(clock)
  const world = { clock: coarsen(clock), rng: makeRng('service-times'), transport }
  const server = makeServer(wiringFor(keys), world, { onReady: () => {}, onUpstreamEvent: () => {} })
  const client = dialStranger(transport, 'sockets/server-1.sock')
  clock.settle()
  client.sayHello()
  clock.settle()
  let asked = 0
  let answered = 0
  client.onFrameSeen = ({ type }) => {
    if (type === FrameType.response) answered++
    client.forget()
  }
  return {
    server,
    clock,
    ask: count => {
      const frames = Array.from({ length: count }, () => requestFrame(++asked, { budgetMs: 3_600_000 }))
      client.send(Buffer.concat(frames))
      clock.settle()
    },
    answered: () => answered,
    latency: () => {
      const histogram = new Histogram()
      histogram.add(server.counters().latency)
      return histogram
    },
    apply: changed => {
      server.apply(wiringFor({ ...keys, ...changed }), () => {})
      clock.settle()
    },
  }
}

/** As many requests as there are places, and for each answer the next, looked for every so often: none waits. */
function askInTurn({ clock, ask, answered }: Asked, total: number, places: number, lookEveryMs = 0.5): void {
  let asked = 0
  while (answered() < total) {
    const count = Math.min(places - (asked - answered()), total - asked)
    if (count > 0) ask(count)
    asked += count
    clock.advance(lookEveryMs)
  }
}

/** A host's: delays of a millisecond and more end on whole ones, shorter ones when they are over. */
function makeHostLikeClock(clock: VirtualClock): VirtualClock {
  return Object.create(clock, {
    tickMs: { value: 1 },
    after: {
      value: (delayMs: number, fire: () => void) => clock.after(delayMs < 1 ? delayMs : Math.ceil(delayMs), fire),
    },
  })
}

function expectWithin(found: number | null, asked: number, part: number): void {
  expect(Math.abs(found! / asked - 1), `${found} for ${asked}`).toBeLessThan(part)
}

describe('a server with a distribution of service times', () => {
  it.each([
    [EXPONENTIAL, 5_000 * Math.log(2), 5_000 * Math.log(100)],
    [LOGNORMAL, 2_000, 20_000],
  ])('shows %j in the latency of 10 000 requests, 16 at a time', (serviceTime, p50Us, p99Us) => {
    const asked = setUp({ serviceTime, concurrency: 16, queue: 0 })
    askInTurn(asked, 10_000, 16)

    expect(asked.server.counters()).toMatchObject({ received: 10_000, answered: 10_000 })
    expectWithin(asked.latency().percentileUs(0.5), p50Us, 0.04)
    expectWithin(asked.latency().percentileUs(0.99), p99Us, 0.08)
  })

  it('shows each value of a list in the share that it has there', () => {
    const asked = setUp({ serviceTime: EMPIRICAL, concurrency: 16, queue: 0 })
    askInTurn(asked, 10_000, 16)
    const sharesMs = [0.01, 0.48, 0.52, 0.73, 0.77, 1].map(fraction => asked.latency().percentileUs(fraction)! / 1_000)

    expect(sharesMs.map(Math.round)).toEqual([1, 1, 2, 2, 40, 40])
  })

  it('works off a queue of 10 000 in the time that mean and concurrency give', () => {
    const { clock, ask, answered } = setUp({ serviceTime: EXPONENTIAL, concurrency: 10, queue: 65_535 })
    ask(10_000)
    clock.advance(2_500)
    const half = answered()
    clock.advance(2_500)

    expectWithin(half, 5_000, 0.03)
    expectWithin(answered(), 10_000, 0.03)
  })

  it('changes from a fixed time while it works: what runs keeps its time, what waits is drawn', () => {
    const { clock, ask, answered, apply } = setUp({ serviceTime: '50ms', concurrency: 1 })
    ask(3)
    clock.advance(20)
    apply({ serviceTime: { empirical: ['10ms'] } })
    const steps = [29, 1, 9, 1, 9, 1].map(ms => {
      clock.advance(ms)
      return answered()
    })

    expect(steps).toEqual([0, 1, 1, 2, 2, 3])
  })

  it('changes from 0 and back under load without losing a request', () => {
    const { server, clock, ask, answered, apply } = setUp({ concurrency: 4, queue: 65_535 })
    ask(10)
    const atOnce = answered()
    for (const serviceTime of [EXPONENTIAL, LOGNORMAL, '3ms', EMPIRICAL, '0ms']) {
      apply({ serviceTime })
      ask(100)
      clock.advance(20)
    }
    const during = answered()
    clock.advance(10_000)
    ask(10)

    expect(atOnce).toBe(10)
    expect(during).toBeLessThan(510)
    expect(server.counters()).toMatchObject({ received: 520, answered: 520, failed: 0, rejected: 0, inFlight: 0 })
  })

  it('draws its times whatever its error rate draws', () => {
    const latencies = [0, 0.000_001].map(errorRate => {
      const asked = setUp({ serviceTime: LOGNORMAL, concurrency: 16, queue: 0, errorRate })
      askInTurn(asked, 200, 16)
      return asked.server.counters().latency
    })

    expect(latencies[0]).toEqual(latencies[1])
  })
})

describe('on a clock that ticks in milliseconds', () => {
  it('serves in whole milliseconds, up or down by chance, with a true mean', () => {
    const asked = setUp({ serviceTime: { empirical: ['1.3ms', '2.6ms'] }, concurrency: 1 }, makeHostLikeClock)
    askInTurn(asked, 8_000, 1, 5)
    const latency = asked.latency()
    const pairs = latency.sparse()
    const counts = pairs.filter((_, i) => i % 2 === 1)

    expect([0.01, 0.5, 0.99].map(fraction => Math.round(latency.percentileUs(fraction)! / 100))).toEqual([10, 20, 30])
    expect(counts).toHaveLength(3)
    // Half of 0.7 at 1 ms; half of 0.3 and half of 0.4 at 2 ms; half of 0.6 at 3 ms.
    expectWithin((counts[0]! + 2 * counts[1]! + 3 * counts[2]!) / 8_000, 1.95, 0.02)
  })

  it('keeps times below a tick as they are', () => {
    const asked = setUp({ serviceTime: { empirical: ['0ms', '250us', '700us'] }, concurrency: 1 }, makeHostLikeClock)
    askInTurn(asked, 300, 1, 5)
    const quantilesUs = [0.01, 0.2, 0.45, 0.55, 0.8, 1].map(fraction => asked.latency().percentileUs(fraction)!)

    expect(quantilesUs.map(us => Math.round(us / 10) * 10)).toEqual([0, 0, 250, 250, 700, 700])
  })
})
