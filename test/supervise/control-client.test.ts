import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Reply } from '../../src/control/command.ts'
import { ask } from '../../src/supervise/control-client.ts'
import { makeDir } from '../support/commands.ts'
import { leaveStaleSocket } from './socket-fixtures.ts'

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

/** Whoever listens at a control socket: what it does with each connection is the test's. */
async function standIn(serve: (socket: Socket) => void): Promise<string> {
  const path = join(makeDir(), 'control.sock')
  const sockets: Socket[] = []
  const server = createServer(socket => {
    sockets.push(socket.on('error', () => {}))
    serve(socket)
  })
  closers.push(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  await new Promise<void>(done => server.listen(path, done))
  return path
}

const SOON = { silenceMs: 200 }
const askStatus = (path: string) => ask(path, { name: 'status' }, SOON)
const messageOf = (reply: Reply) => (reply.ok ? 'done' : `${reply.exitCode} ${reply.message}`)

describe('a question to a run', () => {
  it('is answered with what the run says', async () => {
    const path = await standIn(socket => {
      socket.on('data', () => socket.write('{"v":1,"id":1,"ok":true,"lines":["fine"],"data":{"up":9}}\n'))
    })

    expect(await askStatus(path)).toEqual({ ok: true, lines: ['fine'], data: { up: 9 } })
  })

  it.each([
    ['no socket', (dir: string) => join(dir, 'control.sock')],
    ['no folder', (dir: string) => join(dir, 'none/control.sock')],
  ])('says what to do where there is %s', async (_what, pathIn) => {
    const path = pathIn(makeDir())

    expect(messageOf(await askStatus(path))).toBe(`1 nothing runs at ${path}: start it with npm start`)
  })

  it('says the same of the socket of a run that was killed', async () => {
    const path = join(makeDir(), 'control.sock')
    await leaveStaleSocket(path)

    expect(messageOf(await askStatus(path))).toBe(`1 nothing runs at ${path}: start it with npm start`)
  })

  it('says so where the path is too long to be listened at', async () => {
    expect(messageOf(await askStatus(`/tmp/${'x'.repeat(99)}`))).toMatch(/^1 .* is longer than 103 bytes, so no run/)
  })

  it.each(['hello\n', '\xff\n', '{"v":2,"id":1,"ok":true}\n'])('knows a stranger by what it says: %j', async said => {
    const path = await standIn(socket => socket.write(said, 'latin1'))

    expect(messageOf(await askStatus(path))).toBe(`1 ${path} is not the control socket of a run`)
  })

  it('ends with the run', async () => {
    const path = await standIn(socket => socket.on('data', () => socket.destroy()))

    expect(messageOf(await askStatus(path))).toBe('1 the run ended before it answered')
  })

  it('gives up on a run that hangs, that answers nothing', async () => {
    const path = await standIn(socket => socket.pause())

    expect(messageOf(await askStatus(path))).toBe(`1 the run at ${path} does not answer: it is stopped, or hangs`)
  })

  it('says of a run that hangs that it may still obey, where it was asked to act', async () => {
    const path = await standIn(socket => socket.pause())

    expect(messageOf(await ask(path, { name: 'kill', node: 'server-1', signal: 'SIGKILL' }, SOON))).toBe(
      `1 the run at ${path} does not answer: it is stopped, or hangs, and may still obey when it goes on`,
    )
  })

  it('waits for a slow command while the run answers others', async () => {
    const path = await standIn(socket => {
      socket.on('data', chunk => {
        if (!String(chunk).includes('"id":2')) return
        socket.write('{"v":1,"id":2,"ok":true,"lines":[],"data":null}\n')
        setTimeout(() => socket.write('{"v":1,"id":1,"ok":true,"lines":["late"],"data":null}\n'), 10)
      })
    })

    expect(await ask(path, { name: 'restart', node: 'lb' }, SOON)).toMatchObject({ lines: ['late'] })
  })

  it('hands on the lines that follow, until the run ends', async () => {
    const path = await standIn(socket => {
      socket.on('data', () => {
        socket.write('{"v":1,"id":1,"ok":true,"lines":["a"],"data":["a"]}\n{"v":1,"id":1,"line":"b","data":"b"}\n')
        socket.end('{"v":1,"id":1,"line":"c","data":"c"}\n')
      })
    })
    const heard: unknown[] = []
    const follower = {
      onReply: (first: Reply) => heard.push(first),
      onLine: (line: string, data: unknown) => heard.push([line, data]),
    }
    const reply = await ask(path, { name: 'events', follow: true, lines: 1 }, { follower })

    expect(heard).toEqual([{ ok: true, lines: ['a'], data: ['a'] }, ['b', 'b'], ['c', 'c']])
    expect(reply).toEqual(heard[0])
  })
})
