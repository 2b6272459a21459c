/** A client written from PROTOCOL.md alone: nothing of the wire's code is imported. */
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../supervise/socket-fixtures.ts'
import { expectAllAnswered } from '../support/claims.ts'
import { nineNodes, nodeOf, type Run, startRun } from '../support/processes.ts'

const VERSION = 0x81
const HELLO = 1
const HELLO_ACK = 2
const REQUEST = 3
const RESPONSE = 4
const ERROR = 5
const PING = 7
const PONG = 8

interface Frame {
  readonly type: number
  readonly stream: number
  readonly body: Buffer
}

class Stranger {
  readonly frames: Frame[] = []
  isClosed = false
  private bytes = Buffer.alloc(0)
  private readonly socket: Socket

  constructor(path: string) {
    this.socket = connect({ path })
    this.socket.on('error', () => {})
    this.socket.on('close', () => {
      this.isClosed = true
    })
    this.socket.on('data', chunk => {
      this.bytes = Buffer.concat([this.bytes, chunk])
      while (this.bytes.length >= 12 && this.bytes.length >= 12 + this.bytes.readUInt32BE(8)) this.cut()
    })
  }

  private cut(): void {
    const end = 12 + this.bytes.readUInt32BE(8)
    expect(this.bytes[0]).toBe(VERSION)
    this.frames.push({
      type: this.bytes[1]!,
      stream: this.bytes.readUInt32BE(4),
      body: Buffer.from(this.bytes.subarray(12, end)),
    })
    this.bytes = this.bytes.subarray(end)
  }

  write(bytes: Uint8Array | string): void {
    this.socket.write(bytes)
  }

  frame(type: number, stream = 0, body: Uint8Array = Buffer.alloc(0)): void {
    const header = Buffer.alloc(12)
    header.writeUInt8(VERSION, 0)
    header.writeUInt8(type, 1)
    header.writeUInt32BE(stream, 4)
    header.writeUInt32BE(body.length, 8)
    this.write(Buffer.concat([header, body]))
  }

  request(stream: number, payload: Uint8Array): void {
    const head = Buffer.alloc(12)
    head.writeUInt32BE(2_000, 0) // budget, ms
    head.writeUInt8(1, 8) // the first attempt
    head.writeUInt16BE(1, 10) // idempotent
    this.frame(REQUEST, stream, Buffer.concat([head, payload]))
  }

  async answer(count = 1): Promise<Frame[]> {
    await until(() => this.frames.length >= count, `${count} frames have come`, 10_000)
    return this.frames.splice(0)
  }

  async closing(): Promise<void> {
    await until(() => this.isClosed, 'the connection is closed', 10_000)
  }

  close(): void {
    this.socket.destroy()
  }
}

let run: Run
const strangers: Stranger[] = []
beforeAll(async () => {
  run = startRun({ topology: nineNodes({ rate: 200 }) })
  await run.ready()
})
afterEach(() => {
  for (const stranger of strangers.splice(0)) stranger.close()
})

function dial(): Stranger {
  const stranger = new Stranger(join(run.dir, 'sockets/lb.sock'))
  strangers.push(stranger)
  return stranger
}

async function greet(): Promise<Stranger> {
  const stranger = dial()
  stranger.frame(HELLO, 0, Buffer.from([0, 0, 0, 1]))
  await stranger.answer()
  return stranger
}

describe('a stranger that speaks the protocol', () => {
  it('is greeted by name', async () => {
    const stranger = dial()
    stranger.frame(HELLO, 0, Buffer.from([0, 0, 0, 1]))
    const [ack] = await stranger.answer()

    expect([ack!.type, ack!.stream, ack!.body.readUInt32BE(0)]).toEqual([HELLO_ACK, 0, 1])
    expect(ack!.body.subarray(4).toString()).toBe('lb')
  })

  it('gets its own payload back for each request', async () => {
    const stranger = await greet()
    const payloads = ['', 'good morning', 'x'.repeat(200_000)].map(text => Buffer.from(text))
    payloads.forEach((payload, i) => {
      stranger.request(i + 1, payload)
    })
    const answers = (await stranger.answer(3)).toSorted((a, b) => a.stream - b.stream)

    expect(answers.map(({ type, stream }) => [type, stream])).toEqual([1, 2, 3].map(stream => [RESPONSE, stream]))
    expect(answers.map(({ body }, i) => body.equals(payloads[i]!))).toEqual([true, true, true])
  })

  it('may cut its bytes anywhere', async () => {
    const stranger = await greet()
    const [header, payload] = [Buffer.from('8103000000000009', 'hex'), Buffer.from('slow')]
    const head = Buffer.from('00000010 000007d0 00000000 01000001'.replaceAll(' ', ''), 'hex')
    for (const byte of Buffer.concat([header, head, payload])) {
      stranger.write(Buffer.from([byte]))
      await new Promise(setImmediate)
    }
    const [answer] = await stranger.answer()

    expect([answer!.type, answer!.stream, answer!.body.toString()]).toEqual([RESPONSE, 9, 'slow'])
  })

  it('hears PONG for PING', async () => {
    const stranger = await greet()
    stranger.frame(PING)

    expect(await stranger.answer()).toEqual([{ type: PONG, stream: 0, body: Buffer.alloc(0) }])
  })
})

describe('a stranger that does not', () => {
  it.each([
    ['a frame of no known type', (stranger: Stranger) => stranger.frame(99), 16],
    ['another version', (stranger: Stranger) => stranger.write(Buffer.from([0x82, ...Buffer.alloc(11)])), 18],
    [
      'a length above the limit',
      (stranger: Stranger) => stranger.write(Buffer.from('81030000000000010010000d', 'hex')),
      17,
    ],
  ])('is told what was wrong and closed: %s', async (_what, speak, code) => {
    const stranger = await greet()
    speak(stranger)
    const [error] = await stranger.answer()
    await stranger.closing()

    expect([error!.type, error!.stream, error!.body.readUInt16BE(0)]).toEqual([ERROR, 0, code])
    expect(error!.body.subarray(2).toString()).toMatch(/^[\x20-\x7e]+$/)
  })

  it.each([
    ['HTTP', 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['TLS', Buffer.from('16030100c8010000c40303', 'hex')],
  ])('is closed when it speaks %s', async (_what, bytes) => {
    const stranger = dial()
    stranger.write(bytes)
    await stranger.closing()

    expect(stranger.frames.filter(({ type }) => type !== ERROR)).toEqual([])
  })

  it('disturbs nobody else', async () => {
    const stats = await run.freshStats()
    const { code, summary } = await run.end()

    expect(nodeOf(stats, 'lb').protocolErrors).toBeGreaterThanOrEqual(5)
    expect([code, summary.laws]).toEqual([0, 'ok'])
    expectAllAnswered(summary.client)
    // Four strangers' requests beside the clients' own.
    expect(nodeOf(summary, 'lb').received).toBe(summary.client.sent + 4)
  })
})
