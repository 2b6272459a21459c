/** The built-in client alone, against load balancers played by hand. */
import { describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { makeClosedLoop } from '../../src/load/closed-loop.ts'
import { Client } from '../../src/roles/client.ts'
import type { ClientWiring } from '../../src/topology/types.ts'
import { clientWiringOf } from '../../src/topology/wiring.ts'
import { makeMemoryTransport } from '../../src/transport/memory.ts'
import { ErrorCode } from '../../src/wire/error-code.ts'
import {
  FrameType,
  REQUEST_IDEMPOTENT,
  readAttempt,
  readBudgetMs,
  readHops,
  readKeyHash,
  readRequestFlags,
} from '../../src/wire/frame.ts'
import {
  bareFrame,
  errorFrame,
  listenStranger,
  payloadOf,
  responseFrame,
  type Stranger,
  type StrangeUpstream,
} from '../support/stranger.ts'
import { topologyOf } from '../support/topology.ts'
import { makeVirtualClock } from '../support/virtual-clock.ts'

interface Keys {
  readonly balancers?: number
  readonly load?: Record<string, unknown>
  /** Whether the load balancers listen. */
  readonly isAbsent?: boolean
  readonly setUp?: (link: Stranger) => void
}

function setUp({ balancers = 1, load = {}, isAbsent = false, setUp: each = () => {} }: Keys = {}) {
  const clock = makeVirtualClock()
  const transport = makeMemoryTransport(clock)
  const ids = Array.from({ length: balancers }, (_, i) => `lb-${i + 1}`)
  const wiringFor = (keys: Record<string, unknown>, generation = 1): ClientWiring =>
    clientWiringOf(
      topologyOf({ loadBalancers: ids.map(id => ({ id })), servers: [{ id: 'server-1' }], load: keys }),
      () => generation,
    )
  const upstreams: StrangeUpstream[] = isAbsent
    ? []
    : ids.map(id => listenStranger(transport, `sockets/${id}.sock`, each))
  const outcomes: string[] = []
  const services: number[] = []
  const ends: [plannedMs: number, code: number][] = []
  const told = { ready: 0, health: [] as string[] }
  const client = new Client(
    wiringFor({ connections: 1, ...load }),
    { clock, transport, rng: makeRng(1) },
    {
      onOutcome: (isAnswered, responseMs, serviceMs, code, plannedMs) => {
        outcomes.push(`${isAnswered ? 'answered' : 'failed'} ${responseMs}`)
        services.push(serviceMs)
        ends.push([plannedMs, code])
      },
      onReady: () => told.ready++,
      onUpstreamEvent: ({ upstream, event }) => told.health.push(`${upstream} ${event}`),
    },
  )
  clock.settle()
  const send = (count = 1, plannedMs = clock.nowMs()) => {
    for (let i = 0; i < count; i++) client.send(plannedMs, clock.nowMs())
    clock.settle()
  }
  const counters = () => {
    const now = client.counters()
    expect(now.sent).toBe(now.answered + now.failed + now.pending)
    expect(outcomes).toHaveLength(now.answered + now.failed)
    return now
  }
  return {
    clock,
    transport,
    upstreams,
    up: upstreams[0]!,
    client,
    outcomes,
    services,
    ends,
    told,
    send,
    counters,
    wiringFor,
  }
}

const requestsAt = (upstream: StrangeUpstream) => upstream.links.flatMap(link => link.seen(FrameType.request))

function answerAll(upstream: StrangeUpstream): void {
  for (const link of upstream.links) {
    for (const { streamId } of link.seen(FrameType.request)) link.send(responseFrame(streamId))
    link.forget()
  }
}

describe('the client', () => {
  it('sends its payload with the deadline that is left and the mark of idempotence', () => {
    const { clock, up, send } = setUp({ load: { timeout: '2s', payloadBytes: 30 } })
    clock.advance(100)
    send(1, clock.nowMs() - 40)
    const [request] = requestsAt(up)
    const head = request!.bytes

    expect(payloadOf(request!)).toBe('abcdefghijklmnopqrstuvwxyzabcd')
    expect([readBudgetMs(head, 0), readHops(head, 0), readRequestFlags(head, 0)]).toEqual([
      1_960,
      0,
      REQUEST_IDEMPOTENT,
    ])
  })

  it.each([65_535, 65_536, 1_048_576])('sends each of several payloads of %i bytes whole, under its own id', size => {
    const { up, send } = setUp({ load: { payloadBytes: size } })
    send(3)
    const requests = requestsAt(up)
    const alphabet = 'abcdefghijklmnopqrstuvwxyz'

    expect(new Set(requests.map(({ streamId }) => streamId)).size).toBe(3)
    for (const request of requests) {
      expect(payloadOf(request) === alphabet.repeat(Math.ceil(size / 26)).slice(0, size)).toBe(true)
    }
  })

  it('leaves the mark out where requests are not idempotent', () => {
    const { up, send } = setUp({ load: { idempotent: false } })
    send()

    expect(readRequestFlags(requestsAt(up)[0]!.bytes, 0)).toBe(0)
  })

  it('counts the response time from the planned send, and the service time from the send', () => {
    const { clock, up, send, outcomes, services, counters } = setUp()
    clock.advance(50)
    send(1, 20)
    clock.advance(5)
    answerAll(up)
    clock.settle()

    expect([outcomes, services]).toEqual([['answered 35'], [5]])
    expect(counters()).toMatchObject({ sent: 1, answered: 1, pending: 0 })
  })

  it('sends the key hash that it is given', () => {
    const { clock, up, client } = setUp()
    client.send(0, 0, 7)
    client.send(0, 0, 0xffff_ffff)
    clock.settle()

    expect(requestsAt(up).map(({ bytes }) => readKeyHash(bytes, 0))).toEqual([7, 0xffff_ffff])
  })

  it('tells of each request when it was planned, and by which code it ended', () => {
    const { clock, up, client, ends } = setUp({ load: { timeout: '2s' } })
    client.send(-1_500, 0)
    client.send(-2_000, 0)
    client.send(-250, 0)
    clock.advance(1_000)
    answerAll(up)
    clock.settle()

    expect(ends).toEqual([
      [-2_000, ErrorCode.timeout],
      [-1_500, ErrorCode.timeout],
      [-250, 0],
    ])
  })

  it('spreads over its connections and the load balancers in turn', () => {
    const { upstreams, send } = setUp({ balancers: 2, load: { connections: 3 } })
    send(12)

    expect(upstreams.map(upstream => upstream.links.map(link => link.seen(FrameType.request).length))).toEqual([
      [2, 2, 2],
      [2, 2, 2],
    ])
  })

  it('says once that every connection stands', () => {
    const { told } = setUp({ balancers: 2, load: { connections: 2 } })

    expect(told.ready).toBe(1)
  })

  it('says so too where nobody listens', () => {
    const { told } = setUp({ isAbsent: true })

    expect(told.ready).toBe(1)
  })

  it('fails what nobody can take, at once', () => {
    const { clock, send, outcomes, services, counters } = setUp({ isAbsent: true })
    clock.advance(9)
    send(2, 5)

    expect([outcomes, services]).toEqual([
      ['failed 4', 'failed 4'],
      [0, 0],
    ])
    expect(counters()).toMatchObject({ sent: 2, failed: 2, failedBy: { unavailable: 2 } })
  })

  it('waits for its load balancer, which for 1.3 s had no processor, and serves all, also what came meanwhile', () => {
    const { clock, up, send, told, counters } = setUp()
    up.last.isAutomatic = false
    send(1)
    clock.advance(1_300)
    const silent = [...told.health]
    send(20)
    const meanwhile = counters()
    up.last.isAutomatic = true
    up.last.onFrameSeen = ({ type, streamId }) => {
      if (type === FrameType.request) up.last.send(responseFrame(streamId))
    }
    up.last.send(...up.last.seen(FrameType.ping).map(() => bareFrame(FrameType.pong)))
    answerAll(up)
    clock.advance(100)

    expect([silent, told.health]).toEqual([['lb-1 ejected'], ['lb-1 ejected', 'lb-1 restored']])
    expect(meanwhile).toMatchObject({ sent: 21, failed: 0, pending: 21 })
    expect(counters()).toMatchObject({ sent: 21, answered: 21, failedBy: {} })
  })

  it('waits for a silent load balancer until the deadline, and not for one that is gone', () => {
    const { clock, up, send, counters } = setUp({ load: { timeout: '3s' } })
    up.last.isAutomatic = false
    send(1)
    clock.advance(1_300)
    send(1)
    clock.advance(2_999)
    const before = counters()
    clock.advance(2)
    const after = counters()
    up.close()
    up.last.connection!.destroy()
    clock.settle()
    send(1)

    expect(requestsAt(up)).toHaveLength(1)
    expect([before.failedBy, before.pending]).toEqual([{ timeout: 1 }, 1])
    expect([after.failedBy, after.pending]).toEqual([{ timeout: 2 }, 0])
    expect(counters()).toMatchObject({ failedBy: { timeout: 2, unavailable: 1 }, pending: 0 })
  })

  it('waits with large requests while its connection takes no more bytes, instead of refusing them itself', () => {
    const { up, clock, send, counters } = setUp({ load: { payloadBytes: 1_048_576 } })
    up.last.connection!.pauseReading()
    send(20)
    const meanwhile = counters()
    up.last.onFrameSeen = ({ type, streamId }) => {
      if (type === FrameType.request) up.last.send(responseFrame(streamId))
    }
    up.last.connection!.resumeReading()
    clock.advance(100)

    expect(meanwhile).toMatchObject({ sent: 20, failed: 0, pending: 20 })
    expect(requestsAt(up)).toHaveLength(20)
    expect(counters()).toMatchObject({ answered: 20, failedBy: {} })
  })

  it('leaves a silent load balancer for another one, and does not wait', () => {
    const { clock, upstreams, send, counters } = setUp({ balancers: 2 })
    const [mute, other] = upstreams
    mute!.last.isAutomatic = false
    send(2)
    answerAll(other!)
    clock.advance(1_300)
    send(4)

    expect([mute, other].map(upstream => requestsAt(upstream!).length)).toEqual([1, 4])
    expect(counters()).toMatchObject({ sent: 6, answered: 1, failed: 0, pending: 5 })
  })

  it('fails what was planned longer ago than its deadline, without sending it', () => {
    const { clock, up, send, counters } = setUp({ load: { timeout: '1s' } })
    clock.advance(2_000)
    send(1, 1_000)

    expect(requestsAt(up)).toEqual([])
    expect(counters()).toMatchObject({ sent: 1, failed: 1, failedBy: { timeout: 1 } })
  })

  it('gives up at the deadline, cancels, and counts the late answer apart', () => {
    const { clock, up, send, outcomes, counters } = setUp({ load: { timeout: '100ms' } })
    send()
    clock.advance(99)
    const pending = counters().pending
    clock.advance(1)
    const cancels = up.last.seen(FrameType.cancel).length
    answerAll(up)
    clock.settle()

    expect(pending).toBe(1)
    expect(cancels).toBe(1)
    expect(outcomes).toEqual(['failed 100'])
    expect(counters()).toMatchObject({ sent: 1, failed: 1, failedBy: { timeout: 1 }, late: 1, pending: 0 })
    expect(up.last.isClosed).toBe(false)
  })

  it('counts failures by the code that came', () => {
    const { clock, up, send, counters } = setUp()
    send(2)
    const [one, two] = requestsAt(up).map(({ streamId }) => streamId)
    up.last.send(errorFrame(one!, ErrorCode.overload, true), errorFrame(two!, 31 as ErrorCode))
    clock.settle()

    expect(counters()).toMatchObject({ sent: 2, failed: 2, failedBy: { overload: 1, 'code-31': 1 } })
  })

  it('ends what a lost connection owed, each once, and goes on when it is back', () => {
    const { clock, up, send, counters } = setUp()
    send(3)
    up.last.connection!.destroy()
    clock.settle()
    const lost = counters()
    clock.advance(20)
    send()
    answerAll(up)
    clock.settle()

    expect(lost).toMatchObject({ sent: 3, failed: 3, failedBy: { connectionLost: 3 }, pending: 0 })
    expect(counters()).toMatchObject({ sent: 4, answered: 1 })
  })

  it('sends nothing on a connection that was just lost, when each end of a request sends the next', () => {
    let loop = { onOutcome: () => {}, stop: () => {} }
    const clock = makeVirtualClock()
    const transport = makeMemoryTransport(clock)
    const [one, two] = ['lb-1', 'lb-2'].map(id => listenStranger(transport, `sockets/${id}.sock`))
    const topology = topologyOf({
      loadBalancers: [{ id: 'lb-1' }, { id: 'lb-2' }],
      servers: [{ id: 'server-1' }],
      load: { connections: 1 },
    })
    const world = { clock, transport, rng: makeRng(1) }
    const client = new Client(
      clientWiringOf(topology, () => 1),
      world,
      { onOutcome: () => loop.onOutcome() },
    )
    clock.settle()
    loop = makeClosedLoop(8, clock, (plannedMs, nowMs) => client.send(plannedMs, nowMs))
    clock.settle()
    one!.last.connection!.destroy()
    clock.settle()

    expect(client.counters()).toMatchObject({ sent: 12, failed: 4, failedBy: { connectionLost: 4 }, pending: 8 })
    expect(requestsAt(two!)).toHaveLength(8)
  })

  it('drains when the last request has ended, and leaves', () => {
    const { clock, up, send, client } = setUp()
    let done = 0
    send(2)
    client.drain(() => done++)
    const early = done
    answerAll(up)
    clock.settle()

    expect(early).toBe(0)
    expect(done).toBe(1)
    expect(up.last.isClosed).toBe(true)
    expect(clock.armed).toBe(0)
  })

  it('drains at once where nothing is outstanding', () => {
    const { clock, client } = setUp()
    let done = 0
    client.drain(() => done++)
    clock.settle()

    expect(done).toBe(1)
    expect(clock.armed).toBe(0)
  })

  it('changes payload, deadline and connections while it runs', () => {
    const { clock, up, send, client, wiringFor } = setUp()
    send()
    client.apply(wiringFor({ connections: 3, payloadBytes: 5, timeout: '1s' }))
    clock.settle()
    send(3)
    const requests = requestsAt(up).slice(-3)
    const links = up.links.length
    client.apply(wiringFor({ connections: 1 }))
    answerAll(up)
    clock.advance(500)

    expect(links).toBe(3)
    expect(requests.map(payloadOf)).toContain('abcde')
    expect(up.links.filter(link => !link.isClosed)).toHaveLength(1)
    expect(client.counters()).toMatchObject({ sent: 4, answered: 4 })
  })

  it('has as many requests outstanding as streams can be told apart, and fails more as overload', () => {
    const { send, counters } = setUp({ load: { connections: 256, payloadBytes: 0 } })
    send(65_540)

    expect(counters()).toMatchObject({ pending: 65_535, failed: 5, failedBy: { overload: 5 } })
  })

  it('does not eject a load balancer because it was stopped itself', () => {
    const { clock, up, send, told } = setUp({ load: { timeout: '10s' } })
    send()
    clock.advance(100)
    clock.stall(3_000)
    clock.advance(10)
    answerAll(up)
    clock.advance(1_000)

    expect(told.health).toEqual([])
  })

  it('stops at once', () => {
    const { clock, up, send, client } = setUp()
    send()
    client.stop()
    clock.advance(10_000)

    expect(up.last.isClosed).toBe(true)
    expect(clock.armed).toBe(0)
  })
})

describe('the client with more than one attempt', () => {
  const load = { attempts: 3, timeout: '3s' }

  it('keeps what nobody can take until a load balancer is there, in order, and counts the wait', () => {
    const { clock, transport, send, outcomes, counters } = setUp({ isAbsent: true, load })
    send(1)
    clock.advance(300)
    send(1)
    const waiting = counters()
    const up = listenStranger(transport, 'sockets/lb-1.sock')
    clock.advance(700)
    const sent = requestsAt(up).map(({ bytes }) => [readBudgetMs(bytes, 0) < 3_000, readAttempt(bytes, 0)])
    answerAll(up)
    clock.settle()

    expect(waiting).toMatchObject({ sent: 2, failed: 0, pending: 2 })
    expect(sent).toEqual([
      [true, 1],
      [true, 1],
    ])
    expect(outcomes).toEqual(['answered 1000', 'answered 700'])
    expect(counters()).toMatchObject({ answered: 2, retried: 0 })
  })

  it('lets all of them go a second after the first, though the answers take longer', () => {
    const { clock, transport, send, counters } = setUp({ isAbsent: true, load })
    send(40)
    clock.advance(300)
    const up = listenStranger(transport, 'sockets/lb-1.sock')
    clock.advance(700)
    const first = requestsAt(up).length
    clock.advance(1_000)
    const then = requestsAt(up).length
    answerAll(up)
    clock.settle()

    expect([first, then]).toEqual([16, 40])
    expect(counters()).toMatchObject({ answered: 40, failed: 0 })
  })

  it('fails at the deadline what nobody came for', () => {
    const { clock, send, outcomes, counters } = setUp({ isAbsent: true, load })
    send(1)
    clock.advance(3_000)

    expect(outcomes).toEqual(['failed 3000'])
    expect(counters()).toMatchObject({ failed: 1, failedBy: { timeout: 1 }, retried: 0 })
  })

  it('sends what was lost with a connection again, to another load balancer at once, as the same request', () => {
    const { clock, upstreams, send, counters } = setUp({ balancers: 2, load })
    send(2)
    const [one] = requestsAt(upstreams[0]!)
    upstreams[0]!.last.connection!.destroy()
    clock.settle()
    const [, again] = requestsAt(upstreams[1]!)
    answerAll(upstreams[1]!)
    clock.settle()

    expect(readKeyHash(again!.bytes, 0)).toBe(readKeyHash(one!.bytes, 0))
    expect([readAttempt(again!.bytes, 0), readRequestFlags(again!.bytes, 0)]).toEqual([2, REQUEST_IDEMPOTENT])
    expect(again!.streamId).not.toBe(one!.streamId)
    expect(counters()).toMatchObject({ sent: 2, answered: 2, failed: 0, retried: 1 })
  })

  it('counts the service time from the first send, whatever became of that', () => {
    const { clock, upstreams, client, outcomes, services } = setUp({ load, balancers: 2 })
    clock.advance(10)
    client.send(4, 10)
    clock.advance(20)
    upstreams[0]!.last.connection!.destroy()
    clock.advance(3)
    answerAll(upstreams[1]!)
    clock.settle()

    expect([outcomes, services]).toEqual([['answered 29'], [23]])
  })

  it('waits with what was lost until the only load balancer is back', () => {
    const { clock, up, transport, send, counters } = setUp({ load: { ...load, connections: 4 } })
    send(8)
    up.close()
    for (const link of up.links) link.connection!.destroy()
    clock.advance(200)
    send(1)
    const next = listenStranger(transport, 'sockets/lb-1.sock')
    clock.advance(700)
    answerAll(next)
    clock.settle()

    expect(counters()).toMatchObject({ sent: 9, answered: 9, failed: 0, retried: 8 })
  })

  it('fails what was lost and may not be executed twice', () => {
    const { clock, up, send, counters } = setUp({ load: { ...load, idempotent: false } })
    send(2)
    up.last.connection!.destroy()
    clock.settle()

    expect(counters()).toMatchObject({ failed: 2, failedBy: { connectionLost: 2 }, retried: 0 })
  })

  it('does not ask again what a load balancer has answered with an error', () => {
    const { clock, up, send, counters } = setUp({ load })
    send(1)
    up.last.send(errorFrame(requestsAt(up)[0]!.streamId, ErrorCode.unavailable, true))
    clock.advance(1_000)

    expect(counters()).toMatchObject({ failed: 1, failedBy: { unavailable: 1 }, retried: 0 })
  })

  it('sends no more retries than its budget pays for', () => {
    const { clock, up, send, counters } = setUp({ load: { ...load, retryBudget: 0.1, retryReserve: 0 } })
    send(100)
    up.last.connection!.destroy()
    clock.advance(500)

    expect(counters()).toMatchObject({ failed: 90, failedBy: { connectionLost: 90 }, retried: 10, pending: 10 })
  })

  it('takes an attempt back whose time is up, tries elsewhere, and drops the late answer', () => {
    const { clock, upstreams, send, outcomes, counters } = setUp({
      balancers: 2,
      load: { ...load, attemptTimeout: '100ms' },
    })
    send(1)
    const slow = upstreams.find(upstream => requestsAt(upstream).length === 1)!
    const other = upstreams.find(upstream => upstream !== slow)!
    clock.advance(150)
    const [[one], [two]] = [requestsAt(slow), requestsAt(other)]
    slow.last.send(responseFrame(one!.streamId))
    other.last.send(responseFrame(two!.streamId))
    clock.settle()

    expect([readBudgetMs(one!.bytes, 0), readAttempt(two!.bytes, 0)]).toEqual([100, 2])
    expect(slow.last.seen(FrameType.cancel).map(({ streamId }) => streamId)).toEqual([one!.streamId])
    expect(outcomes).toEqual(['answered 150'])
    expect(counters()).toMatchObject({ answered: 1, late: 1, retried: 1 })
  })

  it('tries as often as it may, the last time with all that is left, and then says why', () => {
    const { clock, upstreams, send, counters } = setUp({ balancers: 2, load: { ...load, attemptTimeout: '100ms' } })
    send(1)
    clock.advance(2_999)
    const before = counters().pending
    clock.advance(10)

    expect(upstreams.flatMap(requestsAt)).toHaveLength(3)
    expect(before).toBe(1)
    expect(counters()).toMatchObject({ failed: 1, failedBy: { timeout: 1 }, retried: 2 })
  })

  it('gives the only load balancer all the time there is, since giving up would gain nothing', () => {
    const { clock, up, send, outcomes } = setUp({ load: { ...load, attemptTimeout: '100ms' } })
    send(1)
    clock.advance(2_500)
    answerAll(up)
    clock.settle()

    expect(outcomes).toEqual(['answered 2500'])
  })

  it('drains when what waits has ended', () => {
    const { clock, send, client } = setUp({ isAbsent: true, load })
    let done = 0
    send(1)
    client.drain(() => done++)
    clock.advance(2_999)
    const early = done
    clock.advance(1)

    expect([early, done]).toEqual([0, 1])
    expect(clock.armed).toBe(0)
  })
})
