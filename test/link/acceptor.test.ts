/** The links of a node's downstreams: accepted, drained, finished. */
import { beforeEach, describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { Acceptor } from '../../src/link/acceptor.ts'
import type { DownstreamLink } from '../../src/link/downstream-link.ts'
import type { LinkSetting } from '../../src/link/link.ts'
import { makeMemoryTransport } from '../../src/transport/memory.ts'
import type { Transport } from '../../src/transport/transport.ts'
import { ErrorCode } from '../../src/wire/error-code.ts'
import { FrameType, readStreamId } from '../../src/wire/frame.ts'
import { settingOf } from '../support/link-fixtures.ts'
import { bareFrame, dialStranger, requestFrame, type Stranger } from '../support/stranger.ts'
import { makeVirtualClock, type VirtualClock } from '../support/virtual-clock.ts'

let clock: VirtualClock
let setting: LinkSetting
let transport: Transport
let acceptor: Acceptor
let seen: string[]
let links: DownstreamLink[]
let ready: (string | null)[]
let isAnswering: boolean

beforeEach(() => {
  clock = makeVirtualClock()
  transport = makeMemoryTransport(clock)
  seen = []
  links = []
  ready = []
  isAnswering = false
  setting = settingOf(clock, 'server-1')
  acceptor = new Acceptor(setting, {
    onRequest: (link, bytes, start) => {
      links.push(link)
      seen.push(`request ${readStreamId(bytes, start)}`)
      if (isAnswering) link.sendError(readStreamId(bytes, start), ErrorCode.application, false)
    },
    onCancel: () => {},
    onDownstreamQuiet: () => seen.push('quiet'),
    onDownstreamGone: () => seen.push('gone'),
  })
  acceptor.listen({ clock, transport, rng: makeRng(1) }, 'there', problem => ready.push(problem))
  clock.settle()
})

function open(setUp: (stranger: Stranger) => void = () => {}): Stranger {
  const stranger = dialStranger(transport, 'there')
  clock.settle()
  setUp(stranger)
  stranger.sayHello()
  clock.settle()
  return stranger
}

describe('the acceptor', () => {
  it('says that it listens, and keeps whoever dials', () => {
    open()
    const two = open()
    const both = acceptor.connections()
    two.connection!.end()
    clock.settle()

    expect(ready).toEqual([null])
    expect(both).toBe(2)
    expect(acceptor.connections()).toBe(1)
    expect(seen).toEqual(['gone', 'quiet'])
  })

  it('is drained when each downstream has said DRAIN back or is gone; requests that crossed are served', () => {
    const willing = open()
    const slow = open()
    const leaving = open()
    acceptor.drain()
    slow.send(requestFrame(3))
    clock.settle()
    const asked = [willing, slow, leaving].map(each => each.seen(FrameType.drain).length)
    willing.send(bareFrame(FrameType.drain))
    leaving.connection!.end()
    clock.settle()
    const early = acceptor.isDrained()
    slow.send(requestFrame(5), bareFrame(FrameType.drain))
    clock.settle()

    expect(asked).toEqual([1, 1, 1])
    expect(early).toBe(false)
    expect(acceptor.isDrained()).toBe(true)
    expect(seen).toEqual(['request 3', 'quiet', 'gone', 'quiet', 'request 5', 'quiet'])
  })

  it('holds whoever is none of its parents to the limits of clients, whatever it calls itself, and from now on', () => {
    acceptor.setParents(['stranger', 'lb'])
    open().send(requestFrame(1)) // who calls itself `stranger`
    clock.settle()
    const asParent = links.at(-1)!.isFromClient
    acceptor.setParents(['lb'])

    expect([asParent, links.at(-1)!.isFromClient]).toEqual([false, true])
  })

  it('is drained at once where nobody is connected', () => {
    acceptor.drain()

    expect(acceptor.isDrained()).toBe(true)
  })

  it('asks one who comes during the drain too', () => {
    acceptor.drain()
    const late = open()

    expect(late.frames.map(frame => frame.type)).toEqual([FrameType.helloAck, FrameType.drain])
    expect(acceptor.isDrained()).toBe(false)
  })

  it('waits at most 2 s for one who never says HELLO', () => {
    dialStranger(transport, 'there')
    clock.settle()
    acceptor.drain()
    const early = acceptor.isDrained()
    clock.advance(2_000)

    expect(early).toBe(false)
    expect(acceptor.isDrained()).toBe(true)
  })

  it('delivers the last answers before it closes, and gives the address back', () => {
    const stranger = open()
    stranger.send(requestFrame(1))
    clock.settle()
    links[0]!.sendError(1, ErrorCode.timeout, false)
    acceptor.finish()
    clock.settle()
    const late = dialStranger(transport, 'there')
    clock.settle()

    expect(stranger.seen(FrameType.error)).toHaveLength(1)
    expect(stranger.closes).toEqual([{ cause: 'ended', detail: '' }])
    expect(acceptor.connections()).toBe(0)
    expect(late.closes.map(reason => reason.cause)).toEqual(['refused'])
  })

  it('closes everything at once when it is stopped', () => {
    const strangers = [open(), open()]
    acceptor.stop()
    clock.settle()

    expect(strangers.map(stranger => stranger.closes.length)).toEqual([1, 1])
    expect(acceptor.connections()).toBe(0)
    expect(clock.armed).toBe(0)
  })

  it('reads on from others while one does not read its answers', () => {
    isAnswering = true
    const stuck = open()
    const other = open()
    stuck.connection!.pauseReading()
    for (let i = 0; i < 30; i++) {
      stuck.send(Buffer.concat(Array.from({ length: 2_000 }, () => requestFrame(2, { payload: '' }))))
      clock.settle()
    }
    stuck.send(requestFrame(77))
    other.send(requestFrame(1))
    clock.settle()
    const whileStuck = seen.filter(what => what !== 'request 2')
    stuck.connection!.resumeReading()
    clock.settle()

    expect(whileStuck).toEqual(['request 1'])
    expect(seen.filter(what => what !== 'request 2')).toEqual(['request 1', 'request 77'])
    expect(stuck.seen(FrameType.error)).toHaveLength(60_001)
  })
  it('closes the 1 025th connection as it comes, and takes another when a place is free again', () => {
    const strangers = Array.from({ length: 1_024 }, () => open())
    const oneMore = open()
    strangers[0]!.connection!.end()
    clock.settle()
    const again = open()

    expect(oneMore.closes).toHaveLength(1)
    expect(oneMore.hello).toBeNull()
    expect(again.hello).not.toBeNull()
    expect(acceptor.connections()).toBe(1_024)
    expect(setting.counts).toEqual({ protocolErrors: 0, stalled: 0, dropped: 1 })
  })
})
