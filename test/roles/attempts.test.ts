/** What goes out with each attempt of a request, and what becomes of the attempts that failed. */
import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/wire/error-code.ts'
import {
  FrameType,
  REQUEST_IDEMPOTENT,
  REQUEST_NO_WAIT,
  readAttempt,
  readBudgetMs,
  readHops,
  readKeyHash,
  readRequestFlags,
} from '../../src/wire/frame.ts'
import { answers, requestsAt, setUpForwarder } from '../support/forwarder.ts'
import { bareFrame, errorFrame, payloadOf, requestFrame, responseFrame, type SeenFrame } from '../support/stranger.ts'

const headOf = ({ bytes }: SeenFrame) => ({
  budgetMs: readBudgetMs(bytes, 0),
  keyHash: readKeyHash(bytes, 0),
  attempt: readAttempt(bytes, 0),
  hops: readHops(bytes, 0),
  flags: readRequestFlags(bytes, 0),
})

/** Sends one idempotent request; gives the requests that each upstream has had since. */
function setUp(keys: Parameters<typeof setUpForwarder>[0] = {}, request: Parameters<typeof requestFrame>[1] = {}) {
  const world = setUpForwarder(keys)
  const { clock, client, upstreams } = world
  client.send(requestFrame(1, { flags: REQUEST_IDEMPOTENT, ...request }))
  clock.settle()
  const at = (upstream: number) => requestsAt(upstreams[upstream - 1]!)
  const turn = at(1).length > 0 ? [1, 2] : [2, 1]
  /** The upstream that got the first attempt, and the other one. */
  const [first, second] = turn.map(number => upstreams[number - 1]!) as [typeof world.up, typeof world.up]
  return { ...world, at, first, second }
}

describe('an attempt', () => {
  it('has what is left of the deadline, and no more than the limit of one attempt, each time', () => {
    const { clock, first, second } = setUp({ weights: [1, 1], lb: { attemptTimeout: '200ms' } }, { budgetMs: 350 })
    clock.advance(200)

    expect(headOf(requestsAt(first)[0]!).budgetMs).toBe(200)
    expect(headOf(requestsAt(second)[0]!).budgetMs).toBe(150)
  })

  it('has all that is left where there is only one', () => {
    const { up } = setUp({ lb: { attempts: 1, attemptTimeout: '200ms' } }, { budgetMs: 350 })

    expect(headOf(requestsAt(up)[0]!).budgetMs).toBe(350)
  })

  it('carries the same request with its number, one hop more than came, and its own id', () => {
    const { clock, first, second } = setUp({ weights: [1, 1] }, { keyHash: 77, hops: 3, attempt: 2, payload: 'same' })
    const [one] = requestsAt(first)
    first.last.send(errorFrame(one!.streamId, ErrorCode.application))
    clock.settle()
    const [two] = requestsAt(second)

    expect([headOf(one!), headOf(two!)]).toMatchObject([
      { keyHash: 77, attempt: 2, hops: 4 },
      { keyHash: 77, attempt: 3, hops: 4 },
    ])
    expect([payloadOf(one!), payloadOf(two!)]).toEqual(['same', 'same'])
    expect(two!.streamId).not.toBe(one!.streamId)
  })

  it('asks not to be kept waiting while another upstream is there and an attempt is left', () => {
    const flagsWith = (weights: number[], attempts: number) => {
      const { upstreams } = setUp({ weights, lb: { attempts } })
      return headOf(upstreams.flatMap(requestsAt)[0]!).flags
    }

    expect(flagsWith([1, 1], 3)).toBe(REQUEST_IDEMPOTENT | REQUEST_NO_WAIT)
    expect(flagsWith([1, 1], 1)).toBe(REQUEST_IDEMPOTENT)
    expect(flagsWith([1], 3)).toBe(REQUEST_IDEMPOTENT)
  })

  it('has all the time there is, and may wait, where no retry could be paid for: giving it up would gain nothing', () => {
    const lb = { attemptTimeout: '100ms', retryBudget: 0, retryReserve: 0 }
    const { clock, client, upstreams } = setUp({ weights: [1, 1], lb })
    clock.advance(1_000)
    const upstream = upstreams.find(each => requestsAt(each).length > 0)!
    const [request] = requestsAt(upstream)
    upstream.last.send(responseFrame(request!.streamId))
    clock.settle()

    expect([headOf(request!).flags, headOf(request!).budgetMs]).toEqual([REQUEST_IDEMPOTENT, 5_000])
    expect(answers(client)).toEqual(['1 hello'])
  })

  it('passes the wish not to be kept waiting on where it came with the request', () => {
    const { up } = setUp({}, { flags: REQUEST_NO_WAIT })

    expect(headOf(requestsAt(up)[0]!).flags).toBe(REQUEST_NO_WAIT)
  })

  it('may wait where everybody else has had the request already', () => {
    const { clock, first, second } = setUp({ weights: [1, 1], lb: { attempts: 5 } })
    first.last.send(errorFrame(requestsAt(first)[0]!.streamId, ErrorCode.unavailable, true))
    clock.settle()

    expect(headOf(requestsAt(second)[0]!).flags).toBe(REQUEST_IDEMPOTENT)
  })

  it('goes to the third of three upstreams when two have failed it', () => {
    const { clock, upstreams } = setUp({ weights: [1, 1, 1], lb: { policy: 'random' } })
    for (const { last } of upstreams) {
      last.onFrameSeen = ({ type, streamId }) => {
        if (type === FrameType.request) last.send(errorFrame(streamId, ErrorCode.application))
      }
    }
    const first = upstreams.find(upstream => requestsAt(upstream).length > 0)!
    first.last.send(errorFrame(requestsAt(first)[0]!.streamId, ErrorCode.application))
    clock.settle()

    expect(upstreams.map(upstream => requestsAt(upstream).length)).toEqual([1, 1, 1])
  })

  it('that is the last one may wait', () => {
    const { clock, first, second } = setUp({ weights: [1, 1], lb: { attempts: 2 } })
    first.last.send(errorFrame(requestsAt(first)[0]!.streamId, ErrorCode.unavailable, true))
    clock.settle()

    expect(headOf(requestsAt(second)[0]!).flags).toBe(REQUEST_IDEMPOTENT)
  })

  it.each([2_000_000, 65_536, 1_000])(
    'sends a megabyte again, byte for byte, that came in chunks of %i',
    chunkBytes => {
      const payload = 'abcdefgh'.repeat(131_072)
      const { clock, client, upstreams } = setUpForwarder({ weights: [1, 1] })
      const bytes = requestFrame(1, { flags: REQUEST_IDEMPOTENT, payload })
      for (let at = 0; at < bytes.length; at += chunkBytes) client.send(bytes.subarray(at, at + chunkBytes))
      clock.settle()
      const first = upstreams.find(upstream => requestsAt(upstream).length > 0)!
      const second = upstreams.find(upstream => upstream !== first)!
      first.last.connection!.destroy()
      clock.settle()
      const [again] = requestsAt(second)
      second.last.send(responseFrame(again!.streamId, payloadOf(again!)))
      clock.settle()

      expect(payloadOf(again!) === payload).toBe(true)
      expect(answers(client)).toEqual([`1 ${payload}`])
    },
  )

  it('leaves the bytes of the attempt before alone, which may still wait in a connection', () => {
    const { clock, client, upstreams } = setUpForwarder({ weights: [1, 1], lb: { attemptTimeout: '100ms' } })
    for (const { last } of upstreams) last.connection!.pauseReading()
    const payloads = Array.from({ length: 12 }, (_, i) => String.fromCharCode(97 + i).repeat(60_000))
    payloads.forEach((payload, i) => {
      client.send(requestFrame(i + 1, { flags: REQUEST_IDEMPOTENT, payload }))
      clock.settle()
    })
    clock.advance(150)
    for (const { last } of upstreams) last.connection!.resumeReading()
    clock.settle()
    const seen = upstreams.flatMap(requestsAt)

    expect(seen).toHaveLength(24)
    for (const frame of seen) expect(payloads.includes(payloadOf(frame))).toBe(true)
    expect(seen.map(frame => readAttempt(frame.bytes, 0)).sort()).toEqual([...Array(12).fill(1), ...Array(12).fill(2)])
    expect(new Set(seen.map(({ streamId }) => streamId)).size).toBe(24)
  })
})

describe('an attempt whose time is up', () => {
  it('is taken back, and its late answer counts and goes nowhere, while another upstream has the request', () => {
    const { clock, client, first, second, counters } = setUp({ weights: [1, 1], lb: { attemptTimeout: '100ms' } })
    clock.advance(99)
    const early = requestsAt(second).length
    clock.advance(1)
    const [one] = requestsAt(first)
    const [two] = requestsAt(second)
    first.last.send(responseFrame(one!.streamId, 'late'))
    clock.settle()
    const meanwhile = answers(client)
    second.last.send(responseFrame(two!.streamId, 'in time'))
    clock.settle()

    expect(early).toBe(0)
    expect(first.last.seen(FrameType.cancel).map(({ streamId }) => streamId)).toEqual([one!.streamId])
    expect(meanwhile).toEqual([])
    expect(answers(client)).toEqual(['1 in time'])
    expect(counters()).toMatchObject({ received: 1, answered: 1, late: 1, retried: 1 })
    expect(first.last.isClosed).toBe(false)
  })

  it('is followed on the same link by one of another id, after its CANCEL, where the others have gone', () => {
    const { clock, client, first: up, second, counters } = setUp({ weights: [1, 1], lb: { attemptTimeout: '100ms' } })
    second.close()
    second.last.connection!.end()
    clock.advance(150)
    const story = up.last.frames.filter(({ streamId }) => streamId !== 0).map(({ type, streamId }) => [type, streamId])
    const [one, two] = requestsAt(up).map(({ streamId }) => streamId)
    up.last.send(responseFrame(one!, 'late'), responseFrame(two!, 'in time'))
    clock.settle()

    expect(story).toEqual([
      [FrameType.request, one],
      [FrameType.cancel, one],
      [FrameType.request, two],
    ])
    expect(two! & 0xffff).toBe(one! & 0xffff)
    expect(answers(client)).toEqual(['1 in time'])
    expect(counters()).toMatchObject({ answered: 1, late: 1, retried: 1, inFlight: 0 })
    expect(up.last.isClosed).toBe(false)
  })

  it('comes no earlier than the deadline where the request must not be executed twice', () => {
    const keys = { weights: [1, 1], lb: { attemptTimeout: '100ms' } }
    const { clock, client, up, counters } = setUp(keys, { flags: 0, budgetMs: 300 })
    clock.advance(299)
    const early = answers(client)
    clock.advance(1)

    expect(early).toEqual([])
    expect(answers(client)).toEqual([`1!${ErrorCode.timeout}`])
    expect(counters()).toMatchObject({ failed: 1, failedBy: { timeout: 1 }, retried: 0 })
    expect(up.last.isClosed).toBe(false)
  })

  it('is no reset in the eyes of whoever counts them', () => {
    const { clock, client, upstreams, counters } = setUpForwarder({
      weights: [1, 1],
      lb: { attemptTimeout: '1s', retryReserve: 1_000 },
    })
    for (let i = 0; i < 900; i++) client.send(requestFrame(i + 1, { flags: REQUEST_IDEMPOTENT, budgetMs: 1_500 }))
    for (const { last } of upstreams) last.isAutomatic = true
    clock.advance(1_600)

    expect(counters()).toMatchObject({ received: 900, failed: 900, retried: 900, protocolErrors: 0 })
    expect(upstreams.map(({ links }) => links.length)).toEqual([1, 1])
    expect(upstreams.map(({ last }) => last.seen(FrameType.cancel).length)).toEqual([900, 900])
  })

  it('does not outlive a CANCEL that came before', () => {
    const { clock, client, first, second, counters } = setUp({ weights: [1, 1], lb: { attemptTimeout: '100ms' } })
    clock.advance(50)
    client.send(bareFrame(FrameType.cancel, 1))
    clock.advance(200)

    expect(requestsAt(second)).toEqual([])
    expect(first.last.seen(FrameType.cancel)).toHaveLength(1)
    expect(counters()).toMatchObject({ failed: 1, failedBy: { cancelled: 1 }, retried: 0 })
  })
})
