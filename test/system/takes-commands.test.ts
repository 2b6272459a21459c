/** One run and every command; each reply is what `ctl` prints, and what was done is seen in the lines of the run. */
import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Command, Reply } from '../../src/control/command.ts'
import { readWords } from '../../src/control/read-words.ts'
import { ask } from '../../src/supervise/control-client.ts'
import { until } from '../supervise/socket-fixtures.ts'
import { makeDir, runCommand, startCommand } from '../support/commands.ts'
import { NOTHING_LEFT, nineNodes, nodeOf, type Run, startRun } from '../support/processes.ts'

let run: Run
/** Typed words, as `ctl` reads and sends them, without the cost of a process each. */
const ctl = (line: string): Promise<Reply> => {
  const read = readWords(line.split(' '))
  return ask(join(run.dir, 'sockets/control.sock'), read.ok ? read.command : (line as unknown as Command))
}
const told = async (line: string): Promise<string> => {
  const reply = await ctl(line)
  return reply.ok ? reply.lines.join('\n') : `${reply.exitCode} ${reply.message}`
}
const runCtl = (...words: string[]) => runCommand(['ctl', ...words], { cwd: run.dir })
const dataOf = async (line: string) => {
  const reply = await ctl(line)
  if (!reply.ok) throw new Error(reply.message)
  // biome-ignore lint/suspicious/noExplicitAny: a test reads it as a script would
  return reply.data as any
}

beforeAll(async () => {
  run = startRun({ topology: nineNodes({ rate: 300 }) })
  await run.ready()
})

describe('a command to a run', () => {
  it('asks how it is', async () => {
    await until(() => run.stats().at(-1)!.client.answered > 50, 'requests are answered')
    const status = await dataOf('status')
    const { nodes } = await dataOf('nodes')

    expect(status).toMatchObject({ phase: 'running', generation: 1, up: 9, nodes: 9, rate: 300, laws: 'ok' })
    expect(status).toMatchObject({ launcherPid: run.pid, controlErrors: 0, banner: null })
    expect(status.client.answered).toBeGreaterThan(50)
    expect(nodes.map(({ id }: { id: string }) => id).slice(0, 4)).toEqual(['lb', 'proxy-1', 'proxy-2', 'server-1'])
    expect(await told('status')).toMatch(/9\/9 up · 300 req\/s asked.*\nclients · sent \d+.*\nlaws ok · restarts 0 · /)
  })

  it('stops a process, lets it go on, and waits for what others see of it', async () => {
    expect(await told('stop server-6')).toMatch(/^server-6: SIGSTOP sent to pid \d+$/)
    expect(await told('wait server-6 ejected --timeout 20s')).toBe('server-6 is ejected')
    expect(await told('cont server-6')).toMatch(/^server-6: SIGCONT sent to pid \d+$/)
    expect(await told('wait server-6 healthy --timeout 20s')).toBe('server-6 is healthy')
  })

  it('kills a process, which is back with another pid', async () => {
    const before = run.pidOf('server-1')
    const restarted = run.nextEvent('restart', () => {})

    expect(await told('kill server-1')).toBe(`server-1: SIGKILL sent to pid ${before}`)
    expect(await told('wait server-1 up --timeout 20s')).toBe('server-1 is up')
    expect(await restarted).toMatchObject({ node: 'server-1', detail: 'after signal SIGKILL' })
    const { nodes } = await dataOf('nodes')
    expect(nodes[3]).toMatchObject({ id: 'server-1', restarts: 1 })
    expect(nodes[3].pid).not.toBe(before)
  })

  it('restarts a node, and the clients, and loses nothing', async () => {
    const pids = run.pids()
    const failedBefore = run.stats().at(-1)!.client.failed
    const replies = await Promise.all(['restart lb', 'restart proxy-1', 'restart server-4'].map(told))
    const { pid, pidBefore } = await dataOf('restart clients')
    const after = await run.freshStats()

    expect(replies).toEqual(
      ['lb', 'proxy-1', 'server-4'].map(id => expect.stringMatching(`^${id}: pid \\d+; ${pids[id]} drains$`)),
    )
    expect([pidBefore, pid === pidBefore]).toEqual([pids.clients, false])
    expect(after.client.failed).toBe(failedBefore)
    expect(after.nodes.filter(({ state }) => state !== 'up')).toEqual([])
  })

  it('keeps the process whose replacement does not become ready', async () => {
    const socket = join(run.dir, 'sockets/server-5.sock')
    const pid = run.pidOf('server-5')
    renameSync(socket, join(run.dir, 'aside'))
    writeFileSync(`${socket}~`, '')
    renameSync(`${socket}~`, socket)
    const reply = await told('restart server-5')
    renameSync(join(run.dir, 'aside'), socket)

    expect(reply).toMatch(
      new RegExp(`^1 server-5 did not become ready: .*exists and is not a socket; pid ${pid} goes on$`),
    )
    expect((await run.freshStats()).nodes.find(({ id }) => id === 'server-5')).toMatchObject({ pid, state: 'up' })
  })

  it.each([
    ['weight server-2 5', '~ server-2 weight 1 -> 5 live'],
    ['policy lb least-connections', '~ lb policy round-robin -> least-connections live'],
    ['drain server-3', '~ server-3 admin ready -> drain live'],
    ['maintenance server-3', '~ server-3 admin drain -> maintenance live'],
    ['ready server-3', '~ server-3 admin maintenance -> ready live'],
    ['rate 150', '~ load rate 300 -> 150 live'],
    ['add server server-7 --behind proxy-1,proxy-2', '+ server-7 behind proxy-1, proxy-2'],
    ['remove server-7', '- server-7 drain'],
  ])('changes the topology: %s', async (line, change) => {
    const [first, second] = (await told(line)).split('\n')

    expect([first, second]).toEqual([change, expect.stringMatching(/^generation \d+$/)])
    expect(run.events('command').at(-1)).toMatchObject({ detail: line, command: line.split(' ')[0] })
  })

  it('changes nothing twice, and takes the file as it is', async () => {
    expect(await told('weight server-2 5')).toBe('nothing changes')
    const { running } = await dataOf('topology')
    expect(running).toContain('"weight":5')
    expect((await told('reload')).split('\n').slice(0, 3)).toEqual([
      '~ server-2 weight 5 -> 1 live',
      '~ lb policy least-connections -> round-robin live',
      '~ load rate 150 -> 300 live',
    ])
    expect(await told('reload')).toBe('nothing changes')
  })

  it.each([
    ['drain servr-1', /^2 there is no node servr-1, did you mean server-1\?$/],
    ['drain server-7', /^2 server-7 has been removed$/],
    ['add server x --behind proxy-3', /^2 x\.behind names "proxy-3", which does not exist; did you mean "proxy-2"\?$/],
    ['add server lb --behind proxy-1', /^2 there is a load balancer lb already$/],
    ['remove proxy-1', /^2 proxy-1 cannot go alone: server-1 and 2 more stand behind nobody else; /],
    ['remove lb', /^2 lb cannot go alone: proxy-1 and 1 more stand behind nobody else; /],
    ['policy server-1 first', /^2 server-1 is a server, and has nobody to choose among; /],
    ['weight lb 2', /^2 lb is a load balancer: /],
    ['wait server-1 down --timeout 50ms', /^3 server-1 is not down after 50ms; its process is up$/],
  ])('that cannot be is one line, and changes nothing: %s', async (line, message) => {
    const { generation } = await dataOf('status')
    const reply = await told(line)

    expect(reply).toMatch(message)
    expect(reply).not.toContain('\n')
    expect((await dataOf('status')).generation).toBe(generation)
  })

  it('that leaves a proxy without anybody, or with weights of 0 alone, is one line, too', async () => {
    await told('remove server-4')
    await told('remove server-5')

    expect(await told('remove server-6')).toMatch(/^2 [^\n]*proxy-2[^\n]*$/)
    expect(await told('weight server-6 0')).toMatch(/^2 [^\n]+$/)
    expect(await told('reload')).toMatch(/generation \d+$/)
  })
})

describe('the command ctl', () => {
  it('prints what the run answers, in lines or as JSON', async () => {
    const [status, json, wrong, missing] = await Promise.all([
      runCtl('status'),
      runCtl('nodes', '--json'),
      runCtl('wieght', 'server-1', '5'),
      runCtl('--json', 'drain', 'nobody'),
    ])

    expect([status.code, status.stderr]).toEqual([0, ''])
    expect(status.stdout).toMatch(/^udsim · topology\.json · generation \d+ · 9\/9 up /)
    expect([json.code, JSON.parse(json.stdout)]).toMatchObject([0, { type: 'ctl', v: 1, command: 'nodes', ok: true }])
    expect([wrong.code, wrong.stdout, wrong.stderr]).toEqual([
      2,
      '',
      'udsim: unknown command "wieght", did you mean weight?\n',
    ])
    expect([missing.code, JSON.parse(missing.stdout)]).toMatchObject([2, { ok: false, exitCode: 2 }])
  })

  it('follows events until it is ended, and ends quietly where nobody reads on', async () => {
    const follower = startCommand(['ctl', 'events', '-f', '--json', '-n', '1'], { cwd: run.dir })
    let text = ''
    follower.process.stdout!.on('data', chunk => {
      text += String(chunk)
    })
    await until(() => text.includes('\n'), 'the last event is told', 20_000)
    await told('weight server-2 7')
    await until(() => text.includes('"weight server-2 7"'), 'the command is told', 20_000)
    follower.process.stdout!.destroy()
    await told('weight server-2 1')
    const { code, stderr } = await follower.ended

    expect([code, stderr]).toEqual([0, ''])
    for (const line of text.trimEnd().split('\n')) expect(JSON.parse(line)).toMatchObject({ type: 'event', v: 1 })
  })

  it('says in one line that nothing runs, or what is wrong with the file', async () => {
    const dir = makeDir()
    const [nothing, noFile] = await Promise.all([
      runCommand(['ctl', 'status'], { cwd: dir }),
      runCommand(['ctl', 'status', '--file', 'no.json'], { cwd: dir }),
    ])

    expect([nothing.code, nothing.stderr]).toEqual([
      1,
      `udsim: nothing runs at ${dir}/sockets/control.sock: start it with npm start\n`,
    ])
    expect([noFile.code, noFile.stderr]).toEqual([2, expect.stringMatching(/^udsim: cannot read .*no\.json: .*\n$/)])
  })
})

describe('a run that is stopped', () => {
  it('is given up on, and asked again once it goes on', async () => {
    const path = join(run.dir, 'sockets/control.sock')
    run.signal('SIGSTOP')
    const reply = await ask(path, { name: 'status' }, { silenceMs: 300 })
    run.signal('SIGCONT')

    expect(reply).toEqual({
      ok: false,
      exitCode: 1,
      message: `the run at ${path} does not answer: it is stopped, or hangs`,
    })
    expect(await ctl('status')).toMatchObject({ ok: true })
  })
})

describe('hostile bytes on the control socket', () => {
  it('are counted, and change nothing', async () => {
    const before = run.pids()
    const send = (bytes: string | Uint8Array) =>
      new Promise<void>(resolve => {
        const socket = connect(join(run.dir, 'sockets/control.sock'))
        socket
          .on('close', () => resolve())
          .on('error', () => {})
          .resume()
          .end(bytes)
      })
    const hostile = [
      '\n',
      'GET / HTTP/1.1\r\n\r\n',
      'x'.repeat(200_000),
      '{"v":1}\n',
      '[[[[',
      Buffer.alloc(9_000, 0xff),
    ]
    await Promise.all(hostile.map(send))
    const status = await dataOf('status')

    expect(status).toMatchObject({ controlErrors: hostile.length, up: 9, laws: 'ok' })
    expect(run.pids()).toEqual(before)
  })

  it('stand in the summary; the socket is gone, and who waits is told', async () => {
    const waiting = told('wait server-1 crash-loop --timeout 60s')
    await dataOf('status')
    const children = run.children()
    const { code, summary } = await run.end()

    expect([code, summary.controlErrors, summary.laws]).toEqual([0, 6, 'ok'])
    expect(await waiting).toMatch(/^1 /)
    expect(existsSync(join(run.dir, 'sockets/control.sock'))).toBe(false)
    expect(run.leftovers(children)).toEqual(NOTHING_LEFT)
    expect(nodeOf(summary, 'server-1').restarts).toBe(1)
  })
})
