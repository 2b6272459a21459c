import { describe, expect, it } from 'vitest'
import { type LogLevel, makeLogLine } from '../../src/stats/log-line.ts'
import type { ReadyReport, RunEvent, View } from '../../src/stats/reports.ts'
import { LogStore } from '../../src/supervise/log-store.ts'
import { RunLog } from '../../src/supervise/run-log.ts'
import { summaryReport } from '../view/samples.ts'

const READY: ReadyReport = {
  timeMs: 1,
  launcherPid: 7,
  tookMs: 1_500.4,
  nodes: [{ id: 'lb', role: 'load-balancer', pid: 8, socket: 'sockets/lb.sock' }],
}

function makeRunLog(least: LogLevel = 'info') {
  let text = ''
  const log = new RunLog(least)
  log.writeTo({
    path: '/logs/run.log',
    append: async bytes => {
      text += bytes.toString('utf8')
      return bytes.length
    },
    lookAgain: async () => 'there',
    close: async () => {},
  })
  const shown: string[] = []
  const view: View = {
    ready: () => shown.push('ready'),
    stats: () => shown.push('stats'),
    event: ({ event }) => shown.push(event),
    summary: () => shown.push('summary'),
    close: () => shown.push('close'),
  }
  const both = log.besides(view)
  const event = (event: RunEvent['event'], node: string | null, detail: string, fields?: RunEvent['fields']) =>
    both.event({ timeMs: 5, event, node, detail, ...(fields ? { fields } : {}) })
  const written = async () => {
    await log.close(1_000)
    return text
      .split('\n')
      .slice(0, -1)
      .map(line => JSON.parse(line))
  }
  return { log, view, both, event, shown, written }
}

describe('the log of a run', () => {
  it("writes what the launcher has to tell in the shape of the nodes' lines", async () => {
    const { event, written, shown } = makeRunLog()
    event('exit', 'server-3', 'signal SIGKILL', { code: null, signal: 'SIGKILL' })
    const [line] = await written()

    expect(line).toEqual({
      level: 50,
      time: 5,
      pid: process.pid,
      node: 'launcher',
      role: 'launcher',
      msg: 'exit server-3: signal SIGKILL',
      code: null,
      signal: 'SIGKILL',
      event: 'exit',
      about: 'server-3',
    })
    expect(shown).toEqual(['exit'])
  })

  it('grades events: what went wrong above what was done', async () => {
    const { event, written } = makeRunLog()
    for (const name of [
      'starting',
      'reload',
      'hung',
      'warning',
      'reload-rejected',
      'crash-loop',
      'law-violation',
    ] as const) {
      event(name, null, 'x')
    }
    const levels = (await written()).map(({ level, event: name }) => `${name} ${level}`)

    expect(levels).toEqual([
      'starting 30',
      'reload 30',
      'hung 40',
      'warning 40',
      'reload-rejected 40',
      'crash-loop 50',
      'law-violation 50',
    ])
  })

  it('writes nothing twice: what nodes say themselves is in their lines', async () => {
    const { log, event, written, shown } = makeRunLog()
    const logs = new LogStore()
    log.follow(logs)
    const source = { node: 'proxy-1', role: 'proxy', pid: 3 }
    const line = makeLogLine(source, 1, 'warn', 'server-3 ejected: ended', { event: 'ejected' })
    logs.add('proxy-1', line)
    event('ejected', 'proxy-1', 'server-3: ended')
    event('log', 'proxy-1', 'somebody was here')
    event('log', null, 'sockets had mode 0755; it is 0700 now')

    expect((await written()).map(({ node, msg }) => [node, msg])).toEqual([
      ['proxy-1', 'server-3 ejected: ended'],
      ['launcher', 'log: sockets had mode 0755; it is 0700 now'],
    ])
    expect(shown).toEqual(['ejected', 'log', 'log'])
  })

  it('tells of beginning and end, with the figures', async () => {
    const { both, written, shown } = makeRunLog()
    both.ready(READY)
    both.summary(summaryReport())
    both.close()
    const [ready, summary] = await written()

    expect(ready).toMatchObject({ level: 30, msg: 'ready: 1 node', launcherPid: 7, tookMs: 1_500, pids: { lb: 8 } })
    expect(summary).toMatchObject({ reason: summaryReport().reason, sent: summaryReport().client.sent })
    expect(shown).toEqual(['ready', 'summary', 'close'])
  })

  it('keeps to its level, which is not a matter of what nodes have written', async () => {
    const { log, both, event, written } = makeRunLog('error')
    const logs = new LogStore()
    log.follow(logs)
    logs.add('a', makeLogLine({ node: 'a', role: 'server', pid: 1 }, 1, 'info', 'printed'))
    both.ready(READY)
    event('reload', null, 'x')
    event('exit', 'server-1', 'code 1')

    expect((await written()).map(({ msg }) => msg)).toEqual(['printed', 'exit server-1: code 1'])
  })

  it('has what ended the launcher itself', async () => {
    const { log, written } = makeRunLog()
    log.fatal(new TypeError('x is not a function'))
    const [line] = await written()

    expect(line).toMatchObject({ level: 60, msg: 'TypeError: x is not a function', err: { type: 'TypeError' } })
    expect(line.err.stack).toContain('run-log.test')
  })

  it('without a file is nothing beside the view', async () => {
    const { view } = makeRunLog()
    const log = new RunLog('info')

    expect(log.besides(view)).toBe(view)
    expect(await log.close(1_000)).toBe(0)
  })
})
