/** What a downstream hears at the end of a request that was sent more than once. */
import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/wire/error-code.ts'
import { FrameType, REQUEST_IDEMPOTENT } from '../../src/wire/frame.ts'
import { answers, requestsAt, setUpForwarder } from '../support/forwarder.ts'
import { bareFrame, errorFrame, requestFrame, responseFrame } from '../support/stranger.ts'

/** Two upstreams and an idempotent request, whose first attempt has ended with that error. */
function sentTwice(code: ErrorCode, isNotExecuted: boolean, lb: Record<string, unknown> = {}) {
  const world = setUpForwarder({ weights: [1, 1], lb })
  const { clock, client, upstreams } = world
  client.send(requestFrame(1, { flags: REQUEST_IDEMPOTENT }))
  clock.settle()
  const first = upstreams.find(upstream => requestsAt(upstream).length > 0)!
  const second = upstreams.find(upstream => upstream !== first)!
  first.last.send(errorFrame(requestsAt(first)[0]!.streamId, code, isNotExecuted))
  clock.settle()
  const [again] = requestsAt(second)
  return { ...world, first, second, again: again! }
}

describe('a request that ends after a second attempt', () => {
  it('is answered once, and counts as answered', () => {
    const { clock, client, second, again, counters } = sentTwice(ErrorCode.overload, true)
    second.last.send(responseFrame(again.streamId, 'yes'))
    clock.settle()

    expect(answers(client)).toEqual(['1 yes'])
    expect(counters()).toMatchObject({ received: 1, answered: 1, failed: 0, retried: 1 })
  })

  it('ends with the last error, as not executed where no attempt was', () => {
    const { clock, client, second, again, counters } = sentTwice(ErrorCode.overload, true, { attempts: 2 })
    second.last.send(errorFrame(again.streamId, ErrorCode.draining, true))
    clock.settle()

    expect(answers(client)).toEqual([`1!${ErrorCode.draining}?`])
    expect(counters()).toMatchObject({ failed: 1, failedBy: { draining: 1 }, retried: 1 })
  })

  it('is not called not executed where an attempt before the last may have been', () => {
    const { clock, client, second, again } = sentTwice(ErrorCode.application, false, { attempts: 2 })
    second.last.send(errorFrame(again.streamId, ErrorCode.overload, true))
    clock.settle()

    expect(answers(client)).toEqual([`1!${ErrorCode.overload}`])
  })

  it('is not called not executed either where it waited for its second attempt until the deadline', () => {
    const { clock, client, up, counters } = setUpForwarder()
    client.send(requestFrame(1, { flags: REQUEST_IDEMPOTENT, budgetMs: 300 }))
    clock.settle()
    up.close()
    up.last.connection!.destroy()
    clock.advance(300)

    expect(answers(client)).toEqual([`1!${ErrorCode.timeout}`])
    expect(counters()).toMatchObject({ failed: 1, failedBy: { timeout: 1 }, retried: 0, queued: 0 })
  })

  it('is cancelled in its second attempt, and only there', () => {
    const { clock, client, first, second, again, counters } = sentTwice(ErrorCode.overload, true)
    client.send(bareFrame(FrameType.cancel, 1))
    clock.settle()

    expect(first.last.seen(FrameType.cancel)).toEqual([])
    expect(second.last.seen(FrameType.cancel).map(({ streamId }) => streamId)).toEqual([again.streamId])
    expect(answers(client)).toEqual([`1!${ErrorCode.cancelled}`])
    expect(counters()).toMatchObject({ failed: 1, failedBy: { cancelled: 1 }, inFlight: 0 })
  })
})
