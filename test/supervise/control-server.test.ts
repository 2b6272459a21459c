import { existsSync, statSync } from 'node:fs'
import net, { type Socket } from 'node:net'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { Asker, Command, Reply } from '../../src/control/command.ts'
import { judgeLine, LINE_BYTES_MAX } from '../../src/control/protocol.ts'
import { ControlServer } from '../../src/supervise/control-server.ts'
import { makeDir } from '../support/commands.ts'
import { until } from './socket-fixtures.ts'

const STATUS = '{"v":1,"id":1,"command":{"name":"status"}}'
const DONE: Reply = { ok: true, lines: ['fine'], data: null }

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

async function serve(obey: (command: Command, asker: Asker) => Promise<Reply> = async () => DONE) {
  const address = join(makeDir(), 'control.sock')
  const obeyed: Command[] = []
  const server = new ControlServer({
    address,
    obey: (command, asker) => {
      obeyed.push(command)
      return obey(command, asker as Asker)
    },
    say: () => {},
  })
  closers.push(() => server.close())
  expect(await server.open()).toBe(null)
  return { address, server, obeyed }
}

/** Somebody at the other end: what he was sent, and whether that is all. */
function connect(address: string) {
  const socket = net.connect(address)
  const peer = { socket, text: '', isClosed: false, lines: (): string[] => peer.text.split('\n').slice(0, -1) }
  socket.on('data', chunk => {
    peer.text += String(chunk)
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    peer.isClosed = true
  })
  closers.push(() => socket.destroy())
  return peer
}

const say = (address: string, bytes: string | Uint8Array) => {
  const peer = connect(address)
  peer.socket.write(bytes)
  return peer
}
const closed = (peer: { isClosed: boolean }) => until(() => peer.isClosed, 'it is closed', 10_000)
const connected = (socket: Socket) => until(() => !socket.connecting, 'it is connected')

describe('the control socket', () => {
  it('is private, answers, and leaves nothing', async () => {
    const { address, server } = await serve()
    const peer = say(address, `${STATUS}\n${STATUS.replace('1,"c', '7,"c')}\n`)
    await until(() => peer.lines().length === 2, 'both are answered')

    expect((statSync(address).mode & 0o777).toString(8)).toBe('600')
    expect(peer.lines()).toEqual([1, 7].map(id => `{"v":1,"id":${id},"ok":true,"lines":["fine"],"data":null}`))
    server.close()
    await closed(peer)
    expect([existsSync(address), server.errors]).toEqual([false, 0])
  })

  it('answers who ends his side at once, also without the end of the line', async () => {
    const { address, server } = await serve(async () => {
      await new Promise(resolve => setTimeout(resolve, 20))
      return DONE
    })
    const peer = connect(address)
    peer.socket.end(STATUS)
    await closed(peer)

    expect([peer.lines().length, server.errors]).toEqual([1, 0])
  })

  it('tells a wrong command and goes on', async () => {
    const { address, server, obeyed } = await serve()
    const peer = say(address, `${STATUS.replace('status', 'stauts')}\n${STATUS}\n`)
    await until(() => peer.lines().length === 2, 'both are answered')

    expect(peer.lines()[0]).toContain('"exitCode":2,"message":"unknown command \\"stauts\\", did you mean status?"')
    expect([obeyed, server.errors]).toEqual([[{ name: 'status' }], 0])
  })

  it.each<[string, string | Uint8Array, RegExp]>([
    ['no JSON', 'GET / HTTP/1.1\r\n\r\n', /a line is one JSON object/],
    ['no text', Uint8Array.of(0xff, 0xfe, 0x0a), /UTF-8/],
    ['a line without an end', 'x'.repeat(LINE_BYTES_MAX + 1), /at most 65536 bytes/],
    ['half a line and silence', '{"v":1,', /must end within a second/],
    ['another version', '{"v":2,"id":1,"command":{"name":"status"}}\n', /must be 1/],
  ])('closes, counts and does nothing else at %s', async (_what, bytes, why) => {
    const { address, server, obeyed } = await serve()
    const peer = say(address, bytes)
    await until(() => peer.lines().length === 1, 'it says why')
    peer.socket.end()
    await closed(peer)

    expect(peer.lines()[0]).toMatch(why)
    expect([server.errors, obeyed]).toEqual([1, []])
  })

  it('does nothing but what it is told in commands, whatever the bytes', async () => {
    const { address, server, obeyed } = await serve()
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .array(fc.constantFrom(STATUS, '\n', '{', '"', ' ', '[]', '{"v":1}', '\u0000'), { maxLength: 8 })
        .map(parts => Buffer.from(parts.join(''))),
    )
    await fc.assert(
      fc.asyncProperty(bytes, async whole => {
        const before = { errors: server.errors, obeyed: obeyed.length }
        const peer = connect(address)
        peer.socket.end(whole)
        await closed(peer)
        const lines = Buffer.from(whole).toString('latin1').split('\n')
        const rest = lines.pop()!
        const judged = [...lines, ...(rest === '' ? [] : [rest])].map(
          line => judgeLine(Buffer.from(line, 'latin1')).kind,
        )
        const fault = judged.indexOf('fault')
        const commands = judged.slice(0, fault === -1 ? undefined : fault).filter(kind => kind === 'command')

        expect(server.errors - before.errors).toBe(fault === -1 ? 0 : 1)
        expect(obeyed.length - before.obeyed).toBe(commands.length)
      }),
      { numRuns: 100 },
    )
    const peer = say(address, `${STATUS}\n`)
    await until(() => peer.lines().length === 1, 'it still answers')
  })

  it('turns away the 33rd, and takes another once one has left', async () => {
    const { address, server } = await serve()
    const peers = Array.from({ length: 32 }, () => connect(address))
    await Promise.all(peers.map(({ socket }) => connected(socket)))
    const late = connect(address)
    await closed(late)
    peers[0]!.socket.destroy()
    await closed(peers[0]!)
    const next = say(address, `${STATUS}\n`)
    await until(() => next.lines().length === 1, 'the next is answered')

    expect(late.lines()[0]).toContain('32 connections are there already')
    expect([server.errors, peers.filter(({ isClosed }) => isClosed).length]).toEqual([1, 1])
  })

  it('tells whom it turns away why, also who asks before he listens', async () => {
    const { address, server } = await serve()
    const peers = Array.from({ length: 32 }, () => connect(address))
    await Promise.all(peers.map(({ socket }) => connected(socket)))
    const late = connect(address)
    late.socket.pause()
    await until(() => server.errors === 1, 'it is turned away')
    await new Promise(setImmediate)
    late.socket.write(`${STATUS}\n`)
    await new Promise(setImmediate)
    late.socket.resume()
    await closed(late)

    expect(late.lines()[0]).toContain('32 connections are there already')
  })

  it('closes who does not read what he asks for, and keeps no more for him', async () => {
    const big: Reply = { ok: true, lines: ['x'.repeat(300_000)], data: null }
    const { address, server } = await serve(async () => big)
    const peer = connect(address)
    await connected(peer.socket)
    peer.socket.pause()
    peer.socket.write(`${STATUS}\n`.repeat(20))
    await until(() => server.errors === 1, 'it is closed')
    peer.socket.resume()
    await closed(peer)

    expect(peer.lines().length).toBeLessThan(20)
    expect(server.errors).toBe(1)
  })

  it('answers 32 commands of one connection at a time', async () => {
    const { address } = await serve(() => new Promise(() => {}))
    const peer = say(address, `${STATUS}\n`.repeat(33))
    await until(() => peer.lines().length === 1, 'one is refused')

    expect(peer.lines()[0]).toContain('32 commands of this connection are not answered yet')
  })

  it('hands 32 things on to one connection, and forgets those that are over', async () => {
    const { address } = await serve(async ({ name }, { onGone }) => {
      const forget = onGone(() => {})
      if (name === 'wait') forget()
      return DONE
    })
    const wait = STATUS.replace('"status"', '"wait","node":"a","state":"up"')
    const peer = say(address, '')
    for (const [index, line] of [...Array(100).fill(wait), ...Array(33).fill(STATUS)].entries()) {
      peer.socket.write(`${line}\n`)
      await until(() => peer.lines().length > index, 'it is answered')
    }

    expect(peer.lines().filter(line => line.includes('"ok":true')).length).toBe(132)
    expect(peer.lines().at(-1)).toContain('32 commands of this connection go on; wait for them, or open another')
  })

  it('hands on what is followed until the connection ends', async () => {
    let asker: Asker | null = null
    let isGone = false
    const { address } = await serve(async (_command, asks) => {
      asker = asks
      asks.onGone(() => {
        isGone = true
      })
      return DONE
    })
    const peer = say(address, `${STATUS}\n`)
    await until(() => peer.lines().length === 1, 'it is answered')
    asker!.tell('one', { one: 1 })
    await until(() => peer.lines().length === 2, 'a line follows')
    expect([isGone, asker!.isBehind()]).toEqual([false, false])
    peer.socket.end()
    await closed(peer)

    expect(peer.lines()[1]).toBe('{"v":1,"id":1,"line":"one","data":{"one":1}}')
    expect(isGone).toBe(true)
  })
})
