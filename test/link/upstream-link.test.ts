/** The asking end of a link, over a fake connection: handshake, what is owed, silence, drain. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { LinkEnd, LinkSetting } from '../../src/link/link.ts'
import { UpstreamLink } from '../../src/link/upstream-link.ts'
import { ErrorCode } from '../../src/wire/error-code.ts'
import { readErrorCode } from '../../src/wire/error-frame.ts'
import { FrameType, readStreamId, readType } from '../../src/wire/frame.ts'
import { encodeHello } from '../../src/wire/hello.ts'
import { FakeConnection, settingOf } from '../support/link-fixtures.ts'
import { bareFrame, errorFrame, frameWithBody, requestFrame, responseFrame } from '../support/stranger.ts'
import { makeVirtualClock, type VirtualClock } from '../support/virtual-clock.ts'

const ACK = () => encodeHello(FrameType.helloAck, { node: 'server-1', generation: 4 })

let clock: VirtualClock
let setting: LinkSetting
let connection: FakeConnection
let link: UpstreamLink
let seen: string[]
let ends: LinkEnd[]
let ponged: number
let limits: { intervalMs: number; timeoutMs: number; fall: number; rise: number }

function dialled(): void {
  clock = makeVirtualClock()
  connection = new FakeConnection()
  seen = []
  ends = []
  ponged = 0
  setting = settingOf(clock)
  limits = { intervalMs: 500, timeoutMs: 1_000, fall: 3, rise: 2 }
  link = new UpstreamLink(
    setting,
    limits,
    { onAnswer: (_link, bytes, start) => seen.push(`answer ${readStreamId(bytes, start)}`) },
    {
      onLinkOpen: () => seen.push('open'),
      onLinkChange: each => seen.push(each.isUsable() ? 'usable' : 'not usable'),
      onLinkClosed: (_link, end) => ends.push(end),
    },
  )
  link.attach(connection)
  link.onOpen()
  clock.settle()
}

function request(streamId: number): void {
  const bytes = requestFrame(streamId)
  link.forwardRequest(bytes, 0, bytes.length, clock.nowMs())
  clock.settle()
}

/** Lets time pass as a node does, with its tick four times a second. */
function pass(ms: number): void {
  for (let left = ms; left > 0; left -= 250) {
    clock.advance(Math.min(250, left))
    link.tick(clock.nowMs())
    clock.settle()
  }
}

/** Once for each PING. */
function answerPing(): void {
  if (sentTypes().filter(type => type === FrameType.ping).length > ponged) {
    ponged++
    link.onBytes(bareFrame(FrameType.pong))
  }
}

const sentTypes = () => connection.sent.slice(1).map(bytes => readType(bytes, 0))

function expectBroken(code: number = ErrorCode.protocol): void {
  clock.settle()
  const last = connection.sent.at(-1)!
  expect([readType(last, 0), readStreamId(last, 0), readErrorCode(last, 0)]).toEqual([FrameType.error, 0, code])
  expect(connection.isDestroyed).toBe(true)
  link.onClose({ cause: 'local', detail: '' })
  expect(ends.map(end => end.cause)).toEqual(['protocol'])
  expect(setting.counts.protocolErrors).toBe(1)
}

describe('an upstream link before HELLO-ACK', () => {
  beforeEach(dialled)

  it('says HELLO first, and may not be used', () => {
    expect(connection.sent.map(bytes => readType(bytes, 0))).toEqual([FrameType.hello])
    expect(link.isUsable()).toBe(false)
  })

  it('opens on HELLO-ACK and knows the life of its peer', () => {
    link.onBytes(ACK())

    expect(seen).toEqual(['open'])
    expect(link.peer).toEqual({ node: 'server-1', generation: 4 })
    expect(link.isUsable()).toBe(true)
  })

  it('closes when none comes within 2 s', () => {
    clock.advance(1_999)
    const early = connection.isDestroyed
    clock.advance(1)
    link.onClose({ cause: 'local', detail: '' })

    expect(early).toBe(false)
    expect(ends).toEqual([{ cause: 'stalled', detail: 'no HELLO-ACK within 2 s' }])
    expect(setting.counts).toEqual({ protocolErrors: 0, stalled: 1, dropped: 0 })
  })

  it('waits anew where this process stood still: the connection may stand only since now', () => {
    clock.stall(2_600)
    clock.advance(0)
    const afterStop = connection.isDestroyed
    clock.advance(2_000)

    expect([afterStop, connection.isDestroyed]).toEqual([false, true])
  })

  it('takes no other frame', () => {
    link.onBytes(responseFrame(1))

    expectBroken()
  })

  it('takes no for an answer', () => {
    link.onBytes(errorFrame(0, ErrorCode.version))
    link.onClose({ cause: 'local', detail: '' })

    expect(connection.isDestroyed).toBe(true)
    expect(ends).toEqual([{ cause: 'dismissed', detail: 'the peer closed with error version: a test' }])
    expect(setting.counts.protocolErrors).toBe(0)
  })
})

describe('an upstream link', () => {
  beforeEach(() => {
    dialled()
    link.onBytes(ACK())
    seen = []
  })

  it('counts what it is owed', () => {
    request(1)
    request(2)
    const both = link.outstanding
    link.onBytes(responseFrame(2))
    link.onBytes(errorFrame(1, ErrorCode.overload))

    expect(both).toBe(2)
    expect(link.outstanding).toBe(0)
    expect(seen).toEqual(['answer 2', 'answer 1'])
  })

  it.each([
    ['an answer to nothing', () => responseFrame(1)],
    ['an ERROR to nothing', () => errorFrame(1, ErrorCode.timeout)],
    ['an ERROR without a code', () => frameWithBody(FrameType.error, 1, 1)],
    ['a REQUEST', () => requestFrame(1)],
    ['a PING', () => bareFrame(FrameType.ping)],
    ['a second HELLO-ACK', ACK],
    ['a type that is none', () => bareFrame(200)],
  ])('breaks off over %s', (_what, bytes) => {
    link.onBytes(bytes())

    expectBroken()
  })

  it('takes one late answer to each stream that it cancelled, and no other', () => {
    request(1)
    request(2)
    link.cancel(1)
    clock.settle()

    expect([link.acceptLate(1), link.acceptLate(1)]).toEqual([true, false])
    expectBroken()
  })

  it('takes nothing new while it owes 65 535 answers to cancelled requests, and does again when one has come', () => {
    for (let streamId = 1; streamId <= 65_535; streamId++) {
      request(streamId)
      link.cancel(streamId)
    }
    const full = [link.isUsable(), link.isFull()]
    link.acceptLate(7)

    expect(full).toEqual([false, true])
    expect([link.isUsable(), link.isFull()]).toEqual([true, false])
    expect(seen).toEqual(['not usable', 'usable'])
  })

  it('cancels nothing on a closed connection', () => {
    link.onClose({ cause: 'lost', detail: '' })
    link.cancel(1)
    clock.settle()

    expect(sentTypes()).toEqual([])
  })

  it('PINGs a link that was silent for 500 ms, and no more while the PONG comes', () => {
    pass(500)
    const first = sentTypes()
    answerPing()
    pass(250)
    const early = sentTypes()
    pass(250)

    expect([first, early]).toEqual([[FrameType.ping], [FrameType.ping]])
    expect(sentTypes()).toEqual([FrameType.ping, FrameType.ping])
  })

  it('PINGs three times, each given 500 ms, before an idle link counts as silent; then no more', () => {
    pass(1_750)
    const [pings, early] = [sentTypes(), link.isUsable()]
    pass(250)
    const silent = link.isUsable()
    pass(10_000)

    expect([pings, early]).toEqual([[FrameType.ping, FrameType.ping, FrameType.ping], true])
    expect([silent, link.silentBecause]).toEqual([false, '3 PINGs unanswered'])
    expect(sentTypes()).toEqual(pings)
  })

  it('believes a silent link again at the second sign of life, which it asks for at once', () => {
    pass(2_000)
    link.onBytes(Buffer.concat([1, 2, 3].map(() => bareFrame(FrameType.pong))))
    clock.settle()
    const [pings, once] = [sentTypes().length, link.isUsable()]
    link.onBytes(bareFrame(FrameType.pong))

    expect([pings, once]).toEqual([4, false])
    expect(link.isUsable()).toBe(true)
    expect(seen).toEqual(['not usable', 'usable'])
  })

  it('PINGs at most every 20 ms, however short the interval', () => {
    limits.intervalMs = 0.001
    for (let ms = 0; ms < 1_000; ms++) {
      clock.advance(1)
      link.tick(clock.nowMs())
      clock.settle()
      answerPing()
    }

    expect(sentTypes().length).toBe(50)
  })

  it('PINGs nobody who talks', () => {
    for (let i = 0; i < 20; i++) {
      request(i + 1)
      pass(250)
      link.onBytes(responseFrame(i + 1))
    }

    expect(sentTypes().filter(type => type === FrameType.ping)).toEqual([])
  })

  it('is not usable after 1 s without a byte while something is outstanding, until it speaks and answers', () => {
    pass(400)
    request(1)
    pass(999)
    const early = link.isUsable()
    pass(251)
    const silent = [link.isUsable(), link.isHealthy()]
    pass(3_000)
    const because = link.silentBecause
    link.onBytes(responseFrame(1))
    clock.settle()
    while (ponged < sentTypes().filter(type => type === FrameType.ping).length) answerPing()

    expect(early).toBe(true)
    expect([silent, because]).toEqual([[false, false], 'silent for 1s'])
    expect(link.isUsable()).toBe(true)
    expect(seen).toEqual(['not usable', 'answer 1', 'usable'])
  })

  it('does not call its upstream silent after it was stopped itself: what came meanwhile is not read yet', () => {
    request(1)
    pass(250)
    clock.advance(5_000)
    link.tick(clock.nowMs(), 4_750)
    const resumed = link.isUsable()
    link.onBytes(responseFrame(1))
    pass(500)

    expect(resumed).toBe(true)
    expect(seen).toEqual(['answer 1'])
  })

  it('finds an upstream silent all the same, once it runs again itself', () => {
    request(1)
    pass(250)
    clock.advance(5_000)
    link.tick(clock.nowMs(), 4_750)
    pass(750)

    expect(seen).toEqual(['not usable'])
  })

  it('closes when an upstream takes none of the little that it is owed for 10 s, though it is not full', () => {
    for (let i = 1; i <= 42; i++) request(i)
    connection.owed = 1
    for (let i = 1; i <= 40; i++) {
      pass(250)
      link.onBytes(responseFrame(i))
    }
    const early = [connection.isDestroyed, link.isUsable()]
    pass(500)
    link.onClose({ cause: 'local', detail: '' })

    expect(early).toEqual([false, true])
    expect(ends).toEqual([{ cause: 'stalled', detail: 'takes no bytes' }])
  })

  it('waits for an upstream that reads nothing for a while and says PONG', () => {
    request(1)
    connection.owed = 1
    for (let i = 0; i < 200; i++) {
      pass(250)
      link.onBytes(bareFrame(FrameType.pong))
    }

    expect(connection.isDestroyed).toBe(false)
    expect(link.isUsable()).toBe(true)
  })

  it('counts a PING as outstanding: what is sent to a process that hangs need not wait as long again', () => {
    pass(1_250)
    request(1)
    const early = link.isUsable()
    pass(250)

    expect(early).toBe(true)
    expect(link.isUsable()).toBe(false)
  })

  it('is not silent while its peer answers PING, however long a request takes', () => {
    request(1)
    for (let i = 0; i < 40; i++) {
      pass(250)
      answerPing()
    }

    expect(seen).toEqual([])
    expect(link.isUsable()).toBe(true)
  })

  it('does not call a long idle link silent the moment something is sent', () => {
    link.onBytes(responseFrame(1).subarray(0, 0))
    for (let i = 0; i < 8; i++) {
      pass(250)
      answerPing()
    }
    clock.advance(5_000)
    request(1)
    link.tick(clock.nowMs())

    expect(link.isSilent).toBe(false)
  })

  it('says DRAIN back behind its last request, once, and is healthy but not usable', () => {
    const bytes = requestFrame(1)
    link.forwardRequest(bytes, 0, bytes.length, clock.nowMs())
    link.onBytes(Buffer.concat([bareFrame(FrameType.drain), bareFrame(FrameType.drain)]))
    clock.settle()

    const all = connection.all().subarray(connection.sent[0]!.length)
    expect(readType(all, 0)).toBe(FrameType.request)
    expect(readType(all, bytes.length)).toBe(FrameType.drain)
    expect(all.length).toBe(bytes.length + 12)
    expect([link.isUsable(), link.isHealthy()]).toEqual([false, true])
    expect(seen).toEqual(['not usable'])
  })

  it('is usable while less than 7 MiB waits, and not from there on until all of it has left', () => {
    connection.takesMore = false
    connection.owed = 7_340_031
    request(1)
    expect(link.isUsable()).toBe(true)

    connection.owed = 7_340_032
    request(2)
    const full = [link.isUsable(), link.isHealthy()]
    link.onWritable()

    expect(full).toEqual([false, true])
    expect(link.isUsable()).toBe(true)
    // The first and the last tell that it is crowded, and no more.
    expect(seen).toEqual(['usable', 'not usable', 'usable', 'usable'])
  })
})
