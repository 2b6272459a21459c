import { describe, expect, it } from 'vitest'
import type { Asker, Command, Reply } from '../../src/control/command.ts'
import { wrapLine } from '../../src/stats/log-line.ts'
import type { StatsReport } from '../../src/stats/reports.ts'
import { CLIENTS } from '../../src/stats/violation.ts'
import type { Changes } from '../../src/supervise/changes.ts'
import { EventLog } from '../../src/supervise/event-log.ts'
import { LogStore } from '../../src/supervise/log-store.ts'
import { makeObey } from '../../src/supervise/obey.ts'
import { parse } from '../../src/topology/parse.ts'
import { BEFORE, makeFakeFleet } from '../support/fake-fleet.ts'
import { clientStats, nodeStats } from '../view/samples.ts'

/** Commands to a run without processes. */
function makeRun(parts: { phase?: StatsReport['phase']; broken?: string[] } = {}) {
  const { fleet, events: told } = makeFakeFleet()
  const logs = new LogStore()
  Object.assign(fleet, { logs })
  fleet.nodes.set('server-0', fleet.nodes.get('server-1')!) // known, and not in the topology
  const states = { 'server-1': 'up' as StatsReport['nodes'][number]['state'] }
  const events = new EventLog()
  const report = (): StatsReport => ({
    timeMs: 0,
    uptimeMs: 5,
    generation: 2,
    phase: parts.phase ?? 'running',
    client: clientStats(),
    nodes: [nodeStats('server-1', { state: states['server-1'], restarts: 3 })],
    banner: null,
  })
  const obey = makeObey({
    fleet,
    changes: { version: { text: 'the file' } } as unknown as Changes,
    events,
    texts: {
      status: () => ['status of it'],
      nodes: () => ['table of it'],
      event: ({ detail }) => [detail],
      eventObject: ({ detail }) => ({ detail }),
      logLine: ({ msg }) => msg,
    },
    file: 'topology.json',
    phase: () => parts.phase ?? 'running',
    report,
    broken: () => parts.broken ?? [],
    controlErrors: () => 4,
    clearSocket: async () => {},
  })
  return { obey, events, logs, states, told }
}

function makeAsker() {
  const heard: unknown[] = []
  const state = { isBehind: false, leave: () => {} }
  const asker: Asker = {
    tell: (line, data) => heard.push([line, data]),
    isBehind: () => state.isBehind,
    onGone: act => {
      state.leave = act
      return () => {
        state.leave = () => {}
      }
    },
  }
  return { asker, heard, state }
}

const messageOf = (reply: Reply) => (reply.ok ? 'done' : `${reply.exitCode} ${reply.message}`)
const event = (detail: string) => ({ timeMs: 0, event: 'log' as const, node: null, detail })

describe('a command', () => {
  it.each<[Command, string]>([
    [{ name: 'drain', node: 'servr-1' }, '2 there is no node servr-1, did you mean server-1?'],
    [
      { name: 'drain', node: 'nobody' },
      `2 there is no node nobody; nodes: lb, proxy-1, proxy-2, server-1, server-2, server-3`,
    ],
    [
      { name: 'drain', node: 'clients' },
      '2 drain is not for the clients; nodes: lb, proxy-1, proxy-2, server-1, server-2, server-3',
    ],
    [{ name: 'restart', node: 'client' }, '2 there is no node client, did you mean clients?'],
    [{ name: 'drain', node: 'server-0' }, '2 server-0 has been removed'],
    [
      { name: 'drain', node: 'lb' },
      '2 lb is a load balancer, which is always ready; remove it, or take the load off: rate 0',
    ],
  ])('that names nobody it could be for does nothing: %j', async (command, message) => {
    const { obey, told } = makeRun()

    expect(messageOf(await obey(command))).toBe(message)
    expect(told).toEqual([])
  })

  it.each(['starting', 'stopping'] as const)('that would change a run which is %s is refused', async phase => {
    const { obey } = makeRun({ phase })
    const replies = await Promise.all([
      obey({ name: 'kill', node: 'lb', signal: 'SIGKILL' }),
      obey({ name: 'rate', rate: 1 }),
      obey({ name: 'reload' }),
      obey({ name: 'restart', node: 'clients' }),
    ])

    expect(new Set(replies.map(messageOf).map(text => text.slice(0, 16)))).toEqual(
      new Set([phase === 'starting' ? '1 the run is sti' : '1 the run is sto']),
    )
    expect(await obey({ name: 'status' })).toMatchObject({ ok: true })
  })
})

describe('what is asked', () => {
  it('status: what runs, the laws and the errors of the socket', async () => {
    const fine = await makeRun().obey({ name: 'status' })
    const bad = await makeRun({ broken: ['lb: 1 too many'] }).obey({ name: 'status' })

    expect(fine).toMatchObject({
      lines: ['status of it', 'laws ok · restarts 3 · control errors 4'],
      data: { file: 'topology.json', phase: 'running', generation: 2, up: 1, nodes: 1, laws: 'ok', controlErrors: 4 },
    })
    expect(bad).toMatchObject({ lines: ['status of it', expect.stringMatching(/^1 laws broken/), 'lb: 1 too many'] })
  })

  it('nodes: the table, and its figures', async () => {
    expect(await makeRun().obey({ name: 'nodes' })).toMatchObject({
      lines: ['table of it'],
      data: { nodes: [{ id: 'server-1', state: 'up' }] },
    })
  })

  it('topology: the file that holds, and what runs in its form', async () => {
    const reply = await makeRun().obey({ name: 'topology' })
    const { file, running } = (reply as { data: { file: string; running: string } }).data
    const atStart = parse(JSON.stringify(BEFORE))

    expect(file).toBe('the file')
    expect(parse(running)).toEqual({ ...atStart, warnings: expect.anything() })
  })

  it('events: the last ones, then those that come, until the asker is gone', async () => {
    const { obey, events } = makeRun()
    const { asker, heard, state } = makeAsker()
    for (const detail of ['a', 'b', 'c']) events.add(event(detail))
    const reply = await obey({ name: 'events', follow: true, lines: 2 }, asker)
    events.add(event('d'))
    state.isBehind = true
    events.add(event('e'))
    state.isBehind = false
    events.add(event('f'))
    state.leave()
    events.add(event('g'))

    expect(reply).toEqual({ ok: true, lines: ['b', 'c'], data: [{ detail: 'b' }, { detail: 'c' }] })
    expect(heard).toEqual([
      ['d', { detail: 'd' }],
      ['(1 events left out: they were not read in time)', { skipped: 1 }],
      ['f', { detail: 'f' }],
    ])
  })

  it('logs: of a node, of one that was removed, of the clients', async () => {
    const { obey, logs } = makeRun()
    const { asker, heard, state } = makeAsker()
    const line = (node: string, msg: string) => wrapLine({ node, role: 'server', pid: 7 }, 0, 'info', msg)
    logs.add('server-0', line('server-0', 'old'))
    logs.add(CLIENTS, line(CLIENTS, 'sent'))
    const follow = await obey({ name: 'logs', node: 'server-0', follow: true, lines: 5 }, asker)
    logs.add('server-0', line('server-0', 'new'))
    state.isBehind = true
    for (const msg of ['unread', 'unread too']) logs.add('server-0', line('server-0', msg))
    state.isBehind = false
    logs.add('server-0', line('server-0', 'read again'))
    state.leave()
    logs.add('server-0', line('server-0', 'newer'))

    expect(follow).toMatchObject({ lines: ['old'], data: [{ level: 30, msg: 'old', node: 'server-0', pid: 7 }] })
    expect(heard).toEqual([
      ['new', expect.objectContaining({ msg: 'new' })],
      ['(2 lines left out: they were not read in time)', { skipped: 2 }],
      ['read again', expect.objectContaining({ msg: 'read again' })],
    ])
    expect(await obey({ name: 'logs', node: 'clients', follow: false, lines: 5 })).toMatchObject({ lines: ['sent'] })
    expect(await obey({ name: 'logs', node: 'lb', follow: false, lines: 5 })).toEqual({ ok: true, lines: [], data: [] })
  })
})

describe('wait', () => {
  const wait = (state: string, timeoutMs: number): Command => ({ name: 'wait', node: 'server-1', state, timeoutMs })

  it('answers at once where it is so, also without any time', async () => {
    expect(await makeRun().obey(wait('up', 0))).toMatchObject({ lines: ['server-1 is up'] })
  })

  it('answers when it becomes so', async () => {
    const { obey, states } = makeRun()
    const reply = obey(wait('down', 10_000))
    states['server-1'] = 'down'

    expect(await reply).toMatchObject({ ok: true, data: { node: 'server-1', state: 'down' } })
  })

  it('runs out with a code of its own', async () => {
    const reply = await makeRun().obey(wait('crash-loop', 30))

    expect(messageOf(reply)).toBe('3 server-1 is not crash-loop after 30ms; its process is up')
  })

  it('ends with who waits', async () => {
    const { asker, state } = makeAsker()
    const reply = makeRun().obey(wait('down', 86_400_000), asker)
    state.leave()

    expect(messageOf(await reply)).toBe('1 nobody waits any more')
  })
})
