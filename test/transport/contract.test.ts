/** What the rooms above may rely on, whatever the transport: the same cases over real sockets and in memory. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import {
  connectRecorded,
  dialRecorded,
  listenRecorded,
  makeMemoryBench,
  makeUdsBench,
  type TransportBench,
} from '../support/transport-bench.ts'

const BENCHES = { uds: makeUdsBench, memory: makeMemoryBench }

describe.each(Object.entries(BENCHES))('the %s transport', (_name, makeBench) => {
  let bench: TransportBench

  beforeEach(() => {
    bench = makeBench()
  })

  afterEach(() => bench.close())

  it('says once that it listens, and tells the dialler alone that the connection stands', async () => {
    const { accepted, ready } = await listenRecorded(bench, bench.address('a.sock'))
    const near = dialRecorded(bench, bench.address('a.sock'))
    const atOnce = near.opened
    await bench.until(() => near.opened === 1 && accepted.length === 1)
    await bench.quiet()

    expect(atOnce).toBe(0)
    expect(ready).toEqual([null])
    expect(accepted[0]!.opened).toBe(0)
  })

  it('delivers every byte in order both ways, whatever the slices', async () => {
    const { near, far, toFar, toNear } = await connectRecorded(bench)
    const rng = makeRng('slices')
    const whole = Buffer.from(Uint8Array.from({ length: 700_000 }, () => rng.int(256)))
    for (let at = 0; at < whole.length; ) {
      const size = rng.int(4) === 0 ? rng.int(60_000) : 1 + rng.int(900)
      toFar.send(whole.subarray(at, at + size))
      toNear.send(whole.subarray(at, at + size))
      at += size
      if (rng.int(10) === 0) await bench.quiet()
    }
    await bench.until(() => far.receivedBytes >= whole.length && near.receivedBytes >= whole.length)

    expect(far.all().equals(whole)).toBe(true)
    expect(near.all().equals(whole)).toBe(true)
  })

  it('delivers several parts that were given together in their order, and counts all of them', async () => {
    const { far, toFar } = await connectRecorded(bench)
    const parts = Array.from({ length: 40 }, (_, i) => Buffer.alloc(30_000, i))
    toFar.send(Buffer.from('before'))
    const takesMore = toFar.sendAll(parts)
    toFar.send(Buffer.from('after'))
    await bench.until(() => far.receivedBytes === 40 * 30_000 + 11)
    await bench.until(() => toFar.owedBytes() === 0)

    expect(takesMore).toBe(false)
    expect(far.all().equals(Buffer.concat([Buffer.from('before'), ...parts, Buffer.from('after')]))).toBe(true)
    expect(toFar.takenBytes()).toBe(40 * 30_000 + 11)
  })

  it('sends what was given before the connection stood', async () => {
    const { accepted } = await listenRecorded(bench, bench.address('a.sock'))
    const near = dialRecorded(bench, bench.address('a.sock'))
    near.connection!.send(Buffer.from('early'))
    await bench.until(() => accepted[0]?.receivedBytes === 5)

    expect(accepted[0]!.all().toString()).toBe('early')
  })

  it('gives the receiver bytes of its own, to change and to keep', async () => {
    const { far, toFar } = await connectRecorded(bench)
    const sent = Buffer.from('first')
    toFar.send(sent)
    await bench.until(() => far.receivedBytes === 5)
    const kept = far.chunks[0]!
    kept[0] = 0x46
    toFar.send(Buffer.from('second'))
    await bench.until(() => far.receivedBytes === 11)

    expect(Buffer.from(kept).toString()).toBe('First')
    expect(sent.toString()).toBe('first')
  })

  it('never calls back from inside the call that causes it', async () => {
    const { near, far, toFar } = await connectRecorded(bench)
    toFar.send(Buffer.from('x'))
    const afterSend = far.receivedBytes
    toFar.end()
    const afterEnd = [near.closes.length, far.ended]
    await bench.until(() => near.isClosed && far.isClosed)

    expect(afterSend).toBe(0)
    expect(afterEnd).toEqual([0, 0])
  })

  it('never says that it is closed from inside destroy, on either side, standing or still dialling', async () => {
    const { near, far, toFar } = await connectRecorded(bench)
    const dialling = dialRecorded(bench, bench.address('a.sock'))
    toFar.destroy()
    dialling.connection!.destroy()
    const atOnce = [near, far, dialling].map(({ closes }) => closes.length)
    await bench.until(() => [near, far, dialling].every(({ isClosed }) => isClosed))

    expect(atOnce).toEqual([0, 0, 0])
  })

  it('has a mark that stands still while its peer takes nothing, and moves when it does', async () => {
    const { far, toFar, toNear } = await connectRecorded(bench)
    toNear.pauseReading()
    for (let i = 0; i < 40; i++) toFar.send(Buffer.alloc(50_000, 1))
    await bench.quiet()
    const full = toFar.takenBytes()
    await bench.quiet()
    toFar.send(Buffer.alloc(50_000, 1))
    await bench.quiet()
    const stillFull = toFar.takenBytes()
    toNear.resumeReading()
    await bench.until(() => toFar.takenBytes() !== full)
    await bench.until(() => far.receivedBytes === 41 * 50_000)

    expect(stillFull).toBe(full)
    expect(toFar.owedBytes()).toBe(0)
  })

  it('says when it is full, holds what it was given, and says when it is writable again', async () => {
    const { near, far, toFar, toNear } = await connectRecorded(bench)
    toNear.pauseReading()
    const piece = Buffer.alloc(50_000, 1)
    let sent = 0
    let takesMore = true
    while (takesMore && sent < 100) {
      takesMore = toFar.send(piece)
      sent++
      await bench.quiet()
    }
    toFar.send(piece)
    sent++
    await bench.quiet()
    const owed = toFar.owedBytes()
    const whileFull = near.writable
    toNear.resumeReading()
    await bench.until(() => near.writable === 1 && far.receivedBytes === sent * piece.length)

    expect(takesMore).toBe(false)
    expect(sent).toBeLessThan(30)
    expect(owed).toBeGreaterThan(0)
    expect(whileFull).toBe(0)
    expect(toFar.owedBytes()).toBe(0)
  })

  it('keeps bytes back while reading is paused, and loses none', async () => {
    const { far, toFar, toNear } = await connectRecorded(bench)
    toNear.pauseReading()
    toFar.send(Buffer.from('held'))
    await bench.quiet()
    const held = far.receivedBytes
    toNear.resumeReading()
    await bench.until(() => far.receivedBytes === 4)

    expect(held).toBe(0)
  })

  it('end: delivers what is queued, then both ends close once, in order', async () => {
    const { near, far, toFar } = await connectRecorded(bench)
    const large = Buffer.alloc(1_500_000, 7)
    toFar.send(large)
    toFar.end()
    toFar.end()
    await bench.until(() => near.isClosed && far.isClosed)
    await bench.quiet()

    expect(far.receivedBytes).toBe(large.length)
    expect(far.ended).toBe(1)
    expect([near.closes, far.closes]).toEqual([[{ cause: 'ended', detail: '' }], [{ cause: 'ended', detail: '' }]])
    expect([...near.afterClose, ...far.afterClose]).toEqual([])
  })

  it('end: what the peer had queued for this side still comes', async () => {
    const { near, far, toFar, toNear } = await connectRecorded(bench)
    toFar.pauseReading()
    toNear.send(Buffer.alloc(600_000, 3))
    toFar.end()
    await bench.until(() => far.ended === 1)
    toFar.resumeReading()
    await bench.until(() => near.isClosed && far.isClosed)

    expect(near.receivedBytes).toBe(600_000)
    expect(near.closes).toEqual([{ cause: 'ended', detail: '' }])
  })

  it('sends nothing after end, and says so', async () => {
    const { far, toFar } = await connectRecorded(bench)
    toFar.send(Buffer.from('last'))
    toFar.end()
    const taken = toFar.send(Buffer.from('too late'))
    await bench.until(() => far.isClosed)

    expect(taken).toBe(false)
    expect(far.all().toString()).toBe('last')
  })

  it('destroy: closes this side as local and the other too, once each, with nothing after it', async () => {
    const { near, far, toFar, toNear } = await connectRecorded(bench)
    toNear.send(Buffer.from('on its way'))
    toFar.destroy()
    toFar.destroy()
    await bench.until(() => near.isClosed && far.isClosed)
    toFar.send(Buffer.from('x'))
    toFar.end()
    toFar.destroy()
    toFar.pauseReading()
    toFar.resumeReading()
    await bench.quiet()

    expect(near.closes).toEqual([{ cause: 'local', detail: expect.any(String) }])
    expect(far.closes).toHaveLength(1)
    expect(['ended', 'lost']).toContain(far.closes[0]!.cause)
    expect([...near.afterClose, ...far.afterClose]).toEqual([])
  })

  it('destroy while it dials: closes once as local, and nobody is told that it stands', async () => {
    const { accepted } = await listenRecorded(bench, bench.address('a.sock'))
    const near = dialRecorded(bench, bench.address('a.sock'))
    near.connection!.destroy()
    await bench.until(() => near.isClosed)
    await bench.quiet()

    expect(near.closes.map(({ cause }) => cause)).toEqual(['local'])
    expect(near.opened).toBe(0)
    expect(accepted.every(recorder => recorder.isClosed)).toBe(true)
  })

  it('destroy in the midst of what a callback brought: nothing comes after', async () => {
    const { near, far, toFar, toNear } = await connectRecorded(bench)
    const onBytes = far.onBytes.bind(far)
    far.onBytes = bytes => {
      onBytes(bytes)
      toNear.destroy()
    }
    for (let i = 0; i < 10; i++) {
      toFar.send(Buffer.alloc(100_000))
      await bench.quiet()
    }
    await bench.until(() => near.isClosed && far.isClosed)

    expect(far.chunks).toHaveLength(1)
    expect([...near.afterClose, ...far.afterClose]).toEqual([])
  })

  it('dialling where nobody listens is refused, once', async () => {
    const near = dialRecorded(bench, bench.address('nobody.sock'))
    await bench.until(() => near.isClosed)
    await bench.quiet()

    expect(near.closes.map(({ cause }) => cause)).toEqual(['refused'])
    expect(near.opened).toBe(0)
    expect(near.afterClose).toEqual([])
  })

  it('a closed listener gives its address back, and its connections go on', async () => {
    const { far, toFar, listener } = await connectRecorded(bench)
    listener.close()
    listener.close()
    const late = dialRecorded(bench, bench.address('a.sock'))
    toFar.send(Buffer.from('still here'))
    await bench.until(() => late.isClosed && far.receivedBytes === 10)

    expect(late.closes.map(({ cause }) => cause)).toEqual(['refused'])
    expect(far.isClosed).toBe(false)
  })

  it('a listener takes over from an older one at the same address; the older one, closed, takes nothing away', async () => {
    const old = await connectRecorded(bench)
    const next = await listenRecorded(bench, bench.address('a.sock'))
    old.listener.close()
    const dialled = dialRecorded(bench, bench.address('a.sock'))
    old.toFar.send(Buffer.from('go on'))
    await bench.until(() => dialled.opened === 1 && next.accepted.length === 1 && old.far.receivedBytes === 5)

    expect(old.accepted).toHaveLength(1)
  })

  it('carries many connections at once, each its own bytes', async () => {
    const { accepted } = await listenRecorded(bench, bench.address('a.sock'))
    const dialled = Array.from({ length: 100 }, (_, i) => {
      const recorder = dialRecorded(bench, bench.address('a.sock'))
      recorder.connection!.send(Buffer.from(`I am ${i}`))
      return recorder
    })
    await bench.until(() => accepted.length === 100 && accepted.every(each => each.receivedBytes >= 6))
    const names = accepted.map(each => each.all().toString())
    for (const recorder of dialled) recorder.connection!.end()
    await bench.until(() => [...accepted, ...dialled].every(each => each.isClosed))

    expect(new Set(names).size).toBe(100)
    expect([...accepted, ...dialled].every(each => each.closes.length === 1)).toBe(true)
  })
})
