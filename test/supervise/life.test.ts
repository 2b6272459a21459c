import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Life } from '../../src/supervise/life.ts'
import type { Task } from '../../src/supervise/messages.ts'
import { makeFakeFork } from '../support/fake-children.ts'

const TASK = { kind: 'node', wiring: { generation: 1, spec: { role: 'server' } } } as Task

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function begin() {
  const { fork, newest } = makeFakeFork()
  const told: string[] = []
  const accounts: unknown[] = []
  const life: Life = new Life(1, fork, {
    onReady: () => told.push('ready'),
    onExit: ({ text }, readyForMs) => told.push(`exit ${text} after ${readyForMs}`),
    onUpstreamEvent: ({ upstream, event, reason }) => told.push(`${upstream} ${event} ${reason}`),
    onAccount: before => accounts.push([before, life.account]),
    onAwake: silentMs => told.push(`awake after ${silentMs}`),
  })
  return { life, child: newest(), told, accounts }
}

function beginReady() {
  const begun = begin()
  begun.life.start(TASK, 250)
  begun.child.ready()
  return begun
}

/** Whether a promise is settled by now. */
async function isDone(promise: Promise<unknown>): Promise<boolean> {
  let done = false
  void promise.then(() => {
    done = true
  })
  await vi.advanceTimersByTimeAsync(0)
  return done
}

describe('a life', () => {
  it('goes from fork to end, each step told once', async () => {
    const { child, told } = beginReady()
    await vi.advanceTimersByTimeAsync(1_500)
    child.say({ type: 'upstream', told: { event: 'ejected', upstream: 'server-1', reason: 'silent' } })
    child.exit(1)

    expect(child.told).toEqual([{ type: 'start', task: TASK, reportEveryMs: 250 }])
    expect(told).toEqual(['ready', 'server-1 ejected silent', 'exit code 1 after 1500'])
  })

  it('is killed when it says why it cannot become ready, and its reason is kept', async () => {
    const { life, child, told } = begin()
    life.start(TASK, 250)
    child.ready('EACCES')
    await vi.advanceTimersByTimeAsync(0)

    expect([life.problem, life.isReady, child.kills]).toEqual(['EACCES', false, ['SIGKILL']])
    expect(told).toEqual(['exit signal SIGKILL after null'])
  })

  it('is not ready any more once it was told to go', async () => {
    const { life, child, told } = begin()
    life.start(TASK, 250)
    const left = life.leave(1_000)
    child.ready()
    child.exit(0)

    expect([await left, life.isReady, told]).toEqual([true, false, ['exit code 0 after null']])
  })

  it('has an exact account only after its last word', () => {
    const { life, child, accounts } = beginReady()
    const seen: unknown[] = [[life.account, life.isExact]]
    child.count(3)
    seen.push([life.account?.counters, life.isExact])
    child.drained(5)
    seen.push([life.account?.counters, life.isExact])

    expect(seen).toMatchObject([
      [null, false],
      [{ received: 3 }, false],
      [{ received: 5 }, true],
    ])
    // Each is told together with the one before it.
    expect([accounts, life.role]).toMatchObject([
      [
        [null, { counters: { received: 3 } }],
        [{ counters: { received: 3 } }, { counters: { received: 5 } }],
      ],
      'server',
    ])
  })
})

describe('its signs of life', () => {
  const PATIENCE = { hungAfterMs: 3_000, givenUpAfterMs: 10_000 }

  it('are all that it says once it is ready, and nothing that it says before', async () => {
    const { life, child, told } = begin()
    life.start(TASK, 250)
    await vi.advanceTimersByTimeAsync(2_000)
    child.count(1)
    const silences = [life.look(PATIENCE, 0).silentMs]
    child.ready()
    await vi.advanceTimersByTimeAsync(500)
    silences.push(life.look(PATIENCE, 0).silentMs)
    child.count(2)
    silences.push(life.look(PATIENCE, 0).silentMs)

    expect([silences, told]).toEqual([[2_000, 500, 0], ['ready']])
  })

  it('tell that it was hung and is no more', async () => {
    const { life, child, told } = beginReady()
    await vi.advanceTimersByTimeAsync(3_500)
    const looks = [life.isHung, life.look(PATIENCE, 0).verdict, life.isHung]
    child.count(1)

    expect([looks, life.isHung, told]).toEqual([[false, 'hung', true], false, ['ready', 'awake after 3500']])
  })

  it('end the time that it was ready, where it is given up for want of them', async () => {
    const { life, child, told } = beginReady()
    await vi.advanceTimersByTimeAsync(800)
    child.count(1)
    await vi.advanceTimersByTimeAsync(10_000)
    life.giveUp('hung')
    await vi.advanceTimersByTimeAsync(0)

    expect([told, life.problem, life.isHung]).toEqual([['ready', 'exit signal SIGKILL after 800'], 'hung', false])
  })
})

describe('a change of its wiring', () => {
  it('is done when the child has changed over, later versions standing for earlier ones', async () => {
    const { life, child } = beginReady()
    const [first, second] = [life.apply(TASK), life.apply(TASK)]
    const before = [await isDone(first), await isDone(second)]
    child.say({ type: 'applied', version: 2 })

    expect(before).toEqual([false, false])
    expect([await isDone(first), await isDone(second)]).toEqual([true, true])
    expect(child.told.slice(1)).toEqual([1, 2].map(version => ({ type: 'apply', task: TASK, version })))
  })

  it('is not waited for longer than two seconds', async () => {
    const { life } = beginReady()
    const change = life.apply(TASK)
    await vi.advanceTimersByTimeAsync(1_999)
    const before = await isDone(change)
    await vi.advanceTimersByTimeAsync(1)

    expect([before, await isDone(change)]).toEqual([false, true])
  })

  it('ends with the process', async () => {
    const { life, child } = beginReady()
    const change = life.apply(TASK)
    child.exit(1)

    expect(await isDone(change)).toBe(true)
  })

  it('needs no word to a child that has not begun, or that leaves', async () => {
    const { life, child } = begin()
    const early = life.apply(TASK)
    life.start(TASK, 250)
    void life.leave(1_000)
    const late = life.apply(TASK)

    expect([await isDone(early), await isDone(late)]).toEqual([true, true])
    expect(child.told.map(({ type }) => type)).toEqual(['start', 'drain'])
  })
})

describe('the end of a life', () => {
  it('is in order when it says its last word in time', async () => {
    const { life, child } = beginReady()
    const left = life.leave(1_000)
    child.drained(7)

    await expect(left).resolves.toBe(true)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(child.kills).toEqual([])
  })

  it('is in order where somebody else kills it on its way, and not where it fails', async () => {
    const [killed, failed] = [beginReady(), beginReady()]
    const ends = [killed, failed].map(({ life }) => life.leave(1_000))
    killed.child.exit(null, { signal: 'SIGKILL' })
    failed.child.exit(1)

    expect(await Promise.all(ends)).toEqual([true, false])
  })

  it('is forced at the limit', async () => {
    const { life, child } = beginReady()
    const left = life.leave(1_000)
    await vi.advanceTimersByTimeAsync(999)
    const before = [...child.kills]
    await vi.advanceTimersByTimeAsync(1)

    expect([before, child.kills]).toEqual([[], ['SIGKILL']])
    await expect(left).resolves.toBe(false)
  })

  it('comes at once by kill, and needs nothing where it is over', async () => {
    const { life, child } = beginReady()
    await life.kill()
    await life.kill()

    expect(child.kills).toEqual(['SIGKILL'])
    await expect(life.leave(1_000)).resolves.toBe(false)
  })
})
