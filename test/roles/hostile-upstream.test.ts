/**
 * Hostile bytes from an upstream: a load balancer with one hostile and one honest server, and a client with a hostile
 * load balancer, in virtual time. Each stream ends in its named error, a closed connection and a counter; what the
 * honest one was asked is answered, and every request ends once.
 */
import { describe, expect, it } from 'vitest'
import { Client } from '../../src/roles/client.ts'
import { nodeViolations } from '../../src/stats/laws.ts'
import { ErrorCode } from '../../src/wire/error-code.ts'
import { encodeConnectionError, readErrorText } from '../../src/wire/error-frame.ts'
import { FrameType, LENGTH_MAX, PAYLOAD_BYTES_MAX } from '../../src/wire/frame.ts'
import { encodeHello } from '../../src/wire/hello.ts'
import { Cluster } from '../support/cluster.ts'
import { frameOf, joined } from '../support/frames.ts'
import { announcing } from '../support/hostile-streams.ts'
import {
  bareFrame,
  dialStranger,
  errorFrame,
  listenStranger,
  requestFrame,
  responseFrame,
  type SeenFrame,
  type Stranger,
} from '../support/stranger.ts'
import { topologyOf } from '../support/topology.ts'

interface HostileAnswer {
  readonly name: string
  /** In the place of HELLO-ACK, or in that of the answer to the request with this id. */
  readonly place: 'HELLO-ACK' | 'answer'
  readonly bytes: (streamId: number) => Uint8Array
  /** Then one of these bytes every second. */
  readonly drip?: Uint8Array
  readonly isEnded?: boolean
  readonly code: ErrorCode | null
  readonly text: RegExp
}

const ACK = encodeHello(FrameType.helloAck, { node: 'server-1', generation: 1 })
const ascii = (line: string) => Uint8Array.from(Buffer.from(line, 'latin1'))

type Parts = Partial<Pick<HostileAnswer, 'drip' | 'isEnded' | 'code'>>

const ack = (name: string, bytes: Uint8Array, text: RegExp, parts: Parts = {}): HostileAnswer => ({
  code: ErrorCode.protocol,
  ...parts,
  name,
  place: 'HELLO-ACK',
  bytes: () => bytes,
  text,
})

const answer = (name: string, bytes: HostileAnswer['bytes'], text: RegExp, parts: Parts = {}): HostileAnswer => ({
  code: ErrorCode.protocol,
  ...parts,
  name,
  place: 'answer',
  bytes,
  text,
})

const TOO_LARGE = { code: ErrorCode.frameTooLarge }
const NOBODY_HEARS = { code: null, isEnded: true }

const HOSTILE_ANSWERS: readonly HostileAnswer[] = [
  ack('B2 three bytes, then the end', ACK.slice(0, 3), /./, NOBODY_HEARS),
  ack('B5 a length of 0xffffffff', announcing(0xffff_ffff, FrameType.helloAck, 0), /4294967295 bytes/, TOO_LARGE),
  ack('B9 HTTP', ascii('HTTP/1.1 400 Bad Request\r\n\r\n'), /looks like HTTP/),
  ack('B10 TLS', Uint8Array.of(0x16, 3, 1), /looks like TLS/),
  ack('B12 another version', Uint8Array.of(0x82), /version 0x82/, { code: ErrorCode.version }),
  ack('B13 a RESPONSE', responseFrame(1), /frame type 4 before HELLO-ACK/),
  ack('B33 a name of invalid UTF-8', frameOf(FrameType.helloAck, 0, Uint8Array.of(0, 0, 0, 1, 0xff)), /holds no name/),
  ack('B43 our own HELLO', encodeHello(FrameType.hello, { node: 'lb', generation: 1 }), /type 1 before HELLO-ACK/),
  ack('B44 our own name', encodeHello(FrameType.helloAck, { node: 'lb', generation: 1 }), /connected to itself/),
  answer('B2 half a RESPONSE, then the end', id => responseFrame(id).slice(0, 14), /./, NOBODY_HEARS),
  answer('B3 an ERROR without a code', id => announcing(1, FrameType.error, id), /an ERROR of 1 bytes/),
  answer('B3 an ERROR with code 0', id => errorFrame(id, 0 as ErrorCode), /an ERROR with code 0/),
  answer('B4 a length above the limit', id => announcing(LENGTH_MAX + 1, FrameType.response, id), /limit/, TOO_LARGE),
  answer(
    'B4 a RESPONSE longer than a payload',
    id => announcing(PAYLOAD_BYTES_MAX + 1, FrameType.response, id),
    /limit/,
    TOO_LARGE,
  ),
  answer('B5 a length of 0xffffffff', id => announcing(0xffff_ffff, FrameType.response, id), /4294967295/, TOO_LARGE),
  answer('B6 a length of 0x80000000', id => announcing(0x8000_0000, FrameType.response, id), /2147483648/, TOO_LARGE),
  answer('B7 a header, then silence', id => announcing(100, FrameType.response, id), /begun and not finished/),
  answer('B8 a body of one byte a second', id => announcing(1_000, FrameType.response, id), /begun and not finished/, {
    drip: new Uint8Array(60),
  }),
  answer('B11 a type that is none', () => bareFrame(99), /frame type 99 is none/),
  answer('B14 a second HELLO-ACK', () => ACK, /frame type 2 from an upstream/),
  answer('B16 a REQUEST', id => requestFrame(id), /frame type 3 from an upstream/),
  answer('B16 a PING', () => bareFrame(FrameType.ping), /frame type 7 from an upstream/),
  answer('B18 an answer to stream 0', () => bareFrame(FrameType.response), /a RESPONSE of stream 0/),
  answer('B19 an answer to a stream that never was', id => responseFrame(id + 7), /which has ended or never was/),
  answer('B19 an answer to the same place in another use', id => responseFrame(id + 0x1_0000), /ended or never was/),
  answer(
    'B20 a second answer',
    id => joined([responseFrame(id), responseFrame(id)]),
    /which has ended or never was|an answer to nothing/,
  ),
  answer('B40 an answer and something else', id => joined([responseFrame(id), ascii('x')]), /begins with byte 0x78/),
]

function farewells(stranger: Stranger): { code: number; text: string }[] {
  const last = stranger.frames.filter(({ type, streamId }) => type === FrameType.error && streamId === 0)
  return last.map(({ code, bytes }) => ({ code, text: readErrorText(bytes, 0) }))
}

const topology = topologyOf({
  loadBalancers: [{ id: 'lb', timeout: '10m', attempts: 1 }],
  servers: [{ id: 'server-1' }, { id: 'server-2' }],
})

/** Strangers at both sockets; both are honest unless told otherwise. */
function setUp(setUpHostile: (link: Stranger) => void = () => {}) {
  const cluster = new Cluster(topology, { only: [] })
  const { clock, transport } = cluster
  const hostile = listenStranger(transport, 'sockets/server-1.sock', setUpHostile)
  const honest = listenStranger(transport, 'sockets/server-2.sock')
  cluster.start('lb')
  clock.settle()
  const client = dialStranger(transport, 'sockets/lb.sock', '')
  clock.settle()
  client.sayHello()
  clock.settle()
  client.forget()
  const answerHonest = () => {
    for (const { streamId } of honest.last.seen(FrameType.request)) honest.last.send(responseFrame(streamId))
    honest.last.forget()
    clock.settle()
  }
  const counters = () => {
    expect(cluster.stats().flatMap(nodeViolations)).toEqual([])
    return cluster.counters('lb')
  }
  return { cluster, clock, hostile, honest, client, answerHonest, counters }
}

/** Plays the stream out: bytes, drip, end. */
function play(
  { bytes, drip, isEnded }: HostileAnswer,
  link: Stranger,
  streamId: number,
  advance: (ms: number) => void,
) {
  // No PONG in the middle of a frame.
  link.isAutomatic = false
  link.send(bytes(streamId))
  if (isEnded) link.connection!.end()
  advance(0)
  for (const byte of drip ?? []) {
    advance(1_000)
    if (!link.isClosed) link.send(Uint8Array.of(byte))
  }
}

describe('a load balancer with a hostile upstream', () => {
  it.each(HOSTILE_ANSWERS)('$place: $name', stream => {
    const isEarly = stream.place === 'HELLO-ACK'
    let hostiles = 0
    const { clock, hostile, client, answerHonest, counters } = setUp(link => {
      // Once: what is dialled after it finds an honest one.
      if (isEarly && hostiles++ === 0) link.isAutomatic = false
    })
    const link = hostile.links[0]!
    const before = counters()
    client.send(requestFrame(1, { budgetMs: 600_000 }), requestFrame(2, { budgetMs: 600_000 }))
    clock.settle()
    const [asked] = link.seen(FrameType.request) as [SeenFrame?]
    play(stream, link, asked?.streamId ?? 0, ms => clock.advance(ms))
    // Within every limit of time but that of a frame which has begun.
    if (/begun/.test(stream.text.source)) clock.advance(5_500)
    else clock.advance(10)
    answerHonest()

    expect(farewells(link)).toEqual(
      stream.code === null ? [] : [{ code: stream.code, text: expect.stringMatching(stream.text) }],
    )
    expect(link.closes).toHaveLength(1)
    expect(counters().protocolErrors - before.protocolErrors).toBe(1)
    const ends = client.frames.filter(({ streamId }) => streamId !== 0)
    expect(ends.map(({ streamId }) => streamId).sort()).toEqual([1, 2])
    expect(ends.filter(({ type }) => type === FrameType.response).length).toBeGreaterThanOrEqual(1)
    expect(client.closes).toEqual([])
    expect(counters().inFlight).toBe(0)
  })

  it('B21 answers that come after the deadline are late, one by one, and nothing else', () => {
    const { clock, hostile, client, counters } = setUp()
    client.send(requestFrame(1, { budgetMs: 100 }), requestFrame(2, { budgetMs: 100 }))
    clock.advance(200)
    const [asked] = hostile.last.seen(FrameType.request)
    hostile.last.send(responseFrame(asked!.streamId))
    clock.settle()
    const once = { late: counters().late, closes: hostile.last.closes.length }
    hostile.last.send(responseFrame(asked!.streamId))
    clock.settle()

    expect(once).toEqual({ late: 1, closes: 0 })
    expect(hostile.links[0]!.closes).toHaveLength(1)
    expect(counters()).toMatchObject({ late: 1, protocolErrors: 1, failedBy: { timeout: 2 } })
  })

  it('B20 a second answer is one also while another stream is cancelled, whose own answer is still late', () => {
    const { clock, hostile, client, counters } = setUp()
    client.send(...[1, 2, 3, 4].map(id => requestFrame(id, { budgetMs: id <= 2 ? 100 : 5_000 })))
    clock.advance(200)
    const [cancelled, live] = hostile.last.seen(FrameType.request)
    hostile.last.send(responseFrame(live!.streamId), responseFrame(live!.streamId), responseFrame(cancelled!.streamId))
    clock.settle()

    expect(counters()).toMatchObject({ late: 0, protocolErrors: 1 })
  })

  it('B34 an ERROR whose text holds escapes is shown without them, and is no protocol error of the peer', () => {
    const { clock, cluster, hostile, counters } = setUp()
    hostile.last.send(encodeConnectionError(ErrorCode.draining, '\u001b[2J\u0007gone\r\n'))
    clock.settle()

    expect(cluster.health[0]).toBe(
      'lb -> server-1 ejected: dismissed (the peer closed with error draining: ?[2J?gone??)',
    )
    expect(counters().protocolErrors).toBe(0)
  })

  it('B7 no HELLO-ACK closes after 2 s, and is a stall: a process that stands still is no stranger', () => {
    const { clock, hostile, counters } = setUp(link => {
      link.isAutomatic = false
    })
    clock.advance(1_999)
    const early = hostile.links[0]!.closes.length
    clock.advance(1)

    expect([early, hostile.links[0]!.closes.length]).toEqual([0, 1])
    expect(counters()).toMatchObject({ protocolErrors: 0, stalledConnections: 1 })
  })
})

describe('a client with a hostile load balancer', () => {
  // A client has no name that could be given back to it.
  it.each(HOSTILE_ANSWERS.filter(({ name }) => !name.startsWith('B44')))('$place: $name', stream => {
    const cluster = new Cluster(topologyOf({ servers: [{ id: 'server-1' }], load: { connections: 1 } }), { only: [] })
    const { clock } = cluster
    let links = 0
    const lb = listenStranger(cluster.transport, 'sockets/lb.sock', link => {
      if (stream.place === 'HELLO-ACK' && links++ === 0) link.isAutomatic = false
    })
    const ends: boolean[] = []
    const client = new Client(cluster.clientWiring(), cluster.world('clients'), {
      onOutcome: isAnswered => ends.push(isAnswered),
    })
    clock.settle()
    const link = lb.links[0]!
    if (stream.place === 'answer') client.send(clock.nowMs(), clock.nowMs())
    clock.settle()
    const [asked] = link.seen(FrameType.request) as [SeenFrame?]
    play(stream, link, asked?.streamId ?? 0, ms => clock.advance(ms))
    clock.advance(6_000)

    expect(link.closes).toHaveLength(1)
    expect(ends).toHaveLength(stream.place === 'answer' ? 1 : 0)
    expect(client.counters()).toMatchObject({ pending: 0 })
    client.send(clock.nowMs(), clock.nowMs())
    clock.settle()
    expect(lb.last.seen(FrameType.request).length).toBeGreaterThanOrEqual(1)
  })
})
