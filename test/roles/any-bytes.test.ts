/** Any bytes at all at a live node in virtual time: no throw, the laws hold, and a neighbour is served. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nodeViolations } from '../../src/stats/laws.ts'
import { FrameType, WIRE_VERSION } from '../../src/wire/frame.ts'
import { encodeHello } from '../../src/wire/hello.ts'
import { Cluster } from '../support/cluster.ts'
import { cutAt, joined } from '../support/frames.ts'
import { CLIENT_HELLO } from '../support/hostile-streams.ts'
import { bareFrame, dialStranger, listenStranger, requestFrame } from '../support/stranger.ts'
import { topologyOf } from '../support/topology.ts'

const NOISE = fc.uint8Array({ minLength: 1, maxLength: 300 }).map(bytes => {
  // Half of it gets past the first byte.
  if (bytes[0]! < 0x80) bytes[0] = WIRE_VERSION
  return bytes
})
const PIECE = fc.oneof(
  NOISE,
  fc.constantFrom(
    CLIENT_HELLO,
    encodeHello(FrameType.hello, { node: 'proxy-1', generation: 1 }),
    requestFrame(1),
    requestFrame(2, { payload: 'x'.repeat(3_000) }),
    bareFrame(FrameType.cancel, 1),
    bareFrame(FrameType.ping),
    bareFrame(FrameType.drain),
  ),
)
const STREAM = fc.array(PIECE, { minLength: 1, maxLength: 8 }).map(joined)
const CUTS = fc.array(fc.nat(4_000), { maxLength: 6 })

function setUp(id: 'lb' | 'server-1') {
  const topology = topologyOf({ servers: [{ id: 'server-1', serviceTime: '1ms' }] })
  const cluster = new Cluster(topology, { isClientless: true })
  const { clock } = cluster
  const dial = () => {
    const stranger = dialStranger(cluster.transport, `sockets/${id}.sock`, '')
    clock.settle()
    return stranger
  }
  const neighbour = dial()
  neighbour.sayHello()
  clock.settle()
  let asked = 0
  const expectServed = () => {
    neighbour.send(requestFrame(++asked))
    clock.advance(10)
    expect(neighbour.seen(FrameType.response)).toHaveLength(asked)
    expect(neighbour.closes).toEqual([])
    expect(cluster.stats().flatMap(nodeViolations)).toEqual([])
  }
  return { cluster, clock, dial, expectServed }
}

describe.each(['server-1', 'lb'] as const)('%s', id => {
  it('survives any bytes, however they are cut, greeted or not', () => {
    const { cluster, clock, dial, expectServed } = setUp(id)
    const there = cluster.counters(id).connections
    fc.assert(
      fc.property(STREAM, CUTS, fc.boolean(), (stream, cuts, isGreeted) => {
        const stranger = dial()
        stranger.isAutomatic = false
        if (isGreeted) stranger.send(CLIENT_HELLO)
        for (const chunk of cutAt(
          stream,
          cuts.filter(cut => cut < stream.length),
        )) {
          if (!stranger.isClosed && chunk.length > 0) stranger.send(chunk)
          clock.settle()
        }
        clock.advance(5)
        stranger.connection!.end()
        expectServed()
      }),
      { numRuns: 200 },
    )
    clock.advance(10_000)

    expect(cluster.counters(id)).toMatchObject({ inFlight: 0, connections: there })
  })

  it('B42 survives a valid stream with any one bit flipped', () => {
    const { cluster, clock, dial, expectServed } = setUp(id)
    const there = cluster.counters(id).connections
    const stream = joined([
      CLIENT_HELLO,
      requestFrame(1),
      bareFrame(FrameType.ping),
      requestFrame(2),
      bareFrame(FrameType.cancel, 2),
    ])
    for (let bit = 0; bit < stream.length * 8; bit++) {
      const flipped = stream.slice()
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      const stranger = dial()
      stranger.send(flipped)
      clock.advance(5)
      stranger.connection!.end()
      if (bit % 16 === 0) expectServed()
    }
    clock.advance(10_000)

    expectServed()
    expect(cluster.counters(id)).toMatchObject({ inFlight: 0, connections: there })
  })
})

describe('a load balancer', () => {
  it('survives any bytes of an upstream, and ends every request once', () => {
    const topology = topologyOf({ servers: [{ id: 'server-1' }] })
    const cluster = new Cluster(topology, { only: [] })
    const { clock, transport } = cluster
    const upstream = listenStranger(transport, 'sockets/server-1.sock')
    cluster.start('lb')
    clock.settle()
    const client = dialStranger(transport, 'sockets/lb.sock', '')
    clock.settle()
    client.sayHello()
    clock.settle()
    client.forget()
    let asked = 0
    fc.assert(
      fc.property(STREAM, CUTS, (stream, cuts) => {
        if (upstream.last.isClosed) clock.advance(1_250)
        client.send(requestFrame(++asked, { budgetMs: 100 }))
        clock.settle()
        for (const chunk of cutAt(
          stream,
          cuts.filter(cut => cut < stream.length),
        )) {
          if (!upstream.last.isClosed && chunk.length > 0) upstream.last.send(chunk)
          clock.settle()
        }
        clock.advance(200)

        expect(client.frames.filter(({ streamId }) => streamId !== 0)).toHaveLength(asked)
        expect(client.closes).toEqual([])
        expect(cluster.stats().flatMap(nodeViolations)).toEqual([])
      }),
      { numRuns: 200 },
    )
  })
})
