import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Rng } from '../../src/base/rng.ts'
import { processViolations } from '../../src/stats/process-laws.ts'
import { Keeper } from '../../src/supervise/keeper.ts'
import type { Task } from '../../src/supervise/messages.ts'
import { type FakeChild, makeFakeFork } from '../support/fake-children.ts'

const NOW = Promise.resolve()
/** No jitter: delays are what the rule says. */
const EVEN: Rng = { float: () => 0, int: () => 0, fork: () => EVEN }

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

function makeKeeper() {
  const { fork, children, newest } = makeFakeFork()
  const told: string[] = []
  const buried: string[] = []
  const fields: unknown[] = []
  const spec = { delayMinMs: 100, delayMaxMs: 15_000, heartbeatTimeoutMs: 10_000 }
  const keeper = new Keeper({
    id: 'server-1',
    rng: EVEN,
    reportEveryMs: 250,
    restartSpec: () => spec,
    taskFor: generation => ({ kind: 'node', wiring: { generation, spec: { role: 'server' } } }) as Task,
    fork,
    onBack: () => told.push('back'),
    onEvent: (event, detail, more) => {
      told.push(`${event}: ${detail}`)
      fields.push(more)
    },
    onAccount: () => {},
    onBuried: (account, isExact) => {
      buried.push(`${account?.counters === undefined ? 'nothing' : JSON.stringify(receivedOf(account))} ${isExact}`)
    },
  })
  /** As the fleet looks: from now on, for as long as time goes on. */
  const watch = () => setInterval(() => keeper.look(0), 250)
  return { keeper, children, newest, told, fields, buried, spec, watch }
}

function receivedOf(account: { counters: object }): number {
  return (account.counters as { received: number }).received
}

/** Started, and ready for so long. */
async function makeStarted(readyForMs = 2_000) {
  const made = makeKeeper()
  const started = made.keeper.start(NOW)
  made.newest().ready()
  expect(await started).toBe(null)
  await pass(readyForMs)
  return made
}

const crash = (child: FakeChild) => child.exit(null, { signal: 'SIGKILL' })

describe('a first start', () => {
  it('forks at once, begins when the gate opens, and is answered when ready', async () => {
    const { keeper, newest, told } = makeKeeper()
    let open = () => {}
    const started = keeper.start(new Promise<void>(resolve => (open = resolve)))
    const before = [keeper.state, newest().told.length]
    open()
    await pass(0)
    newest().ready()

    expect(await started).toBe(null)
    expect(before).toEqual(['starting', 0])
    expect(newest().told).toMatchObject([{ type: 'start', task: { wiring: { generation: 1 } }, reportEveryMs: 250 }])
    expect([keeper.state, keeper.readyGeneration, keeper.restarts, told]).toEqual(['up', 1, 0, []])
  })

  it('that ends is answered with the reason and what was said, and nothing is started again', async () => {
    const { keeper, children, newest, told } = makeKeeper()
    const started = keeper.start(NOW)
    newest().exit(1, { lastLines: ['TypeError: oh', '  at here'] })

    expect(await started).toBe('code 1; it said: TypeError: oh |   at here')
    await pass(60_000)
    expect([keeper.state, keeper.lastExit, children.length, told]).toEqual(['down', 'code 1', 1, []])
  })

  it('that is told why it cannot be ready is answered with that', async () => {
    const { keeper, newest } = makeKeeper()
    const started = keeper.start(NOW)
    newest().ready('sockets/server-1.sock exists and is not a socket')

    expect(await started).toBe('sockets/server-1.sock exists and is not a socket')
  })

  it('is killed when it is not ready within five seconds of its fork', async () => {
    const { keeper, newest, watch } = makeKeeper()
    const started = keeper.start(NOW)
    watch()
    await pass(4_999)
    const before = [...newest().kills]
    await pass(1)

    expect(before).toEqual([])
    expect(await started).toBe('not ready within 5 s')
    expect(keeper.state).toBe('down')
  })
})

describe('a process that ends by itself', () => {
  it('is replaced at once where it had been ready for a while, and its account is kept', async () => {
    const { keeper, children, newest, told, buried } = await makeStarted()
    newest().count(7)
    crash(newest())
    const down = keeper.state
    await pass(0)
    newest().ready()

    expect([down, keeper.state, children.length]).toEqual(['down', 'up', 2])
    expect([keeper.restarts, keeper.generation, keeper.readyGeneration, keeper.lastExit]).toEqual([
      1,
      2,
      2,
      'signal SIGKILL',
    ])
    expect(told).toEqual(['exit: signal SIGKILL', 'restart: after signal SIGKILL', 'up: pid 1001', 'back'])
    expect(buried).toEqual(['7 false'])
    const processes = { starts: 2, asked: 1, running: 1, exits: 1, spawnErrors: 0, restarts: 1 }
    expect([keeper.processes(), processViolations('server-1', processes)]).toEqual([processes, []])
  })

  it('is replaced later and later where it never stays, and after five times is in a crash loop', async () => {
    const { keeper, children, newest, told } = await makeStarted(500)
    const delays: number[] = []
    const states: string[] = []
    for (let i = 0; i < 6; i++) {
      const startMs = performance.now()
      crash(newest())
      states.push(keeper.state)
      const before = children.length
      while (children.length === before) await pass(10)
      delays.push(performance.now() - startMs)
    }

    expect(delays).toEqual([100, 200, 400, 800, 15_000, 15_000])
    expect(states).toEqual(['down', 'down', 'down', 'down', 'crash-loop', 'crash-loop'])
    expect(keeper.state).toBe('crash-loop')
    expect(told.filter(line => line.startsWith('crash-loop'))).toEqual([
      'crash-loop: signal SIGKILL; next start in 15 s',
    ])
  })

  it('comes out of a crash loop once it stays', async () => {
    const { keeper, newest } = await makeStarted(500)
    for (let i = 0; i < 5; i++) {
      crash(newest())
      await pass(15_000)
    }
    newest().ready()
    const up = keeper.state
    await pass(2_000)
    crash(newest())
    await pass(0)
    newest().ready()

    expect([up, keeper.state]).toEqual(['up', 'up'])
  })

  it('is not started again after exit code 78', async () => {
    const { keeper, children, newest, told } = await makeStarted()
    newest().exit(78)
    await pass(60_000)

    expect([keeper.state, children.length]).toEqual(['crash-loop', 1])
    expect(told.at(-1)).toBe('crash-loop: code 78; not started again')
  })

  it('that hangs on its way back is killed at the same limit, and tried again', async () => {
    const { children, newest, told, watch } = await makeStarted()
    crash(newest())
    await pass(0)
    watch()
    await pass(5_000)
    await pass(100)

    expect(children.length).toBe(3)
    expect(told.filter(line => line.startsWith('exit'))).toEqual(['exit: signal SIGKILL', 'exit: not ready within 5 s'])
  })
})

describe('a process that hangs', () => {
  it('is told of after three seconds, killed after ten, and replaced at once', async () => {
    const { keeper, children, newest, told, fields, watch } = await makeStarted()
    const [hung] = children
    watch()
    hung!.count(1)
    const states: unknown[] = []
    for (const ms of [2_998, 1, 6_997, 1]) {
      await pass(ms)
      await pass(1) // what was killed has ended
      states.push([keeper.life?.isHung ?? null, children.length, told.length])
    }
    newest().ready()

    expect(states).toEqual([
      [false, 1, 0],
      [true, 1, 1],
      [true, 1, 1],
      [false, 2, 3],
    ])
    expect(told).toEqual([
      'hung: no sign of life for 3.00s; killed and replaced if that lasts 10s',
      'exit: hung, killed after 10.0s without a sign of life',
      'restart: after hung, killed after 10.0s without a sign of life',
      'up: pid 1001',
      'back',
    ])
    expect(fields[0]).toEqual({ pid: 1_000, silentMs: 3_000, timeoutMs: 10_000 })
    expect([keeper.state, keeper.restarts, hung!.kills]).toEqual(['up', 1, ['SIGKILL']])
  })

  it('is kept where it gives a sign of life before, whatever that says', async () => {
    const { keeper, children, newest, told, fields, watch } = await makeStarted()
    watch()
    newest().count(1)
    await pass(9_700)
    const wasHung = keeper.life!.isHung
    newest().say({ type: 'applied', version: 0 })
    const isHung = keeper.life!.isHung
    await pass(2_900)

    expect([wasHung, isHung, keeper.life?.child, children.length]).toEqual([true, false, children[0], 1])
    expect(told.slice(1)).toEqual(['awake: a sign of life after 9.70s; the process is kept'])
    expect(fields[1]).toEqual({ pid: 1_000, silentMs: 9_700 })
  })

  it('is given the time that the file allows now', async () => {
    const { newest, spec, watch } = await makeStarted()
    watch()
    newest().count(1)
    await pass(4_000)
    spec.heartbeatTimeoutMs = 4_250
    const before = [...newest().kills]
    await pass(250)

    expect([before, newest().kills]).toEqual([[], ['SIGKILL']])
  })

  it('soon after each start is started later and later, and is in a crash loop in the end', async () => {
    const { keeper, children, newest, told, watch } = await makeStarted()
    watch()
    for (let i = 0; i < 4; i++) {
      const before = children.length
      while (children.length === before) await pass(50)
      newest().ready()
      newest().count(1)
    }
    await pass(10_250)

    expect(keeper.state).toBe('crash-loop')
    expect(told.filter(line => /^crash-loop: hung, killed after .*; next start in 15 s$/.test(line))).toHaveLength(1)
  })

  it('is not told to be awake, or ready, by what it had said before it was killed', async () => {
    const { children, newest, told, watch } = await makeStarted()
    const [hung] = children
    watch()
    hung!.onKill = () => hung!.count(2)
    await pass(10_100)
    const late = newest()
    late.onKill = () => late.ready()
    await pass(5_100)

    expect(told.filter(line => /^(awake|up|back)/.test(line))).toEqual([])
    expect([hung!.kills, late.kills]).toEqual([['SIGKILL'], ['SIGKILL']])
  })

  it('is not looked at while it leaves: that has a limit of its own', async () => {
    const { keeper, newest, told, watch } = await makeStarted()
    watch()
    const stopped = keeper.stop(30_000)
    await pass(29_000)
    const before = [...newest().kills]
    await pass(1_000)

    expect([before, newest().kills, await stopped, told]).toEqual([[], ['SIGKILL'], false, []])
  })

  it('is not blamed for a time in which the launcher itself did not run', async () => {
    const { keeper, newest, told } = await makeStarted()
    newest().count(1)
    await pass(60_000)
    keeper.look(59_000)

    expect([newest().kills, keeper.life?.isHung, told]).toEqual([[], false, []])
  })
})

describe('what a process wrote last', () => {
  const lastLines = ['Error: no such file', '    at load (a.js:1:1)']

  it('is told with its exit and with the crash loop, by code or signal', async () => {
    const { keeper, newest, told, fields } = await makeStarted(500)
    for (let i = 0; i < 5; i++) {
      newest().exit(3, { lastLines })
      await pass(1_000)
    }
    const last = told.findIndex(line => line.startsWith('crash-loop'))

    expect(told[0]).toBe('exit: code 3\n  Error: no such file\n      at load (a.js:1:1)')
    expect(told[last]).toBe('crash-loop: code 3; next start in 15 s\n  Error: no such file\n      at load (a.js:1:1)')
    expect(fields.filter(each => each !== undefined).at(-1)).toEqual({ code: 3, signal: null, nextMs: 15_000 })
    expect(keeper.lastLines).toEqual(lastLines)
  })

  it('is kept until the next process has ended', async () => {
    const { keeper, newest } = await makeStarted()
    const seen = [keeper.lastLines]
    newest().exit(1, { lastLines })
    seen.push(keeper.lastLines)
    await pass(0)
    newest().ready()
    seen.push(keeper.lastLines)
    crash(newest())
    seen.push(keeper.lastLines)

    expect(seen).toEqual([[], lastLines, lastLines, []])
  })
})

describe('a replacement', () => {
  it('stands beside the old process until that is told to leave', async () => {
    const { keeper, children, newest, told, buried } = await makeStarted()
    const [old] = children
    old!.count(5)
    const replaced = keeper.replace()
    newest().ready()
    expect(await replaced).toBe(null)
    newest().count(1)
    const open = keeper.openAccounts().map(receivedOf)
    const left = keeper.leaveOld(1_000)
    old!.drained(6)
    await left

    expect([open, keeper.openAccounts().map(receivedOf), buried]).toEqual([[5, 1], [1], ['6 true']])
    expect([keeper.state, keeper.restarts, keeper.readyGeneration, told]).toEqual(['up', 0, 2, []])
  })

  it('that fails keeps the old process, which is looked after as before', async () => {
    const { keeper, children, newest, told } = await makeStarted()
    const [old] = children
    const replaced = keeper.replace()
    newest().exit(1)
    const problem = await replaced
    const kept = [keeper.state, keeper.life?.child, old!.told.length]
    crash(old!)
    await pass(0)

    expect([problem, kept]).toEqual(['code 1', ['up', old, 1]])
    expect([keeper.state, children.length]).toEqual(['starting', 3])
    expect(told).toEqual(['exit: signal SIGKILL', 'restart: after signal SIGKILL'])
  })

  it('that fails after the old process has died too leaves the node to be started again', async () => {
    const { keeper, children, newest } = await makeStarted()
    const replaced = keeper.replace()
    crash(children[0]!)
    newest().exit(1)
    await replaced
    await pass(100)
    newest().ready()

    expect([keeper.state, keeper.life?.child, children.length]).toEqual(['up', children[2], 3])
  })

  it('of a node that waits for its restart takes the place of that', async () => {
    const { keeper, children, newest } = await makeStarted(500)
    crash(newest())
    const replaced = keeper.replace()
    await pass(0)
    newest().ready()
    await replaced
    await pass(60_000)

    expect([keeper.state, keeper.life?.child, children.length]).toEqual(['up', children[1], 2])
  })

  it('of a node that is on its way back ends what is on its way', async () => {
    const { keeper, children, newest } = await makeStarted()
    crash(newest())
    await pass(0)
    const replaced = keeper.replace()
    await pass(0)
    children[1]!.ready()
    const early = keeper.state
    newest().ready()
    await replaced
    await pass(60_000)

    expect([early, keeper.state, keeper.readyGeneration]).toEqual(['starting', 'up', 3])
    expect(children.map(({ kills }) => kills)).toEqual([[], ['SIGKILL'], []])
  })
})

describe('a stop', () => {
  it('that comes while a replacement ends what was on its way leaves nothing running', async () => {
    const { keeper, children, newest } = await makeStarted()
    crash(newest())
    await pass(0)
    const replaced = keeper.replace()
    const stopped = keeper.stop(1_000)
    await pass(0)

    expect([await replaced, await stopped]).toEqual(['stopped before it started', false])
    expect([keeper.state, children.length, keeper.openLives()]).toEqual(['stopped', 2, []])
  })

  it('is in order when the process drains, and starts nothing again', async () => {
    const { keeper, children, newest, told } = await makeStarted()
    const stopped = keeper.stop(1_000)
    const draining = keeper.state
    newest().drained(3)

    expect([await stopped, draining, keeper.state]).toEqual([true, 'draining', 'stopped'])
    await pass(60_000)
    expect([children.length, told]).toEqual([1, []])
  })

  it('kills at the limit', async () => {
    const { keeper, newest, buried } = await makeStarted()
    const stopped = keeper.stop(1_000)
    await pass(1_000)

    expect([await stopped, newest().kills, buried]).toEqual([false, ['SIGKILL'], ['nothing false']])
  })

  it('calls off a restart that waits', async () => {
    const { keeper, children, newest } = await makeStarted(500)
    crash(newest())
    const stopped = await keeper.stop(1_000)
    await pass(60_000)

    expect([stopped, keeper.state, children.length]).toEqual([true, 'stopped', 1])
  })

  it('by kill takes every process at once', async () => {
    const { keeper, children, newest } = await makeStarted()
    void keeper.replace()
    await pass(0)
    await keeper.kill()
    await pass(60_000)

    expect(children.map(({ kills }) => kills)).toEqual([['SIGKILL'], ['SIGKILL']])
    expect([keeper.state, newest()]).toEqual(['stopped', children[1]])
  })

  it.each(['stop', 'kill'] as const)('by %s answers a start that waits, also behind its gate', async how => {
    const { keeper, newest } = makeKeeper()
    const started = keeper.start(new Promise(() => {}))
    const stopped = keeper[how](1_000)
    newest().exit(0)
    await stopped

    expect([await started, keeper.state]).toEqual(['stopped before it was ready', 'stopped'])
  })

  it('ends a replacement that is under way, and starts nothing in its place', async () => {
    const { keeper, children } = await makeStarted()
    const replaced = keeper.replace()
    await pass(0)
    const stopped = keeper.stop(1_000)
    for (const child of children) child.drained(1)
    await stopped
    await pass(60_000)

    expect([await replaced, keeper.state, children.length]).toEqual(['stopped before it was ready', 'stopped', 2])
  })

  it('can be followed by a new start', async () => {
    const { keeper, newest, told } = await makeStarted()
    const stopped = keeper.stop(1_000)
    newest().drained(3)
    await stopped
    const started = keeper.start(NOW)
    newest().ready()

    expect([await started, keeper.state, keeper.readyGeneration, keeper.restarts, told]).toEqual([null, 'up', 2, 0, []])
  })
})

describe('what a node tells of its upstreams', () => {
  it('becomes an event with a sentence for people and fields for machines', async () => {
    const { newest, told, fields } = await makeStarted()
    newest().say({
      type: 'upstream',
      told: { event: 'ejected', upstream: 'server-3', reason: '5 failures in a row', forMs: 2_074.6 },
    })
    newest().say({ type: 'upstream', told: { event: 'panic', upstream: null, reason: '1 of 3 usable' } })

    expect(told).toEqual(['ejected: server-3: 5 failures in a row, for 2.07s', 'panic: 1 of 3 usable'])
    expect(fields).toEqual([
      { upstream: 'server-3', reason: '5 failures in a row', forMs: 2_075 },
      { reason: '1 of 3 usable' },
    ])
  })
})
