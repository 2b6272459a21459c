/** The answering end of a link, over a fake connection. */
import { beforeEach, describe, expect, it } from 'vitest'
import { DownstreamLink } from '../../src/link/downstream-link.ts'
import type { LinkEnd } from '../../src/link/link.ts'
import { ErrorCode } from '../../src/wire/error-code.ts'
import { FLAG_NOT_EXECUTED, FrameType, readFlags, readStreamId, readType } from '../../src/wire/frame.ts'
import { encodeHello } from '../../src/wire/hello.ts'
import { FakeConnection, settingOf } from '../support/link-fixtures.ts'
import { bareFrame, requestFrame, responseFrame } from '../support/stranger.ts'
import { makeVirtualClock, type VirtualClock } from '../support/virtual-clock.ts'

let clock: VirtualClock
let connection: FakeConnection
let link: DownstreamLink
let seen: string[]
let ends: LinkEnd[]

beforeEach(() => connectAs('proxy-1'))

function connectAs(node: string): void {
  clock = makeVirtualClock()
  connection = new FakeConnection()
  seen = []
  ends = []
  link = new DownstreamLink(
    settingOf(clock, 'server-1'),
    {
      onRequest: (_link, bytes, start) => seen.push(`request ${readStreamId(bytes, start)}`),
      onCancel: (_link, streamId) => seen.push(`cancel ${streamId}`),
    },
    {
      onLinkOpen: () => seen.push('open'),
      onDrained: () => seen.push('drained'),
      onLinkClosed: (_link, end) => ends.push(end),
    },
  )
  link.attach(connection)
  link.onBytes(encodeHello(FrameType.hello, { node, generation: 2 }))
  clock.settle()
}

/** Types of the frames in each write since the handshake; every one of them is a bare header or an ERROR here. */
const types = () => connection.sent.slice(1).map(bytes => readType(bytes, 0))

describe('a downstream link', () => {
  it('knows who sent HELLO, and answers it', () => {
    expect(link.peer).toEqual({ node: 'proxy-1', generation: 2 })
    expect(connection.sent.map(bytes => readType(bytes, 0))).toEqual([FrameType.helloAck])
    expect(seen).toEqual(['open'])
  })

  it('hands on requests and cancels in the order they came', () => {
    link.onBytes(Buffer.concat([requestFrame(1), bareFrame(FrameType.cancel, 1), requestFrame(2)]))

    expect(seen).toEqual(['open', 'request 1', 'cancel 1', 'request 2'])
  })

  it('answers PING', () => {
    link.onBytes(bareFrame(FrameType.ping))
    clock.settle()

    expect(types()).toEqual([FrameType.pong])
  })

  it('says whether a failed request was executed', () => {
    link.sendError(7, ErrorCode.overload, true)
    clock.settle()
    link.sendError(8, ErrorCode.timeout, false)
    clock.settle()

    expect(connection.sent.slice(1).map(bytes => [readStreamId(bytes, 0), readFlags(bytes, 0)])).toEqual([
      [7, FLAG_NOT_EXECUTED],
      [8, 0],
    ])
  })

  it('sends DRAIN once, and is drained when the peer says it back', () => {
    link.sendDrain()
    link.sendDrain()
    clock.settle()
    const before = link.isDrained
    link.onBytes(Buffer.concat([requestFrame(5), bareFrame(FrameType.drain)]))

    expect(types()).toEqual([FrameType.drain])
    expect(before).toBe(false)
    expect(link.isDrained).toBe(true)
    expect(seen).toEqual(['open', 'request 5', 'drained'])
  })

  it('does not read from a peer that does not read, until it does', () => {
    connection.takesMore = false
    link.forwardAnswer(responseFrame(1), 0, responseFrame(1).length)
    clock.settle()
    const whileFull = connection.isPaused
    connection.takesMore = true
    link.onWritable()

    expect(whileFull).toBe(true)
    expect(connection.isPaused).toBe(false)
  })

  const owe = (bytes: number) => {
    connection.takesMore = false
    connection.owed = bytes
    link.forwardAnswer(responseFrame(1), 0, responseFrame(1).length)
    clock.settle()
  }

  const tickAfter = (ms: number) => {
    clock.advance(ms)
    link.tick(clock.nowMs())
    clock.settle()
  }

  it('closes when more than 8 MiB are owed to a peer that takes none for 1 s', () => {
    owe(8 * 1_048_576 + 1)
    tickAfter(0)
    tickAfter(1_000)
    const atLimit = connection.isDestroyed
    tickAfter(1)
    link.onClose({ cause: 'local', detail: '' })

    expect([atLimit, connection.isDestroyed]).toEqual([false, true])
    expect(ends).toEqual([{ cause: 'stalled', detail: 'takes no bytes' }])
  })

  it('stays open while a peer that is owed much takes some of it, though the write under way counts as owed whole', () => {
    owe(20 * 1_048_576)
    for (let i = 0; i < 10; i++) {
      connection.taken += 1_000_000
      tickAfter(1_100)
    }

    expect(connection.isDestroyed).toBe(false)
  })

  it('closes at once when more than 64 MiB are owed', () => {
    owe(64 * 1_048_576 + 1)

    expect(connection.isDestroyed).toBe(true)
  })

  it('counts the 10 s of a stuck write from when it got stuck, not from the last time', () => {
    connection.takesMore = false
    link.forwardAnswer(responseFrame(1), 0, 17)
    connection.owed = 17
    tickAfter(0)
    tickAfter(9_000)
    connection.owed = 0
    connection.taken = 17
    link.onWritable()
    tickAfter(0)
    link.forwardAnswer(responseFrame(2), 0, 17)
    connection.owed = 17
    tickAfter(10_000)
    const early = connection.isDestroyed
    tickAfter(1)

    expect(early).toBe(false)
    expect(connection.isDestroyed).toBe(true)
  })

  it('does not hold against its peer the time in which it did not run itself', () => {
    link.onBytes(requestFrame(1).subarray(0, 20))
    owe(17)
    tickAfter(0)
    clock.advance(60_000)
    link.tick(clock.nowMs(), 59_750)
    clock.settle()
    const resumed = connection.isDestroyed
    tickAfter(5_000)

    expect(resumed).toBe(false)
    expect(connection.isDestroyed).toBe(false)
  })

  it('waits for the end of the turn before it misses HELLO: it may have come while this process stood still', () => {
    const turn: (() => void)[] = []
    const setting = { ...settingOf(clock), clock: { ...clock, afterTurn: (fire: () => void) => turn.push(fire) } }
    const late = new DownstreamLink(
      setting,
      { onRequest: () => {}, onCancel: () => {} },
      { onLinkOpen: () => {}, onDrained: () => {}, onLinkClosed: () => {} },
    )
    late.attach(connection)
    clock.advance(2_000)
    late.onBytes(encodeHello(FrameType.hello, { node: 'proxy-1', generation: 2 }))
    for (const fire of turn.splice(0)) fire()

    expect(late.givenUp).toBeNull()
    expect(late.peer?.node).toBe('proxy-1')
  })

  it('is silent once it is closed, whatever is still asked of it', () => {
    link.onClose({ cause: 'lost', detail: 'ECONNRESET' })
    const before = connection.sent.length
    link.sendError(1, ErrorCode.timeout, false)
    link.forwardAnswer(responseFrame(1), 0, 17)
    link.sendDrain()
    link.onClose({ cause: 'lost', detail: '' })
    link.onBytes(requestFrame(1))
    clock.advance(10_000)

    expect(connection.sent.length).toBe(before)
    expect(ends).toEqual([{ cause: 'lost', detail: 'ECONNRESET' }])
    expect(seen).toEqual(['open'])
  })
})

describe('a downstream link to a client that does not read', () => {
  const MIB = 1_048_576
  let streams = 0
  /** Takes requests of 1 MiB, as the owner does. */
  const take = (count: number) => {
    for (let i = 0; i < count; i++) link.beginStream(++streams, 0, MIB)
    return connection.isPaused
  }
  beforeEach(() => {
    connectAs('')
    streams = 0
  })

  it('reads no more than 6 MiB and a frame of requests, until answers have gone', () => {
    const [six, seven] = [take(6), take(1)]
    link.endStream(7)

    expect([six, seven]).toEqual([false, true])
    expect(connection.isPaused).toBe(false)
  })

  it('reads on only when the answers that have gone have also left', () => {
    take(7)
    connection.takesMore = false
    link.forwardAnswer(responseFrame(7), 0, 17)
    clock.settle()
    link.endStream(7)
    const whileOwed = connection.isPaused
    link.onWritable()

    expect(whileOwed).toBe(true)
    expect(connection.isPaused).toBe(false)
  })

  it('lets one that reads have a byte more under way for each that it took, up to 32 MiB', () => {
    connection.taken = 4 * MIB
    const atTen = [take(10), take(1)]
    connection.taken = 1_000 * MIB
    link.endStream(11)
    const atMost = [take(22), take(1)]

    expect(atTen).toEqual([false, true])
    expect(atMost).toEqual([false, true])
  })

  it('says PONG unasked while it reads nothing, so that it does not seem dead', () => {
    take(7)
    link.tick(clock.nowMs())
    clock.settle()
    const held = types()
    link.endStream(1)
    link.tick(clock.nowMs())
    clock.settle()

    expect(held).toEqual([FrameType.pong])
    expect(types()).toEqual([FrameType.pong])
  })

  it('does not take a frame for unfinished that it does not read, nor at once when it reads again', () => {
    link.onBytes(requestFrame(9).subarray(0, 20))
    take(7)
    clock.advance(60_000)
    link.tick(clock.nowMs())
    link.endStream(1)
    link.tick(clock.nowMs())
    clock.settle()

    expect(connection.isDestroyed).toBe(false)
    expect(connection.isPaused).toBe(false)
  })

  it('holds no node back for that, which has limits of its own', () => {
    connectAs('lb')
    link.isFromClient = false

    expect(take(1_000)).toBe(false)
  })

  it.each(['', 'lb'])('lets one with more than 64 KiB under way wait while the upstreams are crowded (%j)', node => {
    connectAs(node)
    link.beginStream(1, 0, 65_536)
    link.setCrowded(true)
    const withLittle = connection.isPaused
    link.beginStream(2, 0, 1)
    const withMuch = connection.isPaused
    link.setCrowded(false)

    expect([withLittle, withMuch]).toEqual([false, true])
    expect(connection.isPaused).toBe(false)
  })
})
