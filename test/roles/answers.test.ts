/** What a forwarder and a server add to the answers of traced requests, and what they take from an upstream. */
import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/wire/error-code.ts'
import { FrameType, HEADER_BYTES, PAYLOAD_BYTES_MAX, readRequestFlags, TRACED } from '../../src/wire/frame.ts'
import { Cluster } from '../support/cluster.ts'
import { answers, requestsAt, setUpForwarder } from '../support/forwarder.ts'
import { frameOf, hex } from '../support/frames.ts'
import { dialStranger, errorFrame, requestFrame, responseFrame, type Stranger } from '../support/stranger.ts'
import { topologyOf } from '../support/topology.ts'
import { tracedFrame, traceOf } from '../support/traces.ts'

const traced = (streamId: number, payload = 'hello') => requestFrame(streamId, { payload, flags: TRACED })

/** A forwarder that has passed one request on. */
function asked(isTraced: boolean, keys: Parameters<typeof setUpForwarder>[0] = {}) {
  const world = setUpForwarder(keys)
  world.client.send(isTraced ? traced(1) : requestFrame(1))
  world.clock.advance(3)
  const [sent] = requestsAt(world.up)
  const reply = (frame: Uint8Array) => {
    world.up.last.send(frame)
    world.clock.advance(1)
  }
  return { ...world, sent: sent!, reply, id: sent!.streamId }
}

describe('a forwarder', () => {
  it('passes on that a request is traced, and adds itself to what the answer tells', () => {
    const { sent, reply, id, client } = asked(true)
    reply(tracedFrame(responseFrame(id, 'yes'), ['server-1']))
    const [answer] = client.frames

    expect(readRequestFlags(sent.bytes, 0) & TRACED).toBe(TRACED)
    expect(traceOf(answer!)?.map(({ node }) => node)).toEqual(['server-1', 'lb'])
    expect(traceOf(answer!)?.[1]?.attempts).toEqual([{ node: 'server-1', code: 0, ms: 3 }])
    expect(hex(answer!.bytes.subarray(HEADER_BYTES, HEADER_BYTES + 3))).toBe(hex(new TextEncoder().encode('yes')))
  })

  it('tells when the request left and when the answer did: at the ends of the turns that read them', () => {
    const cluster = new Cluster(topologyOf({ servers: [{ id: 'server-1', serviceTime: '4ms' }] }), {
      isTraced: true,
      slowness: id => (id === 'lb' ? { turn: 0.25 } : {}),
    })
    cluster.clock.advance(1_000)
    cluster.send()
    cluster.clock.advance(10)
    const stamps = cluster.traced[0]!.trace.map(({ inMs, begunMs, leftMs, outMs }) => [inMs, begunMs, leftMs, outMs])

    expect(stamps).toEqual([
      [1_000.25, 1_000.25, 1_000.25, 1_004.25],
      [1_000, 1_000, 1_000.25, 1_004.5],
    ])
  })

  it('begins the trailer where its upstream knows no traces, of an answer or of an error', () => {
    for (const bare of [responseFrame, (id: number) => errorFrame(id, ErrorCode.application)]) {
      const { reply, id, client } = asked(true)
      reply(bare(id))

      expect(client.frames.map(frame => traceOf(frame)?.map(({ node }) => node))).toEqual([['lb']])
    }
  })

  it('passes an answer on as it came where nobody asked', () => {
    const { reply, id, client } = asked(false)
    reply(responseFrame(id, 'yes'))

    expect(client.frames.map(({ bytes }) => hex(bytes))).toEqual([hex(responseFrame(1, 'yes'))])
  })

  it('adds a trailer to the largest payload', () => {
    const { reply, id, client } = asked(true)
    reply(responseFrame(id, 'x'.repeat(PAYLOAD_BYTES_MAX)))

    expect(client.frames.map(frame => traceOf(frame)?.length)).toEqual([1])
    expect(client.isClosed).toBe(false)
  })

  it('gives up whoever tells a way that nobody asked for, and its caller gets no such thing', () => {
    const { reply, id, client, up, counters } = asked(false)
    reply(tracedFrame(responseFrame(id), ['server-1']))

    expect(up.last.isClosed).toBe(true)
    expect(counters().protocolErrors).toBe(1)
    expect(answers(client)).toEqual([`1!${ErrorCode.connectionLost}`])
    expect(client.isClosed).toBe(false)
  })

  it.each([
    ['of a length beyond the frame', [0xff, 0xff]],
    ['with half an entry', [1, 0x61, 0, 2]],
    ['with a name that a terminal would obey', [1, 0x1b, ...Array(17).fill(0), 0, 19]],
    ['of more bytes than a trailer has', [...Array(2_100).fill(0), 0x08, 0x34]],
  ])('gives up whoever sends a trailer %s, and its caller keeps its connection', (_, body) => {
    const { reply, id, client, up, counters } = asked(true, { lb: { attempts: 1 } })
    reply(frameOf(FrameType.response, id, new Uint8Array(body), TRACED))

    expect(up.last.isClosed).toBe(true)
    expect(counters().protocolErrors).toBe(1)
    expect(answers(client)).toEqual([`1!${ErrorCode.connectionLost}`])
    expect(client.isClosed).toBe(false)
  })

  it('tells of a request that it refuses, or ends by its own word, whom it had tried', () => {
    const { client, clock, counters } = asked(true, { lb: { timeout: '50ms', attempts: 1 } })
    client.send(requestFrame(2, { flags: TRACED, budgetMs: 0 }))
    clock.advance(100)
    const told = client.frames.map(frame => traceOf(frame)?.map(({ node, attempts }) => [node, attempts]))

    expect(told).toEqual([[['lb', []]], [['lb', [{ node: 'server-1', code: ErrorCode.timeout, ms: 50 }]]]])
    expect(counters()).toMatchObject({ rejected: 1, failed: 1 })
  })
})

/** A server alone, and one connection to it. */
function setUpServer(keys: Record<string, unknown>) {
  const cluster = new Cluster(topologyOf({ servers: [{ id: 'server-1', ...keys }] }), { only: ['server-1'] })
  const { clock, transport } = cluster
  clock.advance(1_000)
  const client: Stranger = dialStranger(transport, 'sockets/server-1.sock')
  clock.settle()
  client.sayHello()
  clock.settle()
  client.forget()
  const told = () =>
    client.frames.flatMap(frame => traceOf(frame)?.map(({ inMs, begunMs, outMs }) => [inMs, begunMs, outMs]))
  return { clock, client, told }
}

describe('a server', () => {
  it('tells when a request came, when its work began and when the answer left', () => {
    const { clock, client, told } = setUpServer({ serviceTime: '4ms', concurrency: 1 })
    client.send(traced(1), traced(2))
    clock.advance(10)

    expect(told()).toEqual([
      [1_000, 1_000, 1_004],
      [1_000, 1_004, 1_008],
    ])
    expect(client.frames.map(({ bytes }) => hex(bytes.subarray(HEADER_BYTES, HEADER_BYTES + 5)))).toEqual(
      Array(2).fill(hex(new TextEncoder().encode('hello'))),
    )
  })

  it.each([
    ['answers at once', {}, 0],
    ['fails at once', { errorRate: 1 }, ErrorCode.application],
  ])('that %s tells so', (_, keys, code) => {
    const { clock, client, told } = setUpServer(keys)
    client.send(traced(1))
    clock.advance(1)

    expect(told()).toEqual([[1_000, 1_000, 1_000]])
    expect(client.frames[0]!.code).toBe(code)
  })

  it('tells of work that was refused, that waited in vain, and that failed', () => {
    const { clock, client, told } = setUpServer({ serviceTime: '9ms', concurrency: 1, queue: 1, errorRate: 1 })
    client.send(traced(1), requestFrame(2, { flags: TRACED, budgetMs: 3 }), traced(3))
    clock.advance(20)

    expect(client.frames.map(({ code }) => code)).toEqual([
      ErrorCode.overload,
      ErrorCode.timeout,
      ErrorCode.application,
    ])
    expect(told()).toEqual([
      [1_000, 1_000, 1_000],
      [1_000, 1_003, 1_003],
      [1_000, 1_000, 1_009],
    ])
  })

  it('answers as ever where nobody asked', () => {
    const { clock, client } = setUpServer({ serviceTime: '4ms' })
    client.send(requestFrame(1, { payload: 'x' }))
    clock.advance(10)

    expect(client.frames.map(({ bytes }) => hex(bytes))).toEqual([hex(responseFrame(1, 'x'))])
  })
})
