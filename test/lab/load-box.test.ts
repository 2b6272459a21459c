import { describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { CutShort, DRAIN_MS_MAX, loadBox } from '../../src/lab/load-box.ts'
import type { LoadPlan, LoadTarget } from '../../src/lab/load-plan.ts'
import { ErrorCode } from '../../src/wire/error-code.ts'
import { makeVirtualClock } from '../support/virtual-clock.ts'

const PLAN: LoadPlan = {
  loop: 'open',
  rate: 1_000,
  shape: { kind: 'constant' },
  arrivals: 'uniform',
  outstanding: 0,
  keys: null,
  warmUpMs: 500,
  durationMs: 2_000,
}

type Answer = { readonly afterMs: number; readonly code?: number }

/** A target that ends the i-th request as the function says; null: never. */
class TestTarget implements LoadTarget {
  readonly clock = makeVirtualClock()
  onOutcome: LoadTarget['onOutcome'] = null
  readonly planned: number[] = []
  readonly keys: (number | undefined)[] = []
  pending = 0
  pendingMax = 0
  private readonly answer: (i: number, nowMs: number) => Answer | null

  constructor(answer: (i: number, nowMs: number) => Answer | null) {
    this.answer = answer
  }

  send(plannedMs: number, nowMs: number, keyHash?: number): void {
    this.keys.push(keyHash)
    const answer = this.answer(this.planned.push(plannedMs) - 1, nowMs)
    this.pendingMax = Math.max(this.pendingMax, ++this.pending)
    if (!answer) return
    const end = () => {
      this.pending--
      this.onOutcome?.(answer.code ?? 0, plannedMs, this.clock.nowMs() - plannedMs, this.clock.nowMs() - nowMs)
    }
    if (answer.afterMs === 0) end()
    else this.clock.after(answer.afterMs, end)
  }

  /** The box, once so much time has passed. */
  async run(plan: Partial<LoadPlan>, ms: number) {
    const box = loadBox(this, { ...PLAN, ...plan }, { clock: this.clock, rng: makeRng('box') })
    this.clock.advance(ms)
    return (await box).round
  }
}

const steady = (afterMs: number) => new TestTarget(() => ({ afterMs }))

/** One at a time, each for so long: 1000 / serviceMs a second, and no more. */
function makeQueue(serviceMs: number): TestTarget {
  let freeMs = 0
  return new TestTarget((_, nowMs) => {
    freeMs = Math.max(freeMs, nowMs) + serviceMs
    return { afterMs: freeMs - nowMs }
  })
}

describe('an open round', () => {
  it('counts what was planned in its 2 s, and neither its warm-up nor the doubts of a quiet machine', async () => {
    const target = steady(3)
    const round = await target.run({}, 2_600)

    expect(Math.abs(round.sent - 2_000)).toBeLessThanOrEqual(1)
    expect(target.planned.length).toBe(2_500)
    expect([round.answered, round.failed, round.doubts]).toEqual([round.sent, 0, []])
    expect(round.perSecond).toBeCloseTo(1_000, -1)
    expect(round.elapsedMs).toBeCloseTo(2_000, 6)
    expect(Math.round(round.response!.p50Us / 10)).toBe(300)
    expect(round.lagUs).toEqual({ p50: 0, p99: 0, max: 0 })
  })

  it('drops a slow warm-up, however late its requests are answered', async () => {
    const round = await new TestTarget((_, nowMs) => ({ afterMs: nowMs < 500 ? 700 : 2 })).run({}, 2_600)

    expect(round.sent).toBeGreaterThan(1_990)
    expect(round.response!.maxUs).toBeLessThan(2_100)
  })

  it('waits for what it left outstanding, and counts it', async () => {
    const target = new TestTarget((_, nowMs) => ({ afterMs: nowMs > 2_400 ? 5_000 : 1 }))
    const round = await target.run({}, 7_600)

    expect(target.pending).toBe(0)
    expect(round.answered).toBe(round.sent)
    expect(round.response!.maxUs).toBeGreaterThan(4_900_000)
    expect(round.elapsedMs).toBeCloseTo(2_000, 6)
  })

  it('does not wait for ever: what never ends has failed', async () => {
    const target = new TestTarget(i => (i % 200 === 50 ? null : { afterMs: 1 }))
    const round = await target.run({}, 2_500 + DRAIN_MS_MAX)

    expect(round.failed).toBe(10)
    expect(round.doubts).toEqual([`10 of ${round.sent} requests failed (unanswered 10)`])
    expect(target.onOutcome).toBeNull()
  })

  it('tells failures by reason, and leaves them out of the times', async () => {
    const failures = [ErrorCode.connectionLost, ErrorCode.application, ErrorCode.application]
    const target = new TestTarget(i => (i % 100 < 3 ? { afterMs: 900, code: failures[i % 100]! } : { afterMs: 1 }))
    const round = await target.run({}, 4_000)

    expect([round.failed, round.answered + round.failed]).toEqual([60, round.sent])
    expect(round.doubts).toEqual([`60 of ${round.sent} requests failed (application 40, connectionLost 20)`])
    expect(round.response!.maxUs).toBeLessThan(1_100)
  })

  it('is saturated where 800 a second are answered of 1000, and the rate is that of its own time', async () => {
    const round = await makeQueue(1.25).run({}, 6_000)

    expect(round.answered).toBe(round.sent)
    expect(round.perSecond).toBeCloseTo(800, -1)
    expect(round.doubts[0]).toMatch(/^saturated: 800 of 100. per second asked for, (79.9|80) % \(limit 99 %\)/)
  })

  it.each([
    [980, true],
    [1_000, false],
  ])('with room for %d of 1000 a second is saturated: %s', async (capacity, isSaturated) => {
    const round = await makeQueue(1_000 / capacity).run({ arrivals: 'uniform' }, 6_000)

    expect(round.doubts.some(doubt => doubt.startsWith('saturated'))).toBe(isSaturated)
  })

  it.each([20, 200, 1_000])('of Poisson arrivals at %d a second that take 50 ms each is no doubt', async rate => {
    const round = await steady(50).run({ rate, arrivals: 'poisson' }, 3_000)

    expect(round.doubts).toEqual([])
  })

  it('is saturated where requests time out, though as many end as begin', async () => {
    const target = new TestTarget(i => ({ afterMs: 20, ...(i % 3 === 0 && { code: ErrorCode.timeout }) }))
    const round = await target.run({}, 3_000)

    expect(round.doubts.map(doubt => doubt.split(/[ :]/)[0])).toEqual(['667', 'saturated'])
  })

  it('is not saturated by errors that servers answer', async () => {
    const target = new TestTarget(i => ({ afterMs: 20, ...(i % 3 === 0 && { code: ErrorCode.application }) }))
    const round = await target.run({}, 3_000)

    expect(round.doubts).toEqual([`${round.failed} of ${round.sent} requests failed (application ${round.failed})`])
  })

  it('follows a shape that begins after the warm-up', async () => {
    const target = steady(1)
    const round = await target.run({ shape: { kind: 'spike', factor: 5, at: 0.5, forMs: 200 } }, 3_000)
    const spike = target.planned.filter(atMs => atMs > 1_500 && atMs <= 1_700)

    expect(Math.abs(round.sent - 2_800)).toBeLessThanOrEqual(2)
    expect(Math.abs(spike.length - 1_000)).toBeLessThanOrEqual(2)
    expect(round.doubts).toEqual([])
  })

  it('tells response times from the plan and service times from the send, and doubts a generator that is late', async () => {
    const target = steady(0.5)
    const box = loadBox(target, PLAN, { clock: target.clock, rng: makeRng('box') })
    target.clock.advance(1_000.7)
    target.clock.stall(100)
    target.clock.advance(2_000)
    const { round } = await box

    expect(Math.abs(round.sent - 2_000)).toBeLessThanOrEqual(1)
    expect(Math.round(round.response!.maxUs / 1_000)).toBe(100)
    expect(Math.round(round.service!.maxUs / 10)).toBe(50)
    expect(Math.round(round.lagUs!.max / 1_000)).toBe(100)
    expect(round.doubts).toEqual(['the generator was late: p99 79.6ms (limit: the p50 of 501µs)'])
  })

  it('in which nothing was planned says so', async () => {
    const round = await steady(1).run({ rate: 1, warmUpMs: 0, durationMs: 100 }, 200)

    expect([round.sent, round.response, round.doubts]).toEqual([0, null, ['no request fell into it']])
  })

  it('of more than can be sent hears its end between turns', async () => {
    const target = new TestTarget(() => ({ afterMs: 0, code: ErrorCode.overload }))
    const round = await target.run({ rate: 1_000_000, warmUpMs: 0, durationMs: 20 }, 100)

    expect(round.sent).toBeGreaterThan(19_990)
    expect(round.failed).toBe(round.sent)
  })
})

describe('a closed round', () => {
  const closed = { loop: 'closed', outstanding: 8 } as const

  it('keeps as many outstanding as it was told, and has no plan to be late for', async () => {
    const target = steady(10)
    const round = await target.run(closed, 3_000)

    expect(target.pendingMax).toBe(8)
    expect([round.sent, round.answered, round.doubts, round.lagUs]).toEqual([1_600, 1_600, [], null])
    expect(round.perSecond).toBeCloseTo(800, -1)
    expect(round.response).toEqual(round.service)
  })

  it('waits for its last ones, and sends no more', async () => {
    const target = new TestTarget((_, nowMs) => ({ afterMs: nowMs > 2_400 ? 3_000 : 1 }))
    const round = await target.run(closed, 6_000)
    target.clock.advance(1_000)

    expect([target.pending, round.answered]).toEqual([0, round.sent])
    expect(target.onOutcome).toBeNull()
  })

  it('drops its warm-up', async () => {
    const round = await new TestTarget((_, nowMs) => ({ afterMs: nowMs < 500 ? 90 : 2 })).run(closed, 3_000)

    expect(round.response!.maxUs).toBeLessThan(2_100)
  })

  it('goes on where every request fails at once, and counts them', async () => {
    const round = await new TestTarget(() => ({ afterMs: 0, code: ErrorCode.unavailable })).run(closed, 3_000)

    expect(round.answered).toBe(0)
    expect(round.failed).toBe(round.sent)
    expect(round.sent).toBeGreaterThan(8 * 1_990)
    expect(round.doubts).toEqual([`${round.sent} of ${round.sent} requests failed (unavailable ${round.sent})`])
  })
})

describe('rounds', () => {
  it('on one target do not count the requests of the round before', async () => {
    const target = new TestTarget(i => ({ afterMs: i === 2_499 ? 10_600 : 1 }))
    const first = await target.run({}, 2_500 + DRAIN_MS_MAX)
    const second = await target.run({}, 3_000)

    expect([first.failed, second.failed]).toEqual([1, 0])
    expect([second.doubts, second.response!.maxUs < 1_100]).toEqual([[], true])
  })

  it('without keys leave them to the client; with keys hand in as many hashes as there are keys', async () => {
    const plain = steady(1)
    await plain.run({}, 3_000)
    const keyed = steady(1)
    await keyed.run({ keys: { kind: 'uniform', count: 10 } }, 3_000)

    expect(new Set(plain.keys)).toEqual(new Set([undefined]))
    expect(new Set(keyed.keys).size).toBe(10)
  })

  it.each(['open', 'closed'] as const)('of an %s loop end on the signal: nothing is sent any more', async loop => {
    const target = steady(5)
    const abort = new AbortController()
    const plan = { ...PLAN, loop, outstanding: 4 }
    const box = loadBox(target, plan, { clock: target.clock, rng: makeRng('box'), signal: abort.signal })
    target.clock.advance(900)
    const sent = target.planned.length
    abort.abort(new Error('ended by SIGINT'))
    target.clock.advance(5_000)

    await expect(box).rejects.toThrow('ended by SIGINT')
    expect([target.planned.length, target.clock.armed, target.onOutcome]).toEqual([sent, 0, null])
  })

  it.each(['open', 'closed'] as const)(
    'of an %s loop that are ended in the middle tell of what they had',
    async loop => {
      const target = steady(10)
      const abort = new AbortController()
      const plan = { ...PLAN, loop, outstanding: 10, durationMs: 3_600_000 }
      const box = loadBox(target, plan, { clock: target.clock, rng: makeRng('box'), signal: abort.signal })
      target.clock.advance(1_500)
      abort.abort(new Error('ended by SIGINT'))
      const cut = await box.catch((error: unknown) => error)

      expect(cut).toBeInstanceOf(CutShort)
      const { round } = (cut as CutShort).measured
      expect([round.elapsedMs, round.failed, round.sent]).toEqual([1_000, 0, round.answered])
      expect(Math.abs(round.answered - 990)).toBeLessThanOrEqual(10)
      expect(round.perSecond).toBeCloseTo(1_000, -2)
      expect(round.doubts).toEqual(['it was ended after 1.0s of 3600.0s'])
      expect(target.onOutcome).toBeNull()
    },
  )
})
