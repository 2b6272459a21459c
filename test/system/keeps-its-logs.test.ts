/** What nodes write, print and leave behind when they fail, in one file; and that writing it holds nobody up. */
import { readFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { stopProcess } from '../supervise/socket-fixtures.ts'
import { kill } from '../support/commands.ts'
import { planted } from '../support/planted.ts'
import { nodeOf, type Run, startRun, threeNodes } from '../support/processes.ts'

const FLOOD_LINES = 50_000
/** A full bucket at first, and the refill of some seconds. */
const PASSED_BYTES_MAX = 12_000_000

interface Line {
  readonly level: number
  readonly time: number
  readonly pid: number
  readonly node: string
  readonly role: string
  readonly msg: string
  readonly [field: string]: unknown
}

const textOf = (run: Run) => readFileSync(join(run.dir, 'run.log'), 'utf8')

/** Every line, each of pino's shape. */
function linesIn(text: string): Line[] {
  expect(text.endsWith('\n')).toBe(true)
  const lines = text
    .slice(0, -1)
    .split('\n')
    .map(line => JSON.parse(line) as Line)
  for (const line of lines) {
    expect([10, 20, 30, 40, 50, 60]).toContain(line.level)
    expect([typeof line.time, typeof line.pid, typeof line.msg, typeof line.role]).toEqual([
      'number',
      'number',
      'string',
      'string',
    ])
  }
  return lines
}

const of = (lines: readonly Line[], node: string, pid?: number) =>
  lines.filter(line => line.node === node && (pid === undefined || line.pid === pid))

const messages = (lines: readonly Line[]) => lines.map(({ msg }) => msg)

async function finish(run: Run): Promise<Line[]> {
  kill(run.pid, 'SIGTERM')
  await run.ended
  return linesIn(textOf(run))
}

/** Started at once, since most of the time goes by with starting. */
let flooding: Run
let standing: Run
beforeAll(async () => {
  flooding = startRun({
    topology: threeNodes({ rate: 50 }),
    args: ['--log-file', 'run.log'],
    ...planted('server-.', 'talking-child.mjs', String(FLOOD_LINES)),
  })
  standing = startRun({ topology: threeNodes({ rate: 200 }), args: ['--log-file', 'run.log', '--log-level', 'debug'] })
  await Promise.all([flooding.ready(), standing.ready()])
})

describe('the log file of a run in which a server fails and another floods', { timeout: 60_000 }, () => {
  let run: Run
  let lines: Line[]
  beforeAll(async () => {
    run = flooding
    kill(run.pidOf('server-1'), 'SIGUSR2')
    kill(run.pidOf('server-2'), 'SIGWINCH')
    await run.statsWhen(({ nodes }) => nodes.some(({ restarts }) => restarts === 1), 'server-1 is back')
    await run.statsWhen(stats => {
      const { logLines, logDropped } = nodeOf(stats, 'server-2')
      return logLines + logDropped > FLOOD_LINES
    }, 'the flood is over')
    lines = await finish(run)
  })

  it('holds the life of each process in its order', () => {
    for (const node of ['lb', 'server-2', 'built-in clients']) {
      const said = messages(of(lines, node)).filter(msg => !/^(flood|connection|server-|\d+ lines)/.test(msg))

      expect(said).toEqual([
        'started',
        'ready',
        'draining: takes nothing new, and finishes what it has',
        'drained',
        'ended with code 0',
      ])
    }
    const lb = of(lines, 'lb')
    expect(lb.map(({ time }) => time)).toEqual(lb.map(({ time }) => time).toSorted((a, b) => a - b))
  })

  it('tells the failure as each of those saw it that were there', () => {
    const [first, second] = [...new Set(of(lines, 'server-1').map(({ pid }) => pid))]
    const failed = of(lines, 'server-1', first)

    expect(failed.filter(({ level }) => level === 60)).toMatchObject([
      {
        msg: expect.stringMatching(/^TypeError: /),
        err: { type: 'TypeError', stack: expect.stringContaining('    at ') },
      },
    ])
    expect(messages(failed).filter(msg => /^ {4}at /.test(msg)).length).toBeGreaterThan(0)
    expect(messages(failed)).toContain('somebody was here\x1b[2J')
    expect(messages(of(lines, 'lb'))).toEqual(
      expect.arrayContaining([expect.stringMatching(/^connection to server-1 lost: /), 'server-1 restored: connected']),
    )
    expect(of(lines, 'launcher')).toEqual(
      expect.arrayContaining([expect.objectContaining({ event: 'exit', about: 'server-1', code: 1, level: 50 })]),
    )
    expect(messages(of(lines, 'server-1', second))).toContain('ended with code 0')
  })

  it('shows views what was printed and the warnings, and no line of the log twice', () => {
    const told = run.events('log', 'server-1').map(({ detail }) => detail)

    expect(told).toContain('somebody was here\x1b[2J')
    expect(told.filter(detail => detail.startsWith('{'))).toEqual([])
    expect(run.events('log', 'lb')).toEqual([])
    expect(run.events('ejected', 'lb').length).toBeGreaterThan(0)
  })

  it('quotes in the report of the failure what was printed, and nothing of the log', () => {
    const [exit] = run.events('exit', 'server-1')

    expect(exit!.detail).toContain('\n      at ')
    expect(exit!.detail).not.toContain('"level"')
  })

  it('bounds the flood, in order, and counts each line that is missing', () => {
    const flood = messages(of(lines, 'server-2')).filter(msg => msg.startsWith('flood '))
    const numbers = flood.map(msg => Number(msg.split(' ', 2)[1]))
    const dropped = of(lines, 'server-2').reduce((sum, line) => sum + ((line.dropped as number | undefined) ?? 0), 0)
    const { logLines, logDropped } = nodeOf(run.summary(), 'server-2')

    expect(flood.length * 1_000).toBeLessThan(PASSED_BYTES_MAX)
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
    expect(numbers.length + dropped).toBe(FLOOD_LINES)
    expect([logLines, logDropped]).toEqual([of(lines, 'server-2').length, dropped])
  })

  it('is appended to by the next run, with what its level lets through', async () => {
    const before = textOf(run)
    const next = startRun({ dir: run.dir, args: ['--log-file', 'run.log', '--log-level', 'error'] })
    await next.ready()
    kill(next.pidOf('server-1'), 'SIGKILL')
    await next.waitFor(() => next.events('up', 'server-1').length > 0, 'server-1 is back')
    await finish(next)
    const after = textOf(run)

    expect(after.startsWith(before)).toBe(true)
    expect(linesIn(after.slice(before.length))).toMatchObject([
      { level: 50, node: 'launcher', event: 'exit', about: 'server-1', signal: 'SIGKILL' },
    ])
  })
})

/** Each leaves a line of 200 bytes, on level debug, in the log of the load balancer. */
async function knock(path: string, times: number): Promise<void> {
  for (let left = times; left > 0; ) {
    const sockets = Array.from({ length: 20 }, () => net.connect({ path }).on('error', () => {}))
    // A full backlog refuses some.
    const opened = await Promise.all(
      sockets.map(socket => new Promise(tell => socket.on('connect', () => tell(true)).on('close', () => tell(false)))),
    )
    left -= opened.filter(Boolean).length
    for (const socket of sockets) socket.destroy()
  }
}

describe('a launcher that stands still', { timeout: 60_000 }, () => {
  it('holds up no node that has much to say', async () => {
    const run = standing
    await run.statsWhen(({ client }) => client.answered > 50, 'requests are answered')
    const before = run.stats().at(-1)!.client
    await stopProcess(run.pid)
    const stoppedAtMs = performance.now()
    await knock(join(run.dir, 'sockets/lb.sock'), 2_500)
    await new Promise(resolve => setTimeout(resolve, 500))
    const stoppedMs = performance.now() - stoppedAtMs
    kill(run.pid, 'SIGCONT')
    const after = await run.statsWhen(stats => nodeOf(stats, 'lb').logDropped > 0, 'the gap is told')
    const lines = await finish(run)
    const { client } = run.summary()

    expect(client.failed).toBe(0)
    // What was answered while nobody could read: a node that waited would have answered nothing.
    expect(after.client.answered - before.answered).toBeGreaterThan((200 * stoppedMs) / 1_000 / 2)
    const gaps = of(lines, 'lb').filter(({ dropped }) => dropped !== undefined)
    expect(gaps.map(({ msg }) => msg)).toEqual(gaps.map(({ dropped }) => `${dropped} lines dropped: nobody read them`))
    expect(gaps.length).toBeGreaterThan(0)
    const informing = of(lines, 'lb').filter(({ level }) => level >= 30)
    expect(messages(informing).slice(-2)).toEqual(['drained', 'ended with code 0'])
  })
})
