/**
 * Hostile bytes from whoever dials a node: a server, and a load balancer before it, in virtual time. Each stream ends
 * in its named error, a closed connection and a counter; a neighbour on the same node notices nothing.
 */
import { describe, expect, it } from 'vitest'
import { nodeViolations } from '../../src/stats/laws.ts'
import { ErrorCode } from '../../src/wire/error-code.ts'
import { readErrorText } from '../../src/wire/error-frame.ts'
import { FrameType } from '../../src/wire/frame.ts'
import { Cluster } from '../support/cluster.ts'
import { joined } from '../support/frames.ts'
import { CLIENT_HELLO, HOSTILE_STREAMS, type HostileStream, ODD_STREAMS } from '../support/hostile-streams.ts'
import { bareFrame, dialStranger, requestFrame, type Stranger } from '../support/stranger.ts'
import { topologyOf } from '../support/topology.ts'

type Id = 'lb' | 'server-1'
const NODES: readonly Id[] = ['server-1', 'lb']

function setUp(id: Id, lb: Record<string, unknown> = {}, server: Record<string, unknown> = {}) {
  const topology = topologyOf({
    loadBalancers: [{ id: 'lb', ...lb }],
    servers: [{ id: 'server-1', serviceTime: '20ms', ...server }],
  })
  const cluster = new Cluster(topology, { isClientless: true })
  const { clock } = cluster
  const dial = () => {
    const stranger = dialStranger(cluster.transport, `sockets/${id}.sock`, '')
    clock.settle()
    return stranger
  }
  const open = () => {
    const stranger = dial()
    stranger.sayHello()
    clock.settle()
    stranger.forget()
    return stranger
  }
  const before = cluster.counters(id)
  const neighbour = open()
  let asked = 0
  /** The neighbour asks, and every request that it ever made has been answered in good time. */
  const expectServed = () => {
    neighbour.send(requestFrame(++asked))
    clock.advance(2_000)
    expect(neighbour.closes).toEqual([])
    expect(neighbour.seen(FrameType.response)).toHaveLength(asked)
    expect(cluster.stats().flatMap(nodeViolations)).toEqual([])
    expect(cluster.counters(id).inFlight).toBe(0)
  }
  const rise = (key: 'protocolErrors' | 'stalledConnections' | 'droppedConnections') =>
    cluster.counters(id)[key] - before[key]
  return { cluster, clock, dial, open, neighbour, expectServed, rise }
}

function farewells(stranger: Stranger): { code: number; text: string }[] {
  const last = stranger.frames.filter(({ type, streamId }) => type === FrameType.error && streamId === 0)
  return last.map(({ code, bytes }) => ({ code, text: readErrorText(bytes, 0) }))
}

describe.each(NODES)('%s', id => {
  it.each(HOSTILE_STREAMS)('$name', (stream: HostileStream) => {
    const { clock, dial, open, expectServed, rise, cluster } = setUp(id)
    expectServed()
    const stranger = stream.isGreeted ? open() : dial()
    stranger.send(stream.bytes)
    if (stream.isEnded) stranger.connection!.end()
    clock.settle()
    for (const byte of stream.drip ?? []) {
      clock.advance(1_000)
      if (!stranger.isClosed) stranger.send(Uint8Array.of(byte))
    }
    // What takes its time takes 2 or 5 s and two looks.
    clock.advance(5_500)

    const expected = stream.code === null ? [] : [{ code: stream.code, text: expect.stringMatching(stream.text) }]
    expect(farewells(stranger)).toEqual(expected)
    expect(stranger.closes).toHaveLength(1)
    expect(rise('protocolErrors')).toBe(1)
    expectServed()
    // The neighbour, and at the server the load balancer.
    expect(cluster.counters(id).connections).toBe(id === 'lb' ? 1 : 2)
  })

  it.each(ODD_STREAMS)('$name is no offence', ({ bytes, answers }) => {
    const { clock, open, expectServed, rise } = setUp(
      id,
      { maxInFlight: 65_535 },
      { queue: 65_535, concurrency: 65_535 },
    )
    const stranger = open()
    stranger.send(bytes)
    clock.advance(2_000)

    expect(stranger.closes).toEqual([])
    expect(stranger.frames.filter(({ streamId }) => streamId !== 0)).toHaveLength(answers)
    expect(rise('protocolErrors')).toBe(0)
    expectServed()
  })

  it('B1 nothing, then the end, is nothing', () => {
    const { clock, dial, expectServed, rise } = setUp(id)
    const stranger = dial()
    stranger.connection!.end()
    clock.settle()

    expect(stranger.closes).toHaveLength(1)
    expect(rise('protocolErrors')).toBe(0)
    expectServed()
  })

  it('B8 a byte a second is told after 5 s, not after the last byte', () => {
    const { clock, open } = setUp(id)
    const stranger = open()
    const startMs = clock.nowMs()
    stranger.send(requestFrame(1, { payload: 'x'.repeat(500) }).subarray(0, 20))
    while (!stranger.isClosed && clock.nowMs() < startMs + 60_000) {
      clock.advance(500)
      if (!stranger.isClosed) stranger.send(Uint8Array.of(0))
    }

    expect(clock.nowMs() - startMs).toBe(5_500)
  })

  it('B24 10 000 requests in flight may be cancelled at once', () => {
    const { clock, open, expectServed, rise } = setUp(id, { maxInFlight: 65_535 }, { queue: 65_535 })
    const stranger = open()
    const ids = Array.from({ length: 10_000 }, (_, i) => i + 1)
    stranger.send(joined(ids.map(each => requestFrame(each))))
    clock.settle()
    stranger.send(joined(ids.map(each => bareFrame(FrameType.cancel, each))))
    clock.advance(10_000)

    expect(stranger.closes).toEqual([])
    expect(new Set(stranger.seen(FrameType.error).map(({ streamId }) => streamId)).size).toBe(10_000)
    expect(rise('protocolErrors')).toBe(0)
    expectServed()
  })

  it('B24 a client whose every request ends at its deadline is slow, not hostile', () => {
    const { clock, open, rise } = setUp(id, {}, { serviceTime: '1s', concurrency: 1_000 })
    const stranger = open()
    for (let n = 1; n <= 2_000; n++) {
      stranger.send(requestFrame(n, { budgetMs: 100 }))
      if (n > 100) stranger.send(bareFrame(FrameType.cancel, n - 100))
      clock.advance(1)
    }

    expect(stranger.closes).toEqual([])
    expect(rise('protocolErrors')).toBe(0)
  })

  it('B28 one who never reads its answers is closed after 10 s, and is a stall', () => {
    const { clock, open, expectServed, rise } = setUp(id)
    const stranger = open()
    stranger.connection!.pauseReading()
    stranger.send(joined(Array.from({ length: 10 }, (_, n) => requestFrame(n + 1, { payload: 'x'.repeat(100_000) }))))
    clock.advance(5_000)
    expectServed()
    const early = stranger.closes.length
    clock.advance(5_000)

    expect([early, stranger.closes.length]).toEqual([0, 1])
    expect([rise('stalledConnections'), rise('protocolErrors')]).toEqual([1, 0])
    expectServed()
  })

  it('B30 requests after DRAIN are refused, and safe to send elsewhere', () => {
    const { cluster, clock, open, rise } = setUp(id)
    const stranger = open()
    // In flight, so that the node is not gone at once.
    stranger.send(requestFrame(1))
    clock.advance(1)
    cluster.drain(cluster.life(id))
    clock.settle()
    stranger.send(bareFrame(FrameType.drain), requestFrame(2))
    clock.settle()

    expect(stranger.seen(FrameType.error)).toMatchObject([{ streamId: 2, code: ErrorCode.draining, flags: 1 }])
    expect(rise('protocolErrors')).toBe(0)
  })

  it('B35 of 10 000 who say nothing 1 024 are kept, for 2 s', () => {
    const { cluster, clock, dial, expectServed, rise } = setUp(id)
    const there = cluster.counters(id).connections
    const strangers = Array.from({ length: 10_000 }, () => dial())
    const kept = cluster.counters(id).connections
    expectServed()
    clock.advance(2_000)

    expect(kept).toBe(1_024)
    expect(rise('droppedConnections')).toBe(10_000 - 1_024 + there)
    expect(rise('protocolErrors')).toBe(1_024 - there)
    expect(strangers.every(({ isClosed }) => isClosed)).toBe(true)
    expect(cluster.counters(id).connections).toBe(there)
    expectServed()
  })

  it('B36 10 000 who come and go leave nothing', () => {
    const { cluster, clock, dial, expectServed, rise } = setUp(id)
    const [there, armed] = [cluster.counters(id).connections, clock.armed]
    for (let n = 0; n < 10_000; n++) {
      const stranger = dial()
      if (n % 2 === 0) stranger.connection!.destroy()
      else stranger.connection!.end()
      clock.settle()
    }

    expect(cluster.counters(id).connections).toBe(there)
    expect(clock.armed).toBe(armed)
    expect([rise('protocolErrors'), rise('droppedConnections')]).toEqual([0, 0])
    expectServed()
  })

  it('B38 one who is gone before its answers has its requests cancelled, and disturbs nobody', () => {
    const { cluster, clock, open, expectServed, rise } = setUp(id)
    const stranger = open()
    stranger.send(joined(Array.from({ length: 100 }, (_, n) => requestFrame(n + 1, { payload: 'x'.repeat(5_000) }))))
    clock.advance(21)
    stranger.connection!.destroy()
    clock.advance(1_000)

    expect(cluster.counters(id).inFlight).toBe(0)
    expect(rise('protocolErrors')).toBe(0)
    expectServed()
  })

  it('B39 a request cut at every byte is a request', () => {
    const { clock, open, expectServed } = setUp(id)
    const stranger = open()
    for (const byte of requestFrame(1)) {
      stranger.send(Uint8Array.of(byte))
      clock.settle()
    }
    clock.advance(100)

    expect(stranger.seen(FrameType.response)).toHaveLength(1)
    expectServed()
  })

  it('B43 one who echoes every byte loses its connection at the first, greeted or not', () => {
    const { clock, dial, expectServed, rise } = setUp(id)
    const stranger = dial()
    const onBytes = stranger.onBytes.bind(stranger)
    stranger.onBytes = bytes => {
      onBytes(bytes)
      if (!stranger.isClosed) stranger.send(bytes.slice())
    }
    stranger.send(CLIENT_HELLO)
    clock.advance(1_000)

    expect(farewells(stranger)).toMatchObject([{ code: ErrorCode.protocol, text: 'frame type 2 from a downstream' }])
    expect(rise('protocolErrors')).toBe(1)
    expectServed()
  })
})

describe('a well-behaved load balancer', () => {
  it('B24 that loses a client with 10 000 requests in flight is not taken for a flood', () => {
    const topology = topologyOf({
      loadBalancers: [{ id: 'lb', maxInFlight: 65_535, attempts: 1 }],
      proxies: [{ id: 'proxy-1', maxInFlight: 65_535 }],
      servers: [{ id: 'server-1', behind: 'proxy-1', serviceTime: '4s', queue: 65_535 }],
    })
    const cluster = new Cluster(topology)
    const { clock, transport } = cluster
    const loser = dialStranger(transport, 'sockets/lb.sock', '')
    clock.settle()
    loser.sayHello()
    cluster.send(3)
    clock.settle()
    loser.send(joined(Array.from({ length: 10_000 }, (_, n) => requestFrame(n + 1, { payload: '' }))))
    clock.settle()
    const before = ['lb', 'proxy-1', 'server-1'].map(id => cluster.counters(id).inFlight)
    loser.connection!.destroy()
    clock.advance(10_000)

    expect(before).toEqual([10_003, 10_003, 10_003])
    expect(['lb', 'proxy-1', 'server-1'].map(id => cluster.counters(id).protocolErrors)).toEqual([0, 0, 0])
    expect(['lb', 'proxy-1', 'server-1'].map(id => cluster.counters(id).failedBy)).toEqual(
      Array.from({ length: 3 }, () => ({ cancelled: 10_000 })),
    )
    expect(cluster.outcomes).toEqual({ answered: 3, failed: 0 })
    expect(cluster.health).toEqual([])
  })
})

describe('B44 a node whose upstream is itself', () => {
  it('finds out by the name in HELLO, and answers that it has no upstream', () => {
    const topology = topologyOf({ loadBalancers: [{ id: 'lb', queue: 0 }], servers: [{ id: 'server-1' }] })
    const cluster = new Cluster(topology, { only: [] })
    const { clock } = cluster
    const wiring = cluster.wiring.bind(cluster)
    cluster.wiring = id => {
      const straight = wiring(id)
      return { ...straight, upstreams: straight.upstreams.map(each => ({ ...each, socket: 'sockets/lb.sock' })) }
    }
    cluster.start('lb')
    clock.advance(10_000)
    const client = dialStranger(cluster.transport, 'sockets/lb.sock', '')
    clock.settle()
    client.sayHello()
    client.send(requestFrame(1))
    clock.settle()

    expect(client.seen(FrameType.error)).toMatchObject([{ streamId: 1, code: ErrorCode.unavailable }])
    const { connections, protocolErrors } = cluster.counters('lb')
    expect(connections).toBeLessThanOrEqual(2)
    // It tries again, less and less often.
    expect(protocolErrors).toBeGreaterThan(5)
    expect(protocolErrors).toBeLessThan(30)
  })
})
