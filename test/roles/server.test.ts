/** A server alone, asked by strangers who speak frames by hand. */
import { describe, expect, it } from 'vitest'
import { lifeViolations } from '../../src/stats/laws.ts'
import { ErrorCode } from '../../src/wire/error-code.ts'
import { FLAG_NOT_EXECUTED, FrameType } from '../../src/wire/frame.ts'
import { Cluster } from '../support/cluster.ts'
import { bareFrame, bodyOf, dialStranger, requestFrame, type Stranger } from '../support/stranger.ts'
import { topologyOf } from '../support/topology.ts'

const ID = 'server-1'

function setUp(keys: Record<string, unknown> = {}) {
  const topology = topologyOf({ servers: [{ id: ID, ...keys }] })
  const cluster = new Cluster(topology, { only: [ID] })
  const open = (name?: string) => {
    const stranger = dialStranger(cluster.transport, 'sockets/server-1.sock', name)
    cluster.clock.settle()
    stranger.sayHello()
    cluster.clock.settle()
    stranger.forget()
    return stranger
  }
  const counters = () => {
    const now = cluster.node(ID).counters()
    expect(lifeViolations(ID, 'server', now)).toEqual([])
    return now
  }
  /** Another server spec for the running one. */
  const apply = (changed: Record<string, unknown>) => {
    cluster.edit(topologyOf({ servers: [{ id: ID, ...keys, ...changed }] }))
    cluster.clock.settle()
  }
  return { cluster, clock: cluster.clock, open, counters, apply, client: open() }
}

/** The answers so far as `id`, `id!code`, and `id!code?` where it was not executed. */
function answers(stranger: Stranger): string[] {
  return stranger.frames
    .filter(({ streamId }) => streamId !== 0)
    .map(({ streamId, type, code, flags }) => {
      if (type === FrameType.response) return `${streamId}`
      return `${streamId}!${code}${flags & FLAG_NOT_EXECUTED ? '?' : ''}`
    })
}

function ask(stranger: Stranger, ...ids: number[]): void {
  stranger.send(Buffer.concat(ids.map(id => requestFrame(id, { payload: `payload ${id}` }))))
}

describe('a server', () => {
  it('says once that it listens', () => {
    const { cluster } = setUp()

    expect(cluster.life(ID).ready).toEqual([null])
  })

  it('without service time answers in the turn, with the payload that came, in one write', () => {
    const { clock, client, counters } = setUp()
    ask(client, 1, 2, 3)
    clock.settle()

    expect(client.frames.map(bodyOf)).toEqual(['payload 1', 'payload 2', 'payload 3'])
    expect(client.chunks).toHaveLength(1)
    expect(clock.nowMs()).toBe(0)
    expect(counters()).toMatchObject({ received: 3, answered: 3, inFlight: 0 })
  })

  it('answers after its service time', () => {
    const { clock, client, counters } = setUp({ serviceTime: '10ms' })
    ask(client, 1)
    clock.advance(9.9)
    const early = [answers(client), counters().inFlight]
    clock.advance(0.1)

    expect(early).toEqual([[], 1])
    expect(client.frames.map(bodyOf)).toEqual(['payload 1'])
    expect(counters()).toMatchObject({ received: 1, answered: 1, inFlight: 0 })
  })

  it('serves as many at a time as its concurrency, the rest in their order', () => {
    const { clock, client } = setUp({ serviceTime: '10ms', concurrency: 2 })
    ask(client, 1, 2, 3, 4, 5)
    const steps = [10, 10, 10].map(ms => {
      clock.advance(ms)
      return answers(client)
    })

    expect(steps).toEqual([
      ['1', '2'],
      ['1', '2', '3', '4'],
      ['1', '2', '3', '4', '5'],
    ])
  })

  it('rejects at once what its queue has no room for, as not executed', () => {
    const { clock, client, counters } = setUp({ serviceTime: '10ms', concurrency: 1, queue: 2 })
    ask(client, 1, 2, 3, 4, 5)
    clock.settle()
    const early = answers(client)
    clock.advance(30)

    expect(early).toEqual([`4!${ErrorCode.overload}?`, `5!${ErrorCode.overload}?`])
    expect(answers(client).slice(2)).toEqual(['1', '2', '3'])
    expect(counters()).toMatchObject({ received: 5, answered: 3, rejected: 2, rejectedBy: { overload: 2 } })
  })

  it('with a queue of 0 takes what it can run and no more', () => {
    const { clock, client } = setUp({ serviceTime: '10ms', concurrency: 2, queue: 0 })
    ask(client, 1, 2, 3)
    clock.advance(10)

    expect(answers(client)).toEqual([`3!${ErrorCode.overload}?`, '1', '2'])
  })

  it('rejects what has expired on arrival', () => {
    const { clock, client, counters } = setUp()
    client.send(requestFrame(1, { budgetMs: 0 }))
    clock.settle()

    expect(answers(client)).toEqual([`1!${ErrorCode.expired}?`])
    expect(counters()).toMatchObject({ received: 1, rejected: 1, rejectedBy: { expired: 1 } })
  })

  it('answers at its deadline what expired in the queue, gives its place to another, and never starts it', () => {
    const { clock, client, counters } = setUp({ serviceTime: '100ms', concurrency: 1, queue: 1 })
    client.send(requestFrame(1), requestFrame(2, { budgetMs: 50 }))
    clock.advance(52)
    const [atDeadline, queued] = [answers(client), counters().queued]
    client.send(requestFrame(3, { budgetMs: 250 }))
    clock.advance(148)

    expect(atDeadline).toEqual([`2!${ErrorCode.timeout}?`])
    expect(queued).toBe(0)
    expect(answers(client).slice(1)).toEqual(['1', '3'])
    expect(counters()).toMatchObject({ received: 3, answered: 2, failed: 1, failedBy: { timeout: 1 }, queued: 0 })
  })

  it('never starts expired work, though its own clock stood still over the deadline', () => {
    // Every execution ends in an application error, so they can be counted.
    const { clock, client, counters } = setUp({ serviceTime: '100ms', concurrency: 1, errorRate: 1 })
    ask(client, 1)
    for (let id = 2; id <= 41; id++) client.send(requestFrame(id, { budgetMs: 90 }))
    ask(client, 42)
    clock.settle()
    clock.stall(100)
    clock.advance(101)

    expect(counters()).toMatchObject({ failedBy: { application: 2, timeout: 40 }, inFlight: 0, queued: 0 })
  })

  it('under codel sheds what waited beyond the target, as not executed, once its queue has stood for an interval', () => {
    const { clock, client, counters } = setUp({ serviceTime: '50ms', concurrency: 1, queueDiscipline: 'codel' })
    ask(client, 1, 2, 3, 4, 5)
    clock.advance(98)
    const before = answers(client)
    ask(client, 6)
    clock.advance(2)
    const after = answers(client).slice(before.length)
    clock.advance(50)

    expect(before).toEqual(['1'])
    expect(after).toEqual(['2', `3!${ErrorCode.shed}?`, `4!${ErrorCode.shed}?`, `5!${ErrorCode.shed}?`])
    expect(answers(client).slice(5)).toEqual(['6'])
    expect(counters()).toMatchObject({ received: 6, answered: 3, failed: 3, failedBy: { shed: 3 }, queued: 0 })
  })

  it('sheds nobody while no place comes free; the deadline ends those that wait', () => {
    const { clock, client, counters } = setUp({ serviceTime: '1h', concurrency: 1, queueDiscipline: 'codel' })
    ask(client, 1)
    for (let id = 2; id <= 10; id++) client.send(requestFrame(id, { budgetMs: 2_000 }))
    clock.advance(1_990)
    const before = answers(client)
    clock.advance(12)

    expect(before).toEqual([])
    expect(counters()).toMatchObject({ failedBy: { timeout: 9 }, inFlight: 1, queued: 0 })
  })

  it.each([0, 2])('with service time %i ms fails its share of requests, the same ones in every run', serviceMs => {
    const run = () => {
      const { clock, client, counters } = setUp({ errorRate: 0.2, serviceTime: `${serviceMs}ms`, queue: 65_535 })
      for (let i = 0; i < 1_000; i++) ask(client, i + 1)
      clock.advance(1_000)
      const { failed, failedBy, answered } = counters()
      expect(failed + answered).toBe(1_000)
      expect(failedBy).toEqual({ application: failed })
      return answers(client)
    }
    const first = run()
    const failures = first.filter(answer => answer.includes(`!${ErrorCode.application}`))

    expect(failures.length).toBeGreaterThan(150)
    expect(failures.length).toBeLessThan(250)
    // An application error was executed: nobody may send it again for safety's sake.
    expect(failures.some(answer => answer.endsWith('?'))).toBe(false)
    expect(run()).toEqual(first)
  })

  it('forgets at once what is cancelled in the queue', () => {
    const { clock, client, counters } = setUp({ serviceTime: '10ms', concurrency: 1, queue: 1 })
    ask(client, 1, 2)
    client.send(bareFrame(FrameType.cancel, 2))
    clock.settle()
    const cancelled = answers(client)
    // Its place in the queue is free for another.
    ask(client, 3)
    clock.advance(20)

    expect(cancelled).toEqual([`2!${ErrorCode.cancelled}?`])
    expect(answers(client).slice(1)).toEqual(['1', '3'])
    expect(counters()).toMatchObject({ received: 3, answered: 2, failed: 1, failedBy: { cancelled: 1 } })
  })

  it('is not filled by requests that were cancelled while they waited, however many', () => {
    const { clock, open } = setUp({ serviceTime: '1h', concurrency: 1 })
    const client = open('lb') // a node in front of it may cancel what it likes
    const other = open()
    ask(client, 1)
    for (let n = 0; n < 70; n++) {
      const pair = [requestFrame(2), bareFrame(FrameType.cancel, 2)]
      client.send(Buffer.concat(Array.from({ length: 1_000 }, () => pair).flat()))
      clock.settle()
    }
    ask(other, 1)
    clock.settle()

    expect(answers(client)).toHaveLength(70_000)
    expect(answers(other)).toEqual([])
  })

  it('cannot stop what runs: it is answered as cancelled now and keeps its place until it is done', () => {
    const { clock, client, counters } = setUp({ serviceTime: '10ms', concurrency: 1 })
    ask(client, 1, 2)
    client.send(bareFrame(FrameType.cancel, 1))
    clock.advance(9)
    const early = answers(client)
    const inFlight = counters().inFlight
    clock.advance(11)

    expect(early).toEqual([`1!${ErrorCode.cancelled}`])
    expect(inFlight).toBe(1)
    expect(answers(client)).toEqual([`1!${ErrorCode.cancelled}`, '2'])
  })

  it('ignores a CANCEL that crossed with the answer, or of another use of the place', () => {
    const { clock, client, counters } = setUp({ serviceTime: '10ms' })
    ask(client, 1)
    client.send(bareFrame(FrameType.cancel, 9), bareFrame(FrameType.cancel, 0x10001))
    clock.advance(10)
    client.send(bareFrame(FrameType.cancel, 1))
    clock.settle()

    expect(answers(client)).toEqual(['1'])
    expect(client.isClosed).toBe(false)
    expect(counters().failed).toBe(0)
  })

  it('takes a stream id again at once after its CANCEL', () => {
    const { clock, client } = setUp({ serviceTime: '10ms' })
    client.send(requestFrame(1), bareFrame(FrameType.cancel, 1), requestFrame(0x10001))
    clock.advance(10)

    expect(answers(client)).toEqual([`1!${ErrorCode.cancelled}`, '65537'])
  })

  it('cancels the work of a downstream that is gone, and goes on for others', () => {
    const { clock, client, open, counters } = setUp({ serviceTime: '10ms', concurrency: 1 })
    const other = open()
    ask(client, 1, 2, 3)
    clock.settle()
    ask(other, 1)
    client.connection!.destroy()
    clock.advance(20)

    expect(answers(other)).toEqual(['1'])
    expect(counters()).toMatchObject({
      received: 4,
      answered: 1,
      failed: 3,
      failedBy: { cancelled: 3 },
      connections: 1,
    })
  })

  it.each([1, 0x10001])('breaks with who uses the place of a live stream again (as %i)', streamId => {
    const { clock, client, open, counters } = setUp({ serviceTime: '10ms' })
    const other = open()
    ask(client, 1)
    ask(other, 1)
    client.send(requestFrame(streamId))
    clock.advance(10)

    expect(client.seen(FrameType.error).map(({ streamId: id, code }) => [id, code])).toEqual([[0, ErrorCode.protocol]])
    expect(client.closes).toHaveLength(1)
    expect(answers(other)).toEqual(['1'])
    expect(counters()).toMatchObject({
      received: 3,
      answered: 1,
      failedBy: { cancelled: 1 },
      rejectedBy: { protocol: 1 },
      protocolErrors: 1,
    })
  })

  it('drains: finishes what it has and what crossed, answers, closes, gives the address back', () => {
    const { cluster, clock, client, counters } = setUp({ serviceTime: '10ms', concurrency: 1 })
    let done = 0
    ask(client, 1)
    clock.settle()
    cluster.node(ID).drain(() => done++)
    ask(client, 2)
    client.send(bareFrame(FrameType.drain))
    clock.advance(19)
    const early = done
    clock.advance(1)

    expect(early).toBe(0)
    expect(done).toBe(1)
    expect(answers(client)).toEqual(['1', '2'])
    expect(client.seen(FrameType.drain)).toHaveLength(1)
    expect(client.closes).toEqual([{ cause: 'ended', detail: '' }])
    expect(counters()).toMatchObject({ received: 2, answered: 2 })
    const late = dialStranger(cluster.transport, 'sockets/server-1.sock')
    clock.settle()
    expect(late.closes[0]?.cause).toBe('refused')
    expect(clock.armed).toBe(0)
  })

  it('does not wait in a drain for work that nobody wants', () => {
    const { cluster, clock, client } = setUp({ serviceTime: '1s' })
    let done = 0
    ask(client, 1)
    client.send(bareFrame(FrameType.cancel, 1))
    clock.settle()
    cluster.node(ID).drain(() => done++)
    client.connection!.end()
    clock.settle()

    expect(done).toBe(1)
    expect(clock.armed).toBe(0)
  })

  it('changes while it runs: what runs keeps its service time, more concurrency starts what waits', () => {
    const { clock, client, apply } = setUp({ serviceTime: '50ms', concurrency: 1 })
    ask(client, 1, 2, 3, 4)
    clock.advance(20)
    apply({ serviceTime: '10ms', concurrency: 3 })
    clock.advance(10)
    const soon = answers(client)
    clock.advance(20)

    expect(soon).toEqual(['2', '3'])
    expect(answers(client)).toEqual(['2', '3', '4', '1'])
  })

  it('changes its queue while it runs: the room, the discipline, the target and the interval', () => {
    const { clock, client, apply, counters } = setUp({ serviceTime: '50ms', concurrency: 1, queue: 2 })
    ask(client, 1, 2, 3, 4)
    clock.settle()
    const small = answers(client)
    apply({ queue: 4 })
    ask(client, 5, 6, 7)
    clock.settle()
    const larger = answers(client).slice(small.length)
    clock.advance(40)
    apply({ queue: 4, queueDiscipline: 'codel', queueTarget: '45ms', queueInterval: '60ms' })
    clock.advance(10)
    const young = answers(client).slice(2)
    clock.advance(50)

    expect(small).toEqual([`4!${ErrorCode.overload}?`])
    expect(larger).toEqual([`7!${ErrorCode.overload}?`])
    // At 50 ms the queue is younger than the interval; at 100 ms it is not, and only the last is spared.
    expect(young).toEqual(['1'])
    expect(answers(client).slice(3)).toEqual(['2', `3!${ErrorCode.shed}?`, `5!${ErrorCode.shed}?`])
    expect(counters().queued).toBe(0)
    clock.advance(50)
    expect(answers(client).slice(6)).toEqual(['6'])
  })

  it('keeps its order when its service time becomes 0 with work under way', () => {
    const { clock, client, apply, counters } = setUp({ serviceTime: '50ms', concurrency: 1 })
    ask(client, 1, 2)
    clock.advance(20)
    apply({ serviceTime: '0ms' })
    ask(client, 3)
    clock.advance(30)
    ask(client, 4)
    clock.settle()

    expect(answers(client)).toEqual(['1', '2', '3', '4'])
    expect(counters().answered).toBe(4)
  })

  it('does not break with a downstream amid a frame because it was stopped itself', () => {
    const { clock, client, counters } = setUp()
    client.send(requestFrame(1).subarray(0, 20))
    clock.settle()
    clock.stall(6_000)
    clock.advance(10)
    client.send(requestFrame(1).subarray(20))
    clock.advance(1_000)

    expect(answers(client)).toEqual(['1'])
    expect(counters().protocolErrors).toBe(0)
  })

  it('stops at once and leaves nothing behind', () => {
    const { cluster, clock, client } = setUp({ serviceTime: '50ms' })
    ask(client, 1)
    clock.settle()
    cluster.node(ID).stop()
    clock.advance(1_000)

    expect(client.closes).toHaveLength(1)
    expect(answers(client)).toEqual([])
    expect(clock.armed).toBe(0)
  })

  it('tells the times of what it answered', () => {
    const { clock, client, counters } = setUp({ serviceTime: '10ms', concurrency: 1 })
    ask(client, 1, 2)
    clock.advance(20)
    const pairs = counters().latency
    const total = pairs.filter((_, i) => i % 2 === 1).reduce((sum, count) => sum + count, 0)

    expect(total).toBe(2)
    expect(pairs).toHaveLength(4)
  })

  it('serves on beside 1 200 strangers who never say HELLO, and closes them after 2 s', () => {
    const { cluster, clock, client } = setUp()
    const crowd = Array.from({ length: 1_200 }, () => dialStranger(cluster.transport, 'sockets/server-1.sock'))
    clock.advance(1_000)
    ask(client, 1)
    clock.settle()
    const during = answers(client)
    clock.advance(1_000)

    expect(during).toEqual(['1'])
    expect(crowd.every(stranger => stranger.isClosed)).toBe(true)
  })
})
