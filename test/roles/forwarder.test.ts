/** A forwarder between strangers: downstreams that ask by hand, upstreams that answer by hand, or do not. */
import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/wire/error-code.ts'
import {
  FrameType,
  HOPS_MAX,
  readAttempt,
  readBudgetMs,
  readHops,
  readKeyHash,
  readRequestFlags,
} from '../../src/wire/frame.ts'
import { answers, requestsAt, setUpForwarder as setUp, forwarderTopology as topologyFor } from '../support/forwarder.ts'
import {
  bareFrame,
  dialStranger,
  errorFrame,
  listenStranger,
  payloadOf,
  requestFrame,
  responseFrame,
} from '../support/stranger.ts'

describe('a forwarder on the path of a request', () => {
  it('hands on the payload and the head, with its own stream id, what is left of the time, and one more hop', () => {
    const { clock, client, up } = setUp()
    client.send(requestFrame(41, { budgetMs: 700, keyHash: 0xfedcba98, attempt: 2, flags: 1, hops: 3, payload: 'x' }))
    clock.settle()
    const [request] = requestsAt(up)
    const head = request!.bytes

    expect(payloadOf(request!)).toBe('x')
    expect([readBudgetMs(head, 0), readHops(head, 0)]).toEqual([700, 4])
    expect([readKeyHash(head, 0), readAttempt(head, 0), readRequestFlags(head, 0)]).toEqual([0xfedcba98, 2, 1])
  })

  it('gives each answer back under the id that it was asked by, in whatever order they come', () => {
    const { clock, client, open, up, counters } = setUp()
    const other = open()
    client.send(requestFrame(7, { payload: 'a' }), requestFrame(9, { payload: 'b' }))
    other.send(requestFrame(7, { payload: 'c' }))
    clock.settle()
    for (const request of requestsAt(up).reverse()) {
      up.last.send(responseFrame(request.streamId, `re ${payloadOf(request)}`))
    }
    clock.settle()

    expect(answers(client)).toEqual(['9 re b', '7 re a'])
    expect(answers(other)).toEqual(['7 re c'])
    expect(counters()).toMatchObject({ received: 3, answered: 3, inFlight: 0 })
  })

  it('hands an ERROR of its upstream on as it is, and counts it by its code', () => {
    const { clock, client, up, counters } = setUp({ lb: { attempts: 1 } })
    client.send(requestFrame(1), requestFrame(2))
    clock.settle()
    const [one, two] = requestsAt(up).map(({ streamId }) => streamId)
    up.last.send(errorFrame(one!, ErrorCode.application), errorFrame(two!, ErrorCode.overload, true))
    clock.settle()

    expect(answers(client)).toEqual([`1!${ErrorCode.application}`, `2!${ErrorCode.overload}?`])
    expect(counters()).toMatchObject({ received: 2, failed: 2, failedBy: { application: 1, overload: 1 } })
    expect(counters().upstreams[0]).toMatchObject({ picked: 2, failed: 2, unconfirmed: 0, inFlight: 0 })
  })

  it('passes a megabyte through, whatever the slices', () => {
    const { clock, client, up } = setUp()
    const payload = 'abcdefgh'.repeat(131_072)
    const bytes = requestFrame(1, { payload })
    for (let at = 0; at < bytes.length; at += 50_000) {
      client.send(bytes.subarray(at, at + 50_000))
      clock.settle()
    }
    const [request] = requestsAt(up)
    up.last.send(responseFrame(request!.streamId, payloadOf(request!)))
    clock.settle()

    expect(answers(client)).toEqual([`1 ${payload}`])
  })

  it('lets what one chunk brought for one upstream leave in one write', () => {
    const { clock, client, up } = setUp()
    up.last.forget()
    client.send(Buffer.concat([1, 2, 3, 4].map(id => requestFrame(id))))
    clock.settle()

    expect(up.last.chunks).toHaveLength(1)
    expect(requestsAt(up)).toHaveLength(4)
  })

  it('never gives its upstream more time than its own limit, nor than is left', () => {
    const { clock, client, up } = setUp({ lb: { timeout: '300ms' } })
    client.send(requestFrame(1, { budgetMs: 5_000 }), requestFrame(2, { budgetMs: 20 }))
    clock.settle()

    expect(requestsAt(up).map(({ bytes }) => readBudgetMs(bytes, 0))).toEqual([300, 20])
  })
})

describe('a forwarder whose upstream does not answer', () => {
  it('answers once that the time is up, cancels, and drops the late answer', () => {
    const { clock, client, up, counters } = setUp({ lb: { timeout: '100ms' } })
    client.send(requestFrame(1))
    clock.advance(99)
    const early = answers(client)
    clock.advance(1)
    const atTimeout = answers(client)
    const [request] = requestsAt(up)
    const cancels = up.last.seen(FrameType.cancel).map(({ streamId }) => streamId)
    up.last.send(responseFrame(request!.streamId))
    clock.settle()

    expect(early).toEqual([])
    expect(atTimeout).toEqual([`1!${ErrorCode.timeout}`])
    expect(cancels).toEqual([request!.streamId])
    expect(answers(client)).toEqual(atTimeout)
    expect(counters()).toMatchObject({ received: 1, failed: 1, failedBy: { timeout: 1 }, late: 1, inFlight: 0 })
    expect(counters().upstreams[0]).toMatchObject({ picked: 1, failed: 1, unconfirmed: 1 })
    expect(up.last.isClosed).toBe(false)
  })

  it('does not take a late answer for the answer of the place’s next use', () => {
    const { clock, client, up, counters } = setUp({ lb: { timeout: '100ms', maxInFlight: 1, queue: 0 } })
    client.send(requestFrame(1))
    clock.advance(100)
    client.send(requestFrame(2))
    clock.settle()
    const [first, second] = requestsAt(up).map(({ streamId }) => streamId)
    up.last.send(responseFrame(first!, 'late'), responseFrame(second!, 'in time'))
    clock.settle()

    expect(first! & 0xffff).toBe(second! & 0xffff)
    expect(answers(client)).toEqual([`1!${ErrorCode.timeout}`, '2 in time'])
    expect(counters()).toMatchObject({ answered: 1, failed: 1, late: 1 })
  })

  it('breaks with an upstream that answers twice, or what nobody asked', () => {
    const { clock, client, up, counters } = setUp()
    client.send(requestFrame(1), requestFrame(2))
    clock.settle()
    const [one] = requestsAt(up)
    up.last.send(responseFrame(one!.streamId), responseFrame(one!.streamId))
    clock.settle()

    expect(up.links[0]!.seen(FrameType.error).map(({ code }) => code)).toEqual([ErrorCode.protocol])
    expect(up.links[0]!.isClosed).toBe(true)
    expect(answers(client)).toEqual(['1 hello', `2!${ErrorCode.connectionLost}`])
    expect(counters()).toMatchObject({ answered: 1, failed: 1, late: 0 })
  })

  it('breaks with an upstream that answers what another was asked', () => {
    const { clock, client, upstreams } = setUp({ weights: [1, 1] })
    client.send(requestFrame(1), requestFrame(2))
    clock.settle()
    const [one, two] = upstreams.map(upstream => requestsAt(upstream)[0]!.streamId)
    upstreams[0]!.last.send(responseFrame(two!, 'not mine'))
    clock.settle()
    upstreams[1]!.last.send(responseFrame(two!, 'mine'))
    clock.settle()

    expect(one).not.toBe(two)
    expect(upstreams[0]!.links[0]!.isClosed).toBe(true)
    expect(
      answers(client)
        .map(each => each.slice(2))
        .sort(),
    ).toEqual([`${ErrorCode.connectionLost}`, 'mine'])
  })

  it('hands a CANCEL on, answers it, and drops the late answer', () => {
    const { clock, client, up, counters } = setUp()
    client.send(requestFrame(5), bareFrame(FrameType.cancel, 5))
    clock.settle()
    const [request] = requestsAt(up)
    up.last.send(errorFrame(request!.streamId, ErrorCode.cancelled))
    clock.settle()

    expect(up.last.seen(FrameType.cancel).map(({ streamId }) => streamId)).toEqual([request!.streamId])
    expect(answers(client)).toEqual([`5!${ErrorCode.cancelled}`])
    expect(counters()).toMatchObject({ failed: 1, failedBy: { cancelled: 1 }, late: 1 })
  })

  it('ignores a CANCEL of no live stream', () => {
    const { clock, client, up } = setUp()
    client.send(requestFrame(5), bareFrame(FrameType.cancel, 6), bareFrame(FrameType.cancel, 0x10005))
    clock.settle()

    expect(up.last.seen(FrameType.cancel)).toEqual([])
    expect(client.isClosed).toBe(false)
  })

  it('cancels upstream what a lost downstream had asked, and nothing of others', () => {
    const { clock, client, open, up, counters } = setUp()
    const other = open()
    client.send(requestFrame(1), requestFrame(2))
    other.send(requestFrame(1))
    clock.settle()
    const ids = requestsAt(up).map(({ streamId }) => streamId)
    client.connection!.destroy()
    clock.settle()
    up.last.send(responseFrame(ids[2]!))
    clock.settle()

    expect(up.last.seen(FrameType.cancel).map(({ streamId }) => streamId)).toEqual(ids.slice(0, 2))
    expect(answers(other)).toEqual(['1 hello'])
    expect(counters()).toMatchObject({
      received: 3,
      answered: 1,
      failed: 2,
      failedBy: { cancelled: 2 },
      connections: 1,
    })
  })

  it('answers exactly once what a lost upstream had, and knows nothing of whether it ran', () => {
    const { clock, client, up, counters } = setUp({ weights: [1] })
    client.send(requestFrame(1), requestFrame(2))
    clock.settle()
    up.last.connection!.destroy()
    clock.advance(10_000)

    expect(answers(client)).toEqual([`1!${ErrorCode.connectionLost}`, `2!${ErrorCode.connectionLost}`])
    expect(counters()).toMatchObject({ received: 2, failed: 2, failedBy: { connectionLost: 2 }, inFlight: 0 })
    expect(counters().upstreams[0]).toMatchObject({ picked: 2, failed: 2, unconfirmed: 2, inFlight: 0 })
  })

  it('sends nothing to one that is silent for 1 s with something outstanding, and does again when it speaks', () => {
    const { cluster, clock, client, upstreams } = setUp({ weights: [1, 1], lb: { attempts: 1 } })
    upstreams[0]!.last.isAutomatic = false
    let next = 1
    const spread = () => {
      const before = upstreams.map(upstream => requestsAt(upstream).length)
      for (let i = 0; i < 4; i++) client.send(requestFrame(next++))
      clock.settle()
      return upstreams.map((upstream, i) => requestsAt(upstream).length - before[i]!)
    }
    const well = spread()
    clock.advance(1_500)
    const silent = spread()
    const [first] = requestsAt(upstreams[0]!)
    upstreams[0]!.last.isAutomatic = true
    const pongs = upstreams[0]!.last.seen(FrameType.ping).map(() => bareFrame(FrameType.pong))
    upstreams[0]!.last.send(responseFrame(first!.streamId), ...pongs)
    clock.advance(2_500)
    const again = spread()

    expect(well).toEqual([2, 2])
    expect(silent).toEqual([0, 4])
    expect(again).toEqual([2, 2])
    expect(cluster.health).toEqual(['lb -> server-1 ejected: silent for 1s', 'lb -> server-1 restored: heard'])
  })

  it('does not eject a healthy upstream because it was stopped itself for 6 s, nor break with a downstream', () => {
    const { cluster, clock, client, up } = setUp()
    client.send(requestFrame(1), requestFrame(2).subarray(0, 20))
    clock.advance(1_400)
    clock.stall(6_000)
    clock.advance(10)
    const [first] = requestsAt(up)
    up.last.send(responseFrame(first!.streamId))
    client.send(requestFrame(2).subarray(20))
    clock.advance(1_000)

    expect(cluster.health).toEqual([])
    expect(client.isClosed).toBe(false)
    expect(requestsAt(up)).toHaveLength(2)
  })
})

describe('a forwarder that cannot take a request', () => {
  it('without any upstream, and without a queue, says unavailable, not executed', () => {
    const { clock, client, counters } = setUp({ absent: [1], lb: { queue: 0 } })
    client.send(requestFrame(1))
    clock.settle()

    expect(answers(client)).toEqual([`1!${ErrorCode.unavailable}?`])
    expect(counters()).toMatchObject({ received: 1, failed: 1, failedBy: { unavailable: 1 }, rejected: 0 })
  })

  it('is ready all the same, once its upstreams could not be connected to', () => {
    const { life } = setUp({ absent: [1] })

    expect(life.ready).toEqual([null])
  })

  it('rejects past its limit of requests in flight, without a queue, not executed', () => {
    const { clock, client, up, counters } = setUp({ lb: { maxInFlight: 2, queue: 0 } })
    client.send(requestFrame(1), requestFrame(2), requestFrame(3))
    clock.settle()
    const full = answers(client)
    up.last.send(responseFrame(requestsAt(up)[0]!.streamId))
    clock.settle()
    client.send(requestFrame(4))
    clock.settle()

    expect(full).toEqual([`3!${ErrorCode.overload}?`])
    expect(requestsAt(up)).toHaveLength(3)
    expect(counters()).toMatchObject({
      received: 4,
      answered: 1,
      rejected: 1,
      rejectedBy: { overload: 1 },
      inFlight: 2,
    })
  })

  it('rejects what has expired on arrival, and what has come too far', () => {
    const { clock, client, up, counters } = setUp()
    client.send(
      requestFrame(1, { budgetMs: 0 }),
      requestFrame(2, { hops: HOPS_MAX }),
      requestFrame(3, { hops: HOPS_MAX - 1 }),
    )
    clock.settle()

    expect(answers(client)).toEqual([`1!${ErrorCode.expired}?`, `2!${ErrorCode.loop}?`])
    expect(requestsAt(up).map(({ bytes }) => readHops(bytes, 0))).toEqual([HOPS_MAX])
    expect(counters()).toMatchObject({ received: 3, rejected: 2, rejectedBy: { expired: 1, loop: 1 } })
  })

  it.each([5, 0x10005])('breaks with who uses the place of a live stream again (as %i), and with nobody else', id => {
    const { clock, client, open, up, counters } = setUp()
    const other = open()
    client.send(requestFrame(5))
    other.send(requestFrame(5))
    client.send(requestFrame(id))
    clock.settle()
    const ids = requestsAt(up).map(({ streamId }) => streamId)
    up.last.send(responseFrame(ids[1]!))
    clock.settle()

    expect(client.seen(FrameType.error).map(({ streamId, code }) => [streamId, code])).toEqual([
      [0, ErrorCode.protocol],
    ])
    expect(client.closes).toHaveLength(1)
    expect(answers(other)).toEqual(['5 hello'])
    expect(counters()).toMatchObject({ received: 3, answered: 1, rejected: 1, failed: 1, protocolErrors: 1 })
  })

  it('does not pick an upstream that does not read', () => {
    const { clock, client, upstreams, open } = setUp({ weights: [1, 1] })
    const clients = [client, open(), open()] // one alone may not have so much under way
    upstreams[0]!.last.connection!.pauseReading()
    const reader = upstreams[1]!.last
    reader.onFrameSeen = frame => {
      if (frame.type === FrameType.request) reader.send(responseFrame(frame.streamId))
    }
    const payload = 'x'.repeat(100_000)
    for (let i = 0; i < 160; i++) {
      clients[i % 3]!.send(requestFrame(i + 1, { payload }))
      clock.settle()
    }
    const heldBack = requestsAt(upstreams[1]!).length
    upstreams[0]!.last.connection!.resumeReading()
    clock.settle()

    // Half of each until 7 MiB waits for the one that does not read, then all to the other.
    expect(heldBack).toBeGreaterThan(80)
    expect(requestsAt(upstreams[0]!).length + heldBack).toBe(160)
  })

  it('does not read from a downstream that does not read its answers, and serves the others', () => {
    const { clock, client, open, up } = setUp()
    const other = open()
    up.last.onFrameSeen = frame => {
      if (frame.type === FrameType.request) up.last.send(responseFrame(frame.streamId, payloadOf(frame)))
    }
    client.connection!.pauseReading()
    for (let i = 0; i < 200; i++) {
      client.send(requestFrame(i + 1, { payload: 'x'.repeat(10_000) }))
      clock.settle()
    }
    const taken = requestsAt(up).length
    other.send(requestFrame(1))
    clock.settle()
    const served = answers(other)
    client.connection!.resumeReading()
    clock.settle()

    expect(taken).toBeLessThan(60)
    expect(served).toEqual(['1 hello'])
    expect(answers(client)).toHaveLength(200)
  })
})

describe('a forwarder whose client sends megabytes and never reads', () => {
  function stuck() {
    const world = setUp({ lb: { timeout: '60s', attempts: 1 } })
    const { clock, open, up } = world
    const client = open('')
    const payload = 'x'.repeat(1_000_000)
    client.connection!.pauseReading()
    for (let i = 0; i < 20; i++) client.send(requestFrame(i + 1, { payload, budgetMs: 60_000 }))
    clock.settle()
    const answerAll = () => {
      for (const frame of requestsAt(up)) up.last.send(responseFrame(frame.streamId, payloadOf(frame)))
      up.last.forget()
      clock.settle()
    }
    return { ...world, client, answerAll }
  }

  it('takes as much as may be owed to it, serves others, and closes after 10 s in which it took no byte', () => {
    const { clock, client, up, open, answerAll, counters } = stuck()
    const taken = requestsAt(up).length
    answerAll()
    const other = open()
    other.send(requestFrame(1))
    clock.settle()
    answerAll()
    const served = answers(other)
    clock.advance(10_000)
    const early = client.isClosed
    clock.advance(500)

    expect(taken).toBe(7)
    expect(served).toEqual(['1 hello'])
    expect([early, client.isClosed]).toEqual([false, true])
    expect(counters()).toMatchObject({ received: 8, answered: 8, connections: 2, protocolErrors: 0, inFlight: 0 })
  })

  it('goes on with it once it reads, to the last request', () => {
    const { client, clock, up, answerAll, counters } = stuck()
    clock.advance(5_000)
    client.connection!.resumeReading()
    while (requestsAt(up).length > 0) answerAll()

    expect(answers(client)).toHaveLength(20)
    expect(counters()).toMatchObject({ received: 20, answered: 20 })
  })
})

describe('a forwarder with more than its upstreams take', () => {
  /** Two upstreams that read nothing, and clients that send 64 KiB requests as fast as they are taken. */
  function flooded(clients: number, weights = [1, 1]) {
    const world = setUp({ weights, lb: { timeout: '60s', attempts: 1 } })
    for (const { last } of world.upstreams) last.connection!.pauseReading()
    const flooders = Array.from({ length: clients }, () => world.open(''))
    for (let i = 0; i < 100; i++) {
      for (const each of flooders) {
        each.send(requestFrame(i + 1, { payload: 'x'.repeat(65_536), budgetMs: 60_000 }))
      }
      world.clock.settle()
    }
    return { ...world, flooders }
  }

  it('lets those who send much wait instead of rejecting, and has room for the rest', () => {
    const { clock, flooders, open, counters, upstreams } = flooded(4)
    const neighbour = open('')
    neighbour.send(requestFrame(1), requestFrame(2))
    clock.settle()
    const crowded = counters()
    for (const { last } of upstreams) {
      last.onFrameSeen = frame => {
        if (frame.type === FrameType.request) last.send(responseFrame(frame.streamId))
      }
      last.connection!.resumeReading()
    }
    clock.advance(1)

    expect(crowded.received).toBeLessThan(150)
    expect(crowded).toMatchObject({ rejected: 0, failed: 0 })
    expect(answers(neighbour).sort()).toEqual(['1 hello', '2 hello'])
    expect(flooders.map(each => answers(each).length)).toEqual([100, 100, 100, 100])
    expect(counters()).toMatchObject({ received: 402, answered: 402 })
  })

  it('does not count on the room of an upstream that gets no requests', () => {
    const { counters } = flooded(4, [1, 1, 0])

    expect(counters().received).toBeLessThan(150)
    expect(counters()).toMatchObject({ rejected: 0, failed: 0 })
  })

  it('keeps 2 MiB of what nobody takes who has not read for a second, then reads no more', () => {
    const { clock, flooders, counters } = flooded(1)
    const before = counters().received
    clock.advance(2_000)
    const kept = counters().received - before

    expect(before).toBeLessThan(90)
    expect(kept * 65_536).toBeGreaterThanOrEqual(2_000_000)
    expect(kept * 65_536).toBeLessThan(2_300_000)
    expect(counters()).toMatchObject({ inFlight: before + kept, queued: kept })
    expect(answers(flooders[0]!)).toEqual([])
  })

  it('lets its node downstreams wait too, and says to them that it lives', () => {
    const { clock, open, upstreams, counters } = flooded(1)
    const proxy = open('proxy-9')
    proxy.send(...Array.from({ length: 9 }, (_, i) => requestFrame(i + 1, { payload: 'x'.repeat(10_000) })))
    clock.settle()
    const taken = counters().received
    proxy.send(requestFrame(10))
    clock.advance(250)
    const whileCrowded = [counters().received - taken, proxy.seen(FrameType.pong).length]
    for (const { last } of upstreams) last.connection!.resumeReading()
    clock.settle()

    expect(whileCrowded).toEqual([0, 1])
    expect(counters().received).toBeGreaterThan(taken)
  })
})

describe('a forwarder that drains', () => {
  it('finishes what it has and what crossed, then closes and gives its address back', () => {
    const { cluster, clock, client, up, node, counters } = setUp()
    let done = 0
    client.send(requestFrame(1))
    clock.settle()
    node.drain(() => done++)
    client.send(requestFrame(2), bareFrame(FrameType.drain))
    clock.settle()
    const early = done
    for (const { streamId } of requestsAt(up)) up.last.send(responseFrame(streamId))
    clock.settle()
    const late = dialStranger(cluster.transport, 'sockets/lb.sock')
    clock.settle()

    expect(early).toBe(0)
    expect(done).toBe(1)
    expect(answers(client)).toEqual(['1 hello', '2 hello'])
    expect(client.closes).toEqual([{ cause: 'ended', detail: '' }])
    expect(up.last.isClosed).toBe(true)
    expect(late.closes[0]?.cause).toBe('refused')
    expect(counters()).toMatchObject({ received: 2, answered: 2 })
    expect(clock.armed).toBe(0)
  })

  it('waits no longer than the deadlines of what it has', () => {
    const { clock, client, node } = setUp({ lb: { timeout: '100ms' } })
    let done = 0
    client.send(requestFrame(1))
    clock.settle()
    node.drain(() => done++)
    client.send(bareFrame(FrameType.drain))
    clock.advance(99)
    const early = done
    clock.advance(1)

    expect(early).toBe(0)
    expect(done).toBe(1)
    expect(clock.armed).toBe(0)
  })

  it('does not wait for a downstream that goes', () => {
    const { clock, client, node } = setUp()
    let done = 0
    client.send(requestFrame(1))
    clock.settle()
    node.drain(() => done++)
    client.connection!.destroy()
    clock.settle()

    expect(done).toBe(1)
  })
})

describe('a forwarder that is changed while it runs', () => {
  it('sends nothing new to a removed upstream, and lets it finish', () => {
    const { cluster, clock, client, upstreams, counters } = setUp({ weights: [1, 1] })
    client.send(requestFrame(1), requestFrame(2))
    clock.settle()
    const applied = cluster.applied
    cluster.edit(topologyFor({ weights: [1] }))
    clock.settle()
    client.send(requestFrame(3), requestFrame(4))
    clock.settle()
    const counts = upstreams.map(upstream => requestsAt(upstream).length)
    const whileOwed = upstreams[1]!.last.isClosed
    for (const upstream of upstreams) {
      for (const { streamId } of requestsAt(upstream)) upstream.last.send(responseFrame(streamId))
    }
    clock.advance(500)

    expect(counts).toEqual([3, 1])
    expect(whileOwed).toBe(false)
    expect(upstreams[1]!.last.isClosed).toBe(true)
    expect(answers(client)).toHaveLength(4)
    expect(cluster.applied - applied).toBe(1)
    // The account of the one that is gone is kept.
    expect(counters().upstreams).toMatchObject([
      { id: 'server-2', picked: 1, answered: 1 },
      { id: 'server-1', picked: 3, answered: 3 },
    ])
  })

  it('sends to an added upstream once it is connected, and says then that the change is in force', () => {
    const { cluster, clock, client, listen } = setUp({ weights: [1] })
    const added = listen(2)
    cluster.topology = topologyFor({ weights: [1, 1] })
    let done = 0
    cluster.node('lb').apply(cluster.wiring('lb'), () => done++)
    const early = done
    clock.settle()
    client.send(requestFrame(1), requestFrame(2))
    clock.settle()

    expect(early).toBe(0)
    expect(done).toBe(1)
    expect(requestsAt(added)).toHaveLength(1)
  })

  it('says that a change is in force also where the added upstream is not there', () => {
    const { cluster, clock } = setUp({ weights: [1] })
    cluster.topology = topologyFor({ weights: [1, 1] })
    let done = 0
    cluster.node('lb').apply(cluster.wiring('lb'), () => done++)
    clock.settle()

    expect(done).toBe(1)
  })

  it('gives weight 0 nothing, and weight again its share', () => {
    const { cluster, clock, client, upstreams } = setUp({ weights: [1, 1] })
    const spread = (first: number) => {
      const before = upstreams.map(upstream => requestsAt(upstream).length)
      for (let i = 0; i < 4; i++) client.send(requestFrame(first + i))
      clock.settle()
      return upstreams.map((upstream, i) => requestsAt(upstream).length - before[i]!)
    }
    cluster.edit(topologyFor({ weights: [1, 0] }))
    const without = spread(1)
    cluster.edit(topologyFor({ weights: [1, 1] }))
    const back = spread(5)

    expect(without).toEqual([4, 0])
    expect(back).toEqual([2, 2])
  })

  it('keeps its counts and its links when only the policy changes', () => {
    const { cluster, clock, client, upstreams, counters } = setUp({ weights: [1, 1] })
    client.send(requestFrame(1), requestFrame(2), requestFrame(3))
    clock.settle()
    cluster.edit(topologyFor({ weights: [1, 1], lb: { policy: 'least-connections', maxInFlight: 5, queue: 0 } }))
    client.send(requestFrame(4), requestFrame(5), requestFrame(6))
    clock.settle()

    expect(upstreams.map(upstream => upstream.links.length)).toEqual([1, 1])
    expect(counters()).toMatchObject({ received: 6, inFlight: 5, rejected: 1 })
    expect(upstreams.reduce((sum, upstream) => sum + requestsAt(upstream).length, 0)).toBe(5)
  })

  it('changes over to a new process: at once for new requests, with the old link kept for what it owes', () => {
    const { cluster, clock, client, up, listen, counters } = setUp()
    client.send(requestFrame(1))
    clock.settle()
    const next = listen(1, 2)
    let done = 0
    const wiring = cluster.wiring('lb')
    const upstreams = wiring.upstreams.map(upstream => ({ ...upstream, generation: 2 }))
    cluster.node('lb').apply({ ...wiring, upstreams }, () => done++)
    const early = done
    client.send(requestFrame(2))
    clock.settle()
    client.send(requestFrame(3))
    clock.settle()
    up.last.send(...requestsAt(up).map(({ streamId }) => responseFrame(streamId, 'old')))
    next.last.send(...requestsAt(next).map(({ streamId }) => responseFrame(streamId, 'new')))
    clock.advance(500)

    expect(early).toBe(0)
    expect(done).toBe(1)
    expect(answers(client).sort()).toEqual(['1 old', '2 old', '3 new'])
    expect(up.last.isClosed).toBe(true)
    expect(counters().failed).toBe(0)
  })

  it('does not say that it has changed over because something else happened to the old link meanwhile', () => {
    const { cluster, clock, up } = setUp()
    const next = listenStranger(cluster.transport, 'sockets/server-1.sock', link => {
      link.isAutomatic = false
    })
    let done = 0
    const wiring = cluster.wiring('lb')
    const upstreams = wiring.upstreams.map(upstream => ({ ...upstream, generation: 2 }))
    cluster.node('lb').apply({ ...wiring, upstreams }, () => done++)
    clock.settle()
    up.last.send(bareFrame(FrameType.drain))
    clock.settle()

    expect(next.links).toHaveLength(1)
    expect(done).toBe(0)
  })
})

describe('a forwarder that is stopped', () => {
  it('leaves no connection and no timer', () => {
    const { clock, client, up, node } = setUp()
    client.send(requestFrame(1))
    clock.settle()
    node.stop()
    clock.advance(10_000)

    expect(client.closes).toHaveLength(1)
    expect(up.links.every(link => link.isClosed)).toBe(true)
    expect(up.links).toHaveLength(1)
    expect(clock.armed).toBe(0)
  })
})
