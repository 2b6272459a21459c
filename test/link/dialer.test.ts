/** Keeping one link: when it is dialled again, and how it changes over to a new process without a gap. */
import { beforeEach, describe, expect, it } from 'vitest'
import { Dialer } from '../../src/link/dialer.ts'
import type { UpstreamLink } from '../../src/link/upstream-link.ts'
import { makeMemoryTransport } from '../../src/transport/memory.ts'
import type { ConnectionHandler, Transport } from '../../src/transport/transport.ts'
import { FrameType } from '../../src/wire/frame.ts'
import { encodeHello } from '../../src/wire/hello.ts'
import { settingOf } from '../support/link-fixtures.ts'
import { makeScriptedRng } from '../support/scripted-rng.ts'
import { bareFrame, listenStranger, requestFrame, responseFrame } from '../support/stranger.ts'
import { makeVirtualClock, type VirtualClock } from '../support/virtual-clock.ts'

let clock: VirtualClock
let transport: Transport
let dialer: Dialer
let dials: number[]
let changes: string[]
let lost: UpstreamLink[]
let usable: boolean[]
/** So many dials find the backlog full. */
let busyDials: number

beforeEach(() => {
  clock = makeVirtualClock()
  const memory = makeMemoryTransport(clock)
  dials = []
  changes = []
  lost = []
  usable = []
  busyDials = 0
  transport = {
    listen: memory.listen,
    dial: (address, handler) => {
      dials.push(clock.nowMs())
      const isBusy = busyDials-- > 0
      return memory.dial(isBusy ? 'nobody' : address, isBusy ? turnedAway(handler) : handler)
    },
  }
  // 0.5: no jitter either way.
  const rng = makeScriptedRng(Array.from({ length: 200 }, () => 0.5))
  dialer = new Dialer(
    { clock, transport, rng },
    settingOf(clock),
    { intervalMs: 500, timeoutMs: 1_000, fall: 3, rise: 2 },
    'there',
    { onAnswer: () => {} },
    {
      onUpstreamChange: cause => {
        changes.push(cause)
        usable.push(dialer.link?.isUsable() ?? false)
      },
      onLinkLost: link => lost.push(link),
    },
  )
})

/** As a listener whose backlog is full turns a dialler away. */
function turnedAway(handler: ConnectionHandler): ConnectionHandler {
  return {
    onBytes: () => {},
    onWritable: () => {},
    onEnd: () => {},
    onClose: () => handler.onClose({ cause: 'busy', detail: 'EAGAIN' }),
  }
}

function request(link: UpstreamLink, streamId = 1): void {
  const bytes = requestFrame(streamId)
  link.forwardRequest(bytes, 0, bytes.length, clock.nowMs())
  clock.settle()
}

const gaps = () => dials.slice(1).map((at, i) => at - dials[i]!)

describe('the dialer', () => {
  it('dials a node that is down after 10 ms, then 1.6 times as long each time, at most 1 s', () => {
    dialer.connect()
    clock.advance(6_000)

    expect(gaps().slice(0, 13)).toEqual([10, 16, 26, 41, 66, 105, 168, 268, 429, 687, 1_000, 1_000, 1_000])
  })

  it('dials a listener whose backlog is full again after 1, 2, 4 … ms, and is dialling all the while', () => {
    listenStranger(transport, 'there')
    busyDials = 4
    dialer.connect()
    clock.advance(6)
    const whileBusy = [dialer.isDialling(), dialer.link]
    clock.advance(9)

    expect(gaps()).toEqual([1, 2, 4, 8])
    expect(whileBusy).toEqual([true, null])
    expect(dialer.link!.isUsable()).toBe(true)
    expect(dialer.isDialling()).toBe(false)
  })

  it('counts a backlog that stays full for 127 ms as a failed dial, and begins anew from there', () => {
    busyDials = 20
    dialer.connect()
    clock.advance(127)
    const given = dialer.isDialling()
    clock.advance(17)

    expect(gaps()).toEqual([1, 2, 4, 8, 16, 32, 64, 10, 1, 2, 4])
    expect(given).toBe(false)
    expect(new Set(changes)).toEqual(new Set(['busy (EAGAIN)']))
  })

  it('dials a busy listener no more once it retires', () => {
    busyDials = 10
    dialer.connect()
    clock.advance(4)
    dialer.retire()
    clock.advance(1_000)

    expect(dials).toHaveLength(3)
    expect(clock.armed).toBe(0)
  })

  it('says that a first dial failed', () => {
    dialer.connect()
    clock.settle()

    expect(changes).toEqual(['refused (ECONNREFUSED)'])
    expect(dialer.link).toBeNull()
  })

  it('connects once, however often it is asked', () => {
    listenStranger(transport, 'there')
    dialer.connect()
    dialer.connect()
    clock.settle()
    dialer.connect()
    clock.settle()

    expect(dials).toEqual([0])
    expect(changes).toEqual(['connected'])
  })

  it('begins anew at 10 ms after a link that lasted a second, and goes on waiting longer after one that did not', () => {
    const upstream = listenStranger(transport, 'there')
    dialer.connect()
    clock.settle()
    const redialMs = () => {
      const before = dials.length
      upstream.last.connection!.destroy()
      clock.settle()
      const lostMs = clock.nowMs()
      while (dials.length === before) clock.advance(1)
      return dials.at(-1)! - lostMs
    }

    const short = [redialMs(), redialMs(), redialMs()]
    clock.advance(1_000)
    const stable = [redialMs(), redialMs()]

    expect(short).toEqual([10, 16, 26])
    expect(stable).toEqual([10, 16])
  })

  it('tells of a lost link once, with the requests that it owed still to be ended by its owner', () => {
    const upstream = listenStranger(transport, 'there')
    dialer.connect()
    clock.settle()
    const link = dialer.link!
    request(link)
    upstream.last.connection!.destroy()
    clock.settle()

    expect(lost).toEqual([link])
    expect(changes).toEqual(['connected', 'ended'])
    expect(dialer.link).toBeNull()
  })

  it('opens the new link before it leaves the old one', () => {
    listenStranger(transport, 'there', () => {}, 1)
    dialer.connect()
    clock.settle()
    const old = dialer.link!
    const next = listenStranger(transport, 'there', () => {}, 2)
    dialer.renew(2)
    const during = dialer.link === old && old.isUsable()
    clock.settle()

    expect(during).toBe(true)
    expect(usable).toEqual([true, true])
    expect(dialer.link!.peer!.generation).toBe(2)
    expect(next.links).toHaveLength(1)
    expect(old.isClosed).toBe(true)
  })

  it('keeps the old link for what it owes', () => {
    const first = listenStranger(transport, 'there', () => {}, 1)
    dialer.connect()
    clock.settle()
    const old = dialer.link!
    request(old)
    listenStranger(transport, 'there', () => {}, 2)
    dialer.renew(2)
    clock.settle()
    dialer.tick(clock.nowMs())
    clock.settle()
    const whileOwed = old.isClosed
    first.last.send(responseFrame(1))
    clock.settle()
    dialer.tick(clock.nowMs())
    clock.settle()

    expect(whileOwed).toBe(false)
    expect(old.isClosed).toBe(true)
  })

  it('ends with the newest process also when it was dialling the older one at that moment', () => {
    // The dial has been accepted by the first process, whose HELLO-ACK is on its way, when the second takes over.
    const first = listenStranger(transport, 'there', link => {
      link.isAutomatic = false
    })
    dialer.connect()
    clock.settle()
    listenStranger(transport, 'there', () => {}, 2)
    dialer.renew(2)
    first.last.send(encodeHello(FrameType.helloAck, { node: 'upstream', generation: 1 }))
    clock.settle()

    expect(dialer.link?.peer?.generation).toBe(2)
    expect(changes).toEqual(['connected'])
  })

  it('dials again when its node drains, and stays with the old one for what it owes', () => {
    const upstream = listenStranger(transport, 'there')
    dialer.connect()
    clock.settle()
    const old = dialer.link!
    request(old)
    upstream.last.send(bareFrame(FrameType.drain))
    clock.settle()
    const draining = old.isUsable()
    clock.advance(10)

    expect(draining).toBe(false)
    expect(upstream.links).toHaveLength(2)
    expect(dialer.link).not.toBe(old)
    expect(old.isClosed).toBe(false)
    expect(changes).toEqual(['connected', 'draining', 'connected'])
  })

  it('retires when nothing is owed any more, and dials no more', () => {
    const upstream = listenStranger(transport, 'there')
    dialer.connect()
    clock.settle()
    request(dialer.link!)
    dialer.retire()
    clock.settle()
    const whileOwed = dialer.isGone()
    upstream.last.send(responseFrame(1))
    clock.settle()
    dialer.tick(clock.nowMs())
    clock.settle()
    const afterwards = dialer.isGone()
    clock.advance(5_000)

    expect(whileOwed).toBe(false)
    expect(afterwards).toBe(true)
    expect(dials).toEqual([0])
    expect(clock.armed).toBe(0)
  })

  it.each([
    ['while it dials', 0],
    ['while it waits to dial', 5],
  ])('retires at once %s', (_when, ms) => {
    dialer.connect()
    clock.advance(ms)
    dialer.retire()
    clock.advance(5_000)

    expect(dialer.isGone()).toBe(true)
    expect(dials).toEqual([0])
    expect(clock.armed).toBe(0)
  })

  it('pauses as it retires, and dials anew when it resumes', () => {
    const upstream = listenStranger(transport, 'there')
    dialer.connect()
    clock.settle()
    dialer.pause()
    clock.advance(5_000)
    const paused = [upstream.links.map(link => link.isClosed), dialer.link, dials.length]
    dialer.resume()
    clock.settle()

    expect(paused).toEqual([[true], null, 1])
    expect(dials).toEqual([0, 5_000])
    expect(dialer.link?.isUsable()).toBe(true)
  })

  it('resumes also while what it was dialling when it paused is not closed yet', () => {
    listenStranger(transport, 'there')
    dialer.connect()
    dialer.pause()
    dialer.resume()
    clock.advance(50)

    expect(dialer.link?.isUsable()).toBe(true)
    expect(dialer.isDialling()).toBe(false)
  })

  it('stops with every link it has', () => {
    const upstream = listenStranger(transport, 'there')
    dialer.connect()
    clock.settle()
    request(dialer.link!)
    dialer.renew(2)
    clock.settle()
    request(dialer.link!)
    dialer.stop()
    clock.settle()
    clock.advance(5_000)

    expect(upstream.links.map(link => link.closes.length)).toEqual([1, 1])
    expect(dials).toHaveLength(2)
    expect(clock.armed).toBe(0)
  })

  it('gives up a peer that never says HELLO-ACK, and dials again', () => {
    listenStranger(transport, 'there', link => {
      link.isAutomatic = false
    })
    dialer.connect()
    clock.advance(2_010)

    expect(changes).toEqual(['stalled (no HELLO-ACK within 2 s)'])
    expect(dials).toEqual([0, 2_010])
  })
})
