/** When a forwarder sends: at once, when a waiting request's turn comes, or once more. */
import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/wire/error-code.ts'
import { FrameType, REQUEST_IDEMPOTENT, REQUEST_NO_WAIT, readBudgetMs } from '../../src/wire/frame.ts'
import { answers, forwarderTopology, requestsAt, setUpForwarder } from '../support/forwarder.ts'
import {
  bareFrame,
  dialStranger,
  errorFrame,
  payloadOf,
  requestFrame,
  responseFrame,
  type StrangeUpstream,
} from '../support/stranger.ts'

function answerAll(upstream: StrangeUpstream): void {
  for (const link of upstream.links) {
    for (const frame of link.seen(FrameType.request)) link.send(responseFrame(frame.streamId, payloadOf(frame)))
    link.forget()
  }
}

describe('a forwarder with more requests than it may send on', () => {
  it('sends those that wait in their order, before any that comes later', () => {
    const { clock, client, up, counters } = setUpForwarder({ lb: { maxInFlight: 2 } })
    for (const id of [1, 2, 3, 4]) client.send(requestFrame(id, { payload: `${id}` }))
    clock.settle()
    const before = counters()
    answerAll(up)
    client.send(requestFrame(5, { payload: '5' }))
    clock.settle()
    for (let round = 0; round < 4; round++) {
      answerAll(up)
      clock.settle()
    }

    expect(before).toMatchObject({ inFlight: 4, queued: 2 })
    expect(answers(client).map(each => each.slice(0, 1))).toEqual(['1', '2', '3', '4', '5'])
    expect(counters()).toMatchObject({ answered: 5, inFlight: 0, queued: 0, retried: 0 })
  })

  it('gives those that waited what is left of their time', () => {
    const { clock, client, up } = setUpForwarder({ lb: { maxInFlight: 1, attempts: 1 } })
    client.send(requestFrame(1, { budgetMs: 1_000 }), requestFrame(2, { budgetMs: 1_000 }))
    clock.advance(300)
    up.last.send(responseFrame(requestsAt(up)[0]!.streamId))
    clock.settle()

    expect(requestsAt(up).map(({ bytes }) => readBudgetMs(bytes, 0))).toEqual([1_000, 700])
  })

  it('rejects as overload what the queue has no room for, not executed', () => {
    const { clock, client, counters } = setUpForwarder({ lb: { maxInFlight: 1, queue: 2 } })
    for (const id of [1, 2, 3, 4]) client.send(requestFrame(id))
    clock.settle()

    expect(answers(client)).toEqual([`4!${ErrorCode.overload}?`])
    expect(counters()).toMatchObject({ received: 4, rejected: 1, rejectedBy: { overload: 1 }, inFlight: 3, queued: 2 })
  })

  it('fails what waits past its deadline, not executed, and never sends it', () => {
    const { clock, client, up, counters } = setUpForwarder({ lb: { maxInFlight: 1, attempts: 1 } })
    client.send(requestFrame(1), requestFrame(2, { budgetMs: 100 }), requestFrame(3))
    clock.advance(100)
    const atDeadline = answers(client)
    answerAll(up)
    clock.settle()
    const sent = requestsAt(up).length

    expect(atDeadline).toEqual([`2!${ErrorCode.timeout}?`])
    expect(sent).toBe(1)
    expect(counters()).toMatchObject({ received: 3, failed: 1, failedBy: { timeout: 1 } })
  })

  it('forgets what is cancelled while it waits, and says that it was not executed', () => {
    const { clock, client, up, counters } = setUpForwarder({ lb: { maxInFlight: 1 } })
    client.send(requestFrame(1), requestFrame(2), requestFrame(3, { payload: 'third' }))
    client.send(bareFrame(FrameType.cancel, 2))
    clock.settle()
    const cancelled = answers(client)
    answerAll(up)
    clock.settle()

    expect(cancelled).toEqual([`2!${ErrorCode.cancelled}?`])
    expect(requestsAt(up).map(payloadOf)).toEqual(['third'])
    expect(counters()).toMatchObject({ failed: 1, queued: 0 })
  })

  it('forgets what a lost downstream had waiting, and serves the others', () => {
    const { clock, client, open, up, counters } = setUpForwarder({ lb: { maxInFlight: 1 } })
    const other = open()
    client.send(requestFrame(1), requestFrame(2), requestFrame(3))
    clock.settle()
    other.send(requestFrame(1, { payload: 'other' }))
    clock.settle()
    client.connection!.destroy()
    clock.settle()

    expect(requestsAt(up).map(payloadOf)).toEqual(['hello', 'other'])
    expect(counters()).toMatchObject({ failed: 3, failedBy: { cancelled: 3 }, inFlight: 1, queued: 0 })
  })

  it('gives up by codel what waited in a queue that does not empty, not executed', () => {
    const { clock, client, up, counters } = setUpForwarder({
      lb: { maxInFlight: 1, queueDiscipline: 'codel', queueTarget: '5ms', queueInterval: '100ms' },
    })
    for (let id = 1; id <= 5; id++) client.send(requestFrame(id, { payload: `${id}` }))
    clock.advance(101)
    answerAll(up)
    clock.settle()

    expect(answers(client)).toEqual(['1 1', ...[2, 3, 4].map(id => `${id}!${ErrorCode.shed}?`)])
    expect(requestsAt(up).map(payloadOf)).toEqual(['5'])
    expect(counters()).toMatchObject({ failed: 3, failedBy: { shed: 3 } })
  })

  it('sends what waits as soon as an edit allows', () => {
    const { cluster, clock, client, up, counters } = setUpForwarder({ lb: { maxInFlight: 1 } })
    for (const id of [1, 2, 3, 4]) client.send(requestFrame(id))
    clock.settle()
    const before = requestsAt(up).length
    cluster.edit(forwarderTopology({ lb: { maxInFlight: 3 } }))
    clock.settle()

    expect([before, requestsAt(up).length]).toEqual([1, 3])
    expect(counters()).toMatchObject({ queued: 1 })
  })

  it('keeps what waits when an edit leaves no room for it', () => {
    const { cluster, clock, client, up, counters } = setUpForwarder({ lb: { maxInFlight: 2, queue: 3 } })
    for (let id = 1; id <= 5; id++) client.send(requestFrame(id))
    clock.settle()
    cluster.edit(forwarderTopology({ lb: { maxInFlight: 1, queue: 0 } }))
    client.send(requestFrame(6))
    clock.settle()
    for (let round = 0; round < 5; round++) {
      answerAll(up)
      clock.settle()
    }

    expect(answers(client)).toContain(`6!${ErrorCode.overload}?`)
    expect(counters()).toMatchObject({ received: 6, answered: 5, rejected: 1 })
  })
})

describe('a forwarder whose upstreams are all away', () => {
  it('keeps what comes until one is there, and sends it then in order', () => {
    const { clock, client, listen, counters } = setUpForwarder({ absent: [1], lb: { attempts: 1 } })
    for (const id of [1, 2, 3]) client.send(requestFrame(id, { payload: `${id}` }))
    clock.advance(500)
    const waiting = counters()
    const up = listen(1)
    clock.advance(1_500)
    const sent = requestsAt(up).map(payloadOf)
    answerAll(up)
    clock.settle()

    expect(waiting).toMatchObject({ received: 3, failed: 0, inFlight: 3, queued: 3 })
    expect(sent).toEqual(['1', '2', '3'])
    expect(answers(client)).toEqual(['1 1', '2 2', '3 3'])
    expect(counters()).toMatchObject({ answered: 3, retried: 0 })
  })

  it('lets all of them go a second after the first, though none of those is answered yet', () => {
    const { clock, client, listen, counters } = setUpForwarder({ absent: [1], lb: { attempts: 1 } })
    for (let id = 1; id <= 40; id++) client.send(requestFrame(id))
    clock.advance(500)
    const up = listen(1)
    clock.advance(900)
    const first = requestsAt(up).length
    clock.advance(1_300)

    expect([first, requestsAt(up).length]).toEqual([16, 40])
    expect(counters()).toMatchObject({ failed: 0, queued: 0 })
  })

  it('fails what nobody came for until its deadline, as a time-out, not executed', () => {
    const { clock, client, counters } = setUpForwarder({ absent: [1] })
    client.send(requestFrame(1, { budgetMs: 200 }))
    clock.advance(199)
    const early = answers(client)
    clock.advance(1)

    expect(early).toEqual([])
    expect(answers(client)).toEqual([`1!${ErrorCode.timeout}?`])
    expect(counters()).toMatchObject({ failed: 1, failedBy: { timeout: 1 } })
  })

  it('says at once that it has nobody where whoever asks would go elsewhere', () => {
    const { clock, client, counters } = setUpForwarder({ absent: [1] })
    client.send(requestFrame(1, { flags: REQUEST_NO_WAIT }))
    clock.settle()

    expect(answers(client)).toEqual([`1!${ErrorCode.unavailable}?`])
    expect(counters()).toMatchObject({ received: 1, failed: 1, failedBy: { unavailable: 1 }, rejected: 0 })
  })

  it('says overload instead where they are there and full', () => {
    const { clock, open, up } = setUpForwarder({ lb: { attempts: 1 } })
    up.last.connection!.pauseReading()
    // Each sends one: whoever has more under way is not read from.
    for (let i = 0; i < 8; i++) {
      open().send(requestFrame(1, { payload: 'x'.repeat(1_000_000) }))
      clock.settle()
    }
    const other = open()
    other.send(requestFrame(1, { flags: REQUEST_NO_WAIT }), requestFrame(2))
    clock.settle()
    const whileFull = answers(other)
    up.last.connection!.resumeReading()
    clock.settle()

    expect(whileFull).toEqual([`1!${ErrorCode.overload}?`])
    expect(requestsAt(up).map(frame => payloadOf(frame).length)).toEqual([...Array(8).fill(1_000_000), 5])
  })

  it('keeps those that do not want to wait where it only has too many under way', () => {
    const { clock, client, counters } = setUpForwarder({ lb: { maxInFlight: 1 } })
    client.send(requestFrame(1), requestFrame(2, { flags: REQUEST_NO_WAIT }))
    clock.settle()

    expect(answers(client)).toEqual([])
    expect(counters()).toMatchObject({ queued: 1 })
  })

  it('does not hold against codel’s queue that nobody was there', () => {
    const { clock, client, listen, counters } = setUpForwarder({
      absent: [1],
      lb: { queueDiscipline: 'codel', attempts: 1 },
    })
    for (let id = 1; id <= 12; id++) client.send(requestFrame(id))
    clock.advance(800)
    const up = listen(1)
    clock.advance(1_500)

    expect(requestsAt(up).length).toBe(12)
    expect(counters()).toMatchObject({ failed: 0, queued: 0 })
  })

  it('waits in its drain for those that wait', () => {
    const { cluster, clock, client, listen, node } = setUpForwarder({ absent: [1], lb: { attempts: 1 } })
    let done = 0
    client.send(requestFrame(1))
    clock.settle()
    node.drain(() => done++)
    client.send(bareFrame(FrameType.drain))
    clock.advance(500)
    const early = done
    const up = listen(1)
    clock.advance(1_500)
    answerAll(up)
    clock.settle()

    expect([early, done]).toEqual([0, 1])
    expect(answers(client)).toEqual(['1 hello'])
    expect(dialStranger(cluster.transport, 'sockets/lb.sock').isClosed).toBe(false)
    clock.settle()
    expect(clock.armed).toBe(0)
  })

  it('sends to one that an edit adds', () => {
    const { cluster, clock, client, listen } = setUpForwarder({ absent: [1] })
    client.send(requestFrame(1))
    clock.settle()
    const added = listen(2)
    cluster.topology = forwarderTopology({ weights: [1, 1] })
    cluster.publish()
    clock.settle()

    expect(requestsAt(added)).toHaveLength(1)
  })
})

describe('a forwarder whose attempt failed', () => {
  const IDEMPOTENT = { flags: REQUEST_IDEMPOTENT }
  const failFirst = (world: ReturnType<typeof setUpForwarder>, code: ErrorCode, isNotExecuted: boolean) => {
    const first = world.upstreams.find(upstream => requestsAt(upstream).length > 0)!
    first.last.send(errorFrame(requestsAt(first)[0]!.streamId, code, isNotExecuted))
    world.clock.settle()
    return first
  }
  const sends = (world: ReturnType<typeof setUpForwarder>) => world.upstreams.flatMap(requestsAt).length

  it.each([
    ['overload', true],
    ['shed', true],
    ['draining', true],
    ['unavailable', true],
    ['timeout', true],
  ] as const)('tries another upstream at once after %s, where nothing was executed', (name, isNotExecuted) => {
    const world = setUpForwarder({ weights: [1, 1] })
    world.client.send(requestFrame(1))
    world.clock.settle()
    failFirst(world, ErrorCode[name], isNotExecuted)

    expect(world.upstreams.map(upstream => requestsAt(upstream).length)).toEqual([1, 1])
    expect(answers(world.client)).toEqual([])
    expect(world.counters()).toMatchObject({ retried: 1 })
  })

  it.each(['application', 'timeout', 'connectionLost', 'unavailable'] as const)(
    'tries again after %s what may be executed twice, and hands the error on where it may not',
    name => {
      const [twice, once] = [IDEMPOTENT, {}].map(keys => {
        const world = setUpForwarder({ weights: [1, 1] })
        world.client.send(requestFrame(1, keys))
        world.clock.settle()
        failFirst(world, ErrorCode[name], false)
        return { sends: sends(world), answers: answers(world.client) }
      })

      expect(twice).toEqual({ sends: 2, answers: [] })
      expect(once).toEqual({ sends: 1, answers: [`1!${ErrorCode[name]}`] })
    },
  )

  it.each(['cancelled', 'expired', 'loop'] as const)('does not try again after %s', name => {
    const world = setUpForwarder({ weights: [1, 1] })
    world.client.send(requestFrame(1, IDEMPOTENT))
    world.clock.settle()
    failFirst(world, ErrorCode[name], true)

    expect(sends(world)).toBe(1)
    expect(answers(world.client)).toEqual([`1!${ErrorCode[name]}?`])
  })

  it('tries no more often than it may', () => {
    const world = setUpForwarder({ weights: [1, 1], lb: { attempts: 3 } })
    const { clock, client, upstreams, counters } = world
    for (const { last } of upstreams) {
      last.onFrameSeen = ({ type, streamId }) => {
        if (type === FrameType.request) last.send(errorFrame(streamId, ErrorCode.application))
      }
    }
    client.send(requestFrame(1, IDEMPOTENT))
    clock.advance(100)

    expect(sends(world)).toBe(3)
    expect(answers(client)).toEqual([`1!${ErrorCode.application}`])
    expect(counters()).toMatchObject({ received: 1, failed: 1, failedBy: { application: 1 }, retried: 2 })
  })

  it('asks the same upstream again only where no other is there, after a pause', () => {
    const world = setUpForwarder()
    const { clock, client } = world
    client.send(requestFrame(1, IDEMPOTENT))
    clock.settle()
    failFirst(world, ErrorCode.overload, true)
    const [atOnce, { inFlight, queued }] = [sends(world), world.counters()]
    clock.advance(5)

    expect([atOnce, inFlight, queued]).toEqual([1, 1, 1])
    expect(sends(world)).toBe(2)
    expect(world.counters()).toMatchObject({ retried: 1, queued: 0 })
  })

  it('asks one that has had the request before again only after a pause', () => {
    const world = setUpForwarder({ weights: [1, 1] })
    const { clock, client, upstreams } = world
    for (const { last } of upstreams) {
      last.onFrameSeen = ({ type, streamId }) => {
        if (type === FrameType.request) last.send(errorFrame(streamId, ErrorCode.overload, true))
      }
    }
    client.send(requestFrame(1))
    clock.settle()
    const atOnce = sends(world)
    clock.advance(15)

    expect([atOnce, sends(world)]).toEqual([2, 3])
  })

  it('goes to another that comes back during the pause', () => {
    const world = setUpForwarder({ weights: [1, 1], absent: [2] })
    const { clock, client, listen } = world
    client.send(requestFrame(1, IDEMPOTENT))
    clock.settle()
    world.cluster.edit(forwarderTopology({ weights: [1, 0] }))
    const other = listen(2)
    clock.advance(1_000)
    for (const { streamId } of requestsAt(world.up)) {
      world.up.last.send(errorFrame(streamId, ErrorCode.overload, true))
    }
    clock.settle()
    world.cluster.edit(forwarderTopology({ weights: [1, 1] }))
    clock.advance(50)

    expect(requestsAt(other)).toHaveLength(1)
  })

  it('is cancelled in the pause, and then sends nothing more', () => {
    const world = setUpForwarder()
    const { clock, client } = world
    client.send(requestFrame(1, IDEMPOTENT))
    clock.settle()
    failFirst(world, ErrorCode.overload, true)
    client.send(bareFrame(FrameType.cancel, 1))
    clock.advance(100)

    expect(sends(world)).toBe(1)
    expect(answers(client)).toEqual([`1!${ErrorCode.cancelled}?`])
    expect(world.counters()).toMatchObject({ failed: 1, inFlight: 0, queued: 0 })
  })

  it('waits with the others where nobody is there any more, and goes when somebody is', () => {
    const world = setUpForwarder()
    const { clock, client, up, listen, counters } = world
    client.send(requestFrame(1, IDEMPOTENT), requestFrame(2))
    clock.settle()
    up.close()
    up.last.connection!.destroy()
    clock.settle()
    const lost = { ...counters(), answers: answers(client) }
    const next = listen(1)
    clock.advance(100)
    answerAll(next)
    clock.settle()

    expect(lost).toMatchObject({ inFlight: 1, queued: 1, answers: [`2!${ErrorCode.connectionLost}`] })
    expect(answers(client)).toEqual([`2!${ErrorCode.connectionLost}`, '1 hello'])
    expect(counters()).toMatchObject({ answered: 1, failed: 1, retried: 1 })
  })

  it('hands the error on where the request asked not to wait', () => {
    const world = setUpForwarder()
    const { clock, client, up } = world
    client.send(requestFrame(1, { flags: REQUEST_IDEMPOTENT | REQUEST_NO_WAIT }))
    clock.settle()
    up.close()
    up.last.connection!.destroy()
    clock.settle()

    expect(answers(client)).toEqual([`1!${ErrorCode.connectionLost}`])
  })

  it('hands the error on where what is left of the deadline is shorter than the pause', () => {
    const world = setUpForwarder()
    world.client.send(requestFrame(1, { ...IDEMPOTENT, budgetMs: 100 }))
    world.clock.advance(99.5)
    failFirst(world, ErrorCode.overload, true)

    expect(answers(world.client)).toEqual([`1!${ErrorCode.overload}?`])
    expect(world.counters()).toMatchObject({ retried: 0, failedBy: { overload: 1 } })
  })

  it('hands the error on where the budget of retries is spent, and tries again when it has filled', () => {
    const world = setUpForwarder({ weights: [1, 1], lb: { retryBudget: 0, retryReserve: 1, attempts: 2 } })
    const { clock, client, upstreams, counters } = world
    for (const { last } of upstreams) {
      last.onFrameSeen = ({ type, streamId }) => {
        if (type === FrameType.request) last.send(errorFrame(streamId, ErrorCode.overload, true))
      }
    }
    for (let id = 1; id <= 50; id++) client.send(requestFrame(id))
    clock.settle()
    const atOnce = counters()
    clock.advance(5_000)
    for (let id = 51; id <= 100; id++) client.send(requestFrame(id))
    clock.settle()

    expect(atOnce).toMatchObject({ failed: 50, retried: 9 })
    expect(counters()).toMatchObject({ failed: 100, retried: 14 })
  })

  it('tries nothing again that came in one attempt’s time', () => {
    const world = setUpForwarder({ weights: [1, 1], lb: { attempts: 1 } })
    world.client.send(requestFrame(1, IDEMPOTENT))
    world.clock.settle()
    failFirst(world, ErrorCode.overload, true)

    expect(sends(world)).toBe(1)
    expect(answers(world.client)).toEqual([`1!${ErrorCode.overload}?`])
  })
})
