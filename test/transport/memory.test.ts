/** What the memory transport has beyond the contract: it runs on the clock alone, the same way every time. */
import { describe, expect, it } from 'vitest'
import { makeMemoryTransport } from '../../src/transport/memory.ts'
import { Recorder } from '../support/transport-bench.ts'
import { makeVirtualClock } from '../support/virtual-clock.ts'

function setUp() {
  const clock = makeVirtualClock()
  const transport = makeMemoryTransport(clock)
  const far = new Recorder()
  const near = new Recorder()
  transport.listen(
    'there',
    connection => {
      far.connection = connection
      return far
    },
    () => {},
  )
  near.connection = transport.dial('there', near)
  clock.settle()
  return { clock, transport, near, far }
}

describe('the memory transport', () => {
  it('takes turns and no time', () => {
    const { clock, near, far } = setUp()
    near.connection!.send(Buffer.from('x'))
    clock.settle()

    expect(far.receivedBytes).toBe(1)
    expect([clock.nowMs(), clock.armed, clock.fired]).toEqual([0, 0, 0])
  })

  it('keeps the pieces as they were sent', () => {
    const { clock, near, far } = setUp()
    for (const size of [1, 20, 300]) near.connection!.send(Buffer.alloc(size))
    clock.settle()

    expect(far.chunks.map(chunk => chunk.length)).toEqual([1, 20, 300])
  })

  it('is full at 200 000 bytes', () => {
    const { near, far } = setUp()
    far.connection!.pauseReading()

    expect(near.connection!.send(new Uint8Array(199_999))).toBe(true)
    expect(near.connection!.send(new Uint8Array(1))).toBe(false)
    expect(near.connection!.owedBytes()).toBe(200_000)
  })

  it('loses what an unread peer held, and says that the connection was lost', () => {
    const { clock, near, far } = setUp()
    far.connection!.pauseReading()
    near.connection!.send(Buffer.from('unread'))
    clock.settle()
    far.connection!.destroy()
    clock.settle()

    expect(near.closes).toEqual([{ cause: 'lost', detail: 'ECONNRESET' }])
    expect(far.closes).toEqual([{ cause: 'local', detail: '' }])
  })

  it('refuses by the code that a socket gives', () => {
    const { clock, transport } = setUp()
    const nobody = new Recorder()
    nobody.connection = transport.dial('nowhere', nobody)
    clock.settle()

    expect(nobody.closes).toEqual([{ cause: 'refused', detail: 'ECONNREFUSED' }])
  })

  it('keeps two transports apart', () => {
    const { clock } = setUp()
    const stranger = new Recorder()
    stranger.connection = makeMemoryTransport(clock).dial('there', stranger)
    clock.settle()

    expect(stranger.closes[0]?.cause).toBe('refused')
  })
})
