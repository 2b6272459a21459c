/**
 * What both ends of a link share, over the memory transport: the handshake, and what is done with bytes that are no
 * part of the protocol. Whoever breaks the rules is told why and loses this connection, and nobody else's.
 */
import { beforeEach, describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { Acceptor } from '../../src/link/acceptor.ts'
import type { DownstreamLink } from '../../src/link/downstream-link.ts'
import type { LinkEvent, LinkSetting } from '../../src/link/link.ts'
import { makeMemoryTransport } from '../../src/transport/memory.ts'
import type { Transport } from '../../src/transport/transport.ts'
import { ErrorCode } from '../../src/wire/error-code.ts'
import { readErrorText } from '../../src/wire/error-frame.ts'
import { FrameType, HEADER_BYTES, LENGTH_MAX, readStreamId, WIRE_VERSION } from '../../src/wire/frame.ts'
import { encodeHello } from '../../src/wire/hello.ts'
import { settingOf } from '../support/link-fixtures.ts'
import {
  bareFrame,
  dialStranger,
  errorFrame,
  frameWithBody,
  requestFrame,
  responseFrame,
  type Stranger,
} from '../support/stranger.ts'
import { makeVirtualClock, type VirtualClock } from '../support/virtual-clock.ts'

let clock: VirtualClock
let setting: LinkSetting
let transport: Transport
let acceptor: Acceptor
let requests: number[]
let bystander: Stranger
let told: string[]

beforeEach(() => {
  clock = makeVirtualClock()
  transport = makeMemoryTransport(clock)
  requests = []
  const owner = {
    onRequest: (link: DownstreamLink, bytes: Uint8Array, start: number) => {
      requests.push(readStreamId(bytes, start))
      link.sendError(readStreamId(bytes, start), ErrorCode.application, false)
    },
    onCancel: () => {},
    onDownstreamQuiet: () => {},
    onDownstreamGone: () => {},
  }
  told = []
  const onLink = ({ towards, peer, end, isFinished }: LinkEvent) =>
    told.push(`${towards} ${peer?.node} ${end ? `${end.cause} ${end.detail}` : 'open'}${isFinished ? ' finished' : ''}`)
  setting = { ...settingOf(clock, 'server-1', 3), onLink }
  acceptor = new Acceptor(setting, owner)
  acceptor.listen({ clock, transport, rng: makeRng(1) }, 'there', () => {})
  clock.settle()
  bystander = open()
})

function open(): Stranger {
  const stranger = dialStranger(transport, 'there')
  clock.settle()
  stranger.sayHello()
  clock.settle()
  return stranger
}

/** The connection's ERROR that the stranger got before it was closed. */
function farewell(stranger: Stranger) {
  const [frame] = stranger.seen(FrameType.error).filter(({ streamId }) => streamId === 0)
  return frame && { code: frame.code, text: readErrorText(frame.bytes, 0) }
}

function expectBroken(stranger: Stranger, code: number, text?: RegExp): void {
  expect(farewell(stranger)?.code).toBe(code)
  if (text) expect(farewell(stranger)?.text).toMatch(text)
  expect(stranger.closes).toHaveLength(1)
  expect(setting.counts.protocolErrors).toBe(1)
  expect(acceptor.connections()).toBe(1)
  expect(bystander.closes).toEqual([])
  bystander.send(requestFrame(9))
  clock.settle()
  expect(requests.at(-1)).toBe(9)
}

describe('the handshake', () => {
  it('answers HELLO with who it is, and in which life', () => {
    expect(bystander.hello).toEqual({ node: 'server-1', generation: 3 })
  })

  it('takes a HELLO that comes byte by byte', () => {
    const stranger = dialStranger(transport, 'there')
    clock.settle()
    for (const byte of encodeHello(FrameType.hello, { node: 'slow', generation: 1 })) {
      stranger.send(Uint8Array.of(byte))
      clock.settle()
    }

    expect(stranger.hello).not.toBeNull()
  })

  it('takes a HELLO and a request glued together', () => {
    const stranger = dialStranger(transport, 'there')
    clock.settle()
    stranger.send(Buffer.concat([encodeHello(FrameType.hello, { node: '', generation: 1 }), requestFrame(1)]))
    clock.settle()

    expect(requests).toEqual([1])
  })

  it('closes who says no HELLO within 2 s', () => {
    const silent = dialStranger(transport, 'there')
    clock.advance(1_999)
    const early = silent.isClosed
    clock.advance(1)

    expect(early).toBe(false)
    expectBroken(silent, ErrorCode.protocol, /no HELLO within 2 s/)
  })

  it('says nothing about one who comes and goes', () => {
    const stranger = dialStranger(transport, 'there')
    clock.settle()
    stranger.connection!.end()
    clock.settle()

    expect(setting.counts.protocolErrors).toBe(0)
    expect(acceptor.connections()).toBe(1)
  })

  it.each([
    ['data', () => requestFrame(1)],
    ['a PING', () => bareFrame(FrameType.ping)],
    ['a HELLO-ACK', () => encodeHello(FrameType.helloAck, { node: 'x', generation: 1 })],
  ])('breaks off with who sends %s before HELLO', (_what, bytes) => {
    const stranger = dialStranger(transport, 'there')
    clock.settle()
    stranger.send(bytes())
    clock.settle()

    expectBroken(stranger, ErrorCode.protocol, /before HELLO/)
  })

  it.each([
    ['too long', () => frameWithBody(FrameType.hello, 0, 4 + 33)],
    ['too short', () => frameWithBody(FrameType.hello, 0, 3)],
    ['not printable', () => frameWithBody(FrameType.hello, 0, 5)],
  ])('breaks off over a name that is %s', (_what, bytes) => {
    const stranger = dialStranger(transport, 'there')
    clock.settle()
    stranger.send(bytes())
    clock.settle()

    expectBroken(stranger, ErrorCode.protocol)
  })
})

describe('bytes against the protocol', () => {
  it.each([
    ['a second HELLO', () => encodeHello(FrameType.hello, { node: 'x', generation: 1 })],
    ['a RESPONSE from a downstream', () => responseFrame(1)],
    ['a PONG from a downstream', () => bareFrame(FrameType.pong)],
    ['an ERROR of a stream from a downstream', () => errorFrame(1, ErrorCode.timeout)],
    ['a type that is none', () => bareFrame(77)],
    ['a PING with a body', () => frameWithBody(FrameType.ping, 0, 1)],
    ['a REQUEST shorter than its head', () => frameWithBody(FrameType.request, 1, 11)],
    ['a REQUEST of stream 0', () => requestFrame(0)],
    ['a REQUEST whose stream has no place', () => requestFrame(0x10000)],
    ['a DRAIN that answers none', () => bareFrame(FrameType.drain)],
  ])('%s breaks this connection', (_what, bytes) => {
    const stranger = open()
    stranger.send(bytes())
    clock.settle()

    expectBroken(stranger, ErrorCode.protocol)
  })

  it('a wrong version is told by its own code', () => {
    const stranger = open()
    const bytes = bareFrame(FrameType.ping)
    bytes[0] = WIRE_VERSION + 1
    stranger.send(bytes)
    clock.settle()

    expectBroken(stranger, ErrorCode.version)
  })

  it.each([
    ['GET / HTTP/1.1\r\n', /HTTP/],
    ['\x16\x03\x01', /TLS/],
    ['\x00', /0x00/],
  ])('another protocol (%j) is told by its name', (text, words) => {
    const stranger = dialStranger(transport, 'there')
    clock.settle()
    stranger.send(Buffer.from(text, 'latin1'))
    clock.settle()

    expectBroken(stranger, ErrorCode.protocol, words)
  })

  it.each([LENGTH_MAX + 1, 0x8000_0000, 0xffff_ffff])('a length of %i is refused before a byte of the body', length => {
    const stranger = open()
    const bytes = bareFrame(FrameType.request, 1)
    bytes.set([length >>> 24, length >>> 16, length >>> 8, length], HEADER_BYTES - 4)
    stranger.send(bytes)
    clock.settle()

    expectBroken(stranger, ErrorCode.frameTooLarge)
  })

  it('a frame that is begun and not finished within 5 s breaks the connection', () => {
    const stranger = open()
    stranger.send(requestFrame(1).subarray(0, 20))
    clock.settle()
    const startMs = clock.nowMs()
    acceptor.tick(startMs)
    acceptor.tick(startMs + 5_000)
    clock.settle()
    const early = stranger.isClosed
    acceptor.tick(startMs + 5_001)
    clock.settle()

    expect(early).toBe(false)
    expectBroken(stranger, ErrorCode.protocol, /not finished/)
  })

  it('what follows the offence in the same bytes, or after, is not served', () => {
    const stranger = open()
    stranger.send(Buffer.concat([requestFrame(1), bareFrame(77), requestFrame(2)]), requestFrame(3))
    clock.settle()

    expect(requests).toEqual([1])
    expectBroken(stranger, ErrorCode.protocol)
  })

  it('what finishes a frame that was given up is not served', () => {
    const stranger = open()
    stranger.send(requestFrame(1).subarray(0, 20))
    clock.settle()
    acceptor.tick(clock.nowMs())
    stranger.send(requestFrame(1).subarray(20))
    acceptor.tick(clock.nowMs() + 6_000)
    clock.settle()

    expect(requests).toEqual([])
    expectBroken(stranger, ErrorCode.protocol)
  })

  it('an ERROR of the connection from the peer closes it, without a word back', () => {
    const stranger = open()
    stranger.forget()
    stranger.send(errorFrame(0, ErrorCode.protocol))
    clock.settle()

    expect(stranger.frames).toEqual([])
    expect(stranger.closes).toHaveLength(1)
    expect(setting.counts.protocolErrors).toBe(0)
    expect(bystander.isClosed).toBe(false)
  })

  it('random bytes never do more than close their own connection', () => {
    const rng = makeRng('random bytes')
    for (let round = 0; round < 200; round++) {
      const stranger = round % 2 === 0 ? open() : dialStranger(transport, 'there')
      clock.settle()
      const bytes = Uint8Array.from({ length: 1 + rng.int(400) }, () => rng.int(256))
      if (rng.int(2) === 0) bytes[0] = WIRE_VERSION
      stranger.send(bytes)
      clock.settle()
      stranger.connection!.destroy()
      clock.settle()
    }

    expect(acceptor.connections()).toBe(1)
    bystander.send(requestFrame(9))
    clock.settle()
    expect(requests.at(-1)).toBe(9)
  })
})

describe('a peer that takes no bytes', () => {
  it('is closed when a write has been stuck for 10 s', () => {
    const stuck = open()
    stuck.connection!.pauseReading()
    // Each is owed an answer; 20 000 of them are more than the kernel's part takes.
    stuck.send(Buffer.concat(Array.from({ length: 20_000 }, () => requestFrame(1, { payload: '' }))))
    clock.settle()
    const startMs = clock.nowMs()
    acceptor.tick(startMs)
    acceptor.tick(startMs + 10_000)
    clock.settle()
    const early = acceptor.connections()
    acceptor.tick(startMs + 10_001)
    clock.settle()

    expect(early).toBe(2)
    expect(acceptor.connections()).toBe(1)
    expect(setting.counts).toMatchObject({ protocolErrors: 0, stalled: 1 })
    expect(bystander.isClosed).toBe(false)
  })
})

describe('a node hears of its connections', () => {
  it('when one stands, and when it is over, by whose doing', () => {
    const left = open()
    left.connection!.end()
    const broken = open()
    broken.send(bareFrame(99))
    clock.settle()
    acceptor.finish()
    bystander.connection!.end()
    clock.settle()

    expect(told).toEqual([
      'downstream stranger open',
      'downstream stranger open',
      'downstream stranger ended ',
      'downstream stranger open',
      'downstream stranger protocol frame type 99 is none of this protocol finished',
      'downstream stranger ended  finished',
    ])
  })

  it('also of one that never said who it is', () => {
    told.length = 0
    dialStranger(transport, 'there')
    clock.advance(2_000)

    expect(told).toEqual(['downstream undefined protocol no HELLO within 2 s finished'])
  })
})
