import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrameWriter } from '../../src/link/frame-writer.ts'
import { Outbox } from '../../src/link/outbox.ts'
import { setRest } from '../../src/wire/frame-parts.ts'
import { FakeConnection } from '../support/link-fixtures.ts'
import { makeVirtualClock } from '../support/virtual-clock.ts'

function setUp(onFull: () => void = () => {}) {
  const clock = makeVirtualClock()
  const outbox = new Outbox(clock)
  const writer = new FrameWriter(outbox, onFull)
  const connection = new FakeConnection()
  writer.attach(connection)
  return { clock, outbox, writer, connection }
}

function write(writer: FrameWriter, bytes: Uint8Array): void {
  const at = writer.claim(bytes.length)
  writer.slab.set(bytes, at)
}

function pattern(size: number, seed = 0): Uint8Array {
  const bytes = new Uint8Array(size)
  for (let i = 0; i < size; i++) bytes[i] = (i * 7 + seed) & 0xff
  return bytes
}

describe('the frame writer', () => {
  it('sends what a turn produced in one write', () => {
    const { clock, writer, connection } = setUp()

    write(writer, pattern(12, 1))
    writer.forward(pattern(40, 2), 10, 30)
    write(writer, pattern(12, 3))
    writer.forward(pattern(40, 4), 0, 40)
    clock.settle()

    expect(connection.sent).toHaveLength(1)
    expect(connection.all()).toEqual(
      Uint8Array.from([...pattern(12, 1), ...pattern(40, 2).subarray(10, 30), ...pattern(12, 3), ...pattern(40, 4)]),
    )
  })

  it('passes a run of neighbours on as the very bytes that came', () => {
    const { clock, writer, connection } = setUp()
    const chunk = pattern(300)

    writer.forward(chunk, 10, 60)
    writer.forward(chunk, 60, 200)
    writer.forward(chunk, 200, 300)
    clock.settle()

    expect(connection.sent).toHaveLength(1)
    expect(connection.sent[0]!.buffer).toBe(chunk.buffer)
    expect(connection.sent[0]).toEqual(chunk.subarray(10, 300))
  })

  it('asks for one flush a turn, whatever is mixed', () => {
    const { clock } = setUp()
    let turns = 0
    const counting = new FrameWriter(
      new Outbox({
        ...clock,
        afterTurn: fire => {
          turns++
          clock.afterTurn(fire)
        },
      }),
      () => {},
    )
    const connection = new FakeConnection()
    counting.attach(connection)

    write(counting, pattern(12))
    counting.forward(pattern(30), 0, 30)
    clock.settle()

    expect(connection.sent).toHaveLength(1)
    expect(turns).toBe(1)
  })

  it('sends a frame larger than a slab whole', () => {
    const { clock, writer, connection } = setUp()
    const large = pattern(1_048_576 + 24)

    write(writer, pattern(12, 1))
    write(writer, large)
    write(writer, pattern(12, 2))
    clock.settle()

    const expected = Buffer.concat([pattern(12, 1), large, pattern(12, 2)])
    expect(Buffer.from(connection.all()).equals(expected)).toBe(true)
  })

  it('sends a large run as it lies, between what came before and after', () => {
    const { clock, writer, connection } = setUp()
    const large = pattern(20_000)

    write(writer, pattern(12, 1))
    writer.forward(large, 0, large.length)
    write(writer, pattern(12, 2))
    clock.settle()

    expect(connection.sent.map(bytes => bytes.length)).toEqual([12, 20_000, 12])
    expect(connection.sent[1]!.buffer).toBe(large.buffer)
  })

  it('sends a frame in parts as they lie, and only behind all of it what is written when the connection is full', () => {
    const parts = [pattern(100, 1), pattern(65_536, 2), pattern(30_000, 3)]
    const more = pattern(20_000, 4)
    const { clock, writer, connection } = setUp(() => {
      if (connection.sent.length <= 4) writer.forward(more, 0, more.length)
    })
    connection.takesMore = false
    setRest(parts[0]!, parts.slice(1))

    writer.forward(parts[0]!, 10, 40)
    writer.forward(parts[0]!, 40, 100 + 65_536 + 30_000)
    clock.settle()

    const expected = [parts[0]!.subarray(10), parts[1], parts[2], more, more]
    expect(connection.sent.map(bytes => [bytes.length, bytes.buffer])).toEqual(
      expected.map(bytes => [bytes!.length, bytes!.buffer]),
    )
  })

  it('does not touch bytes of an earlier turn, which a slow connection may still hold', () => {
    const { clock, writer, connection } = setUp()

    write(writer, pattern(100, 1))
    clock.settle()
    write(writer, pattern(100, 2))
    clock.settle()

    expect(connection.sent).toEqual([pattern(100, 1), pattern(100, 2)])
  })

  it('uses its slab again once the connection has taken all of it', () => {
    const { clock, writer, connection } = setUp()

    for (let turn = 0; turn < 100; turn++) {
      write(writer, pattern(10_000, turn))
      clock.settle()
    }

    expect(new Set(connection.sent.map(bytes => bytes.buffer)).size).toBe(1)
  })

  it('takes a fresh slab while the connection still holds bytes of the last', () => {
    const { clock, writer, connection } = setUp()
    connection.owed = 1

    for (let turn = 0; turn < 20; turn++) {
      write(writer, pattern(10_000, turn))
      clock.settle()
    }

    const expected = Array.from({ length: 20 }, (_, turn) => pattern(10_000, turn))
    expect(Buffer.concat(connection.sent).equals(Buffer.concat(expected))).toBe(true)
  })

  it('tells that the connection is full', () => {
    let told = 0
    const { clock, writer, connection } = setUp(() => told++)
    connection.takesMore = false

    write(writer, pattern(10))
    clock.settle()

    expect(told).toBe(1)
  })

  it.each([
    { what: 'a frame of its own', size: 30 },
    { what: 'a small run', size: 300, isRun: true },
    { what: 'a large run', size: 20_000, isRun: true },
  ])(
    'loses nothing where whoever hears that the connection is full writes at once, and $what was being written',
    ({ size, isRun }) => {
      let added = [() => write(writer, pattern(12, 3)), () => writer.forward(pattern(40, 4), 0, 40)]
      const { clock, writer, connection } = setUp(() => {
        const now = added
        added = []
        for (const act of now) act()
      })
      connection.takesMore = false
      connection.owed = 1

      write(writer, pattern(65_500, 1))
      if (isRun) writer.forward(pattern(size, 2), 0, size)
      else write(writer, pattern(size, 2))
      write(writer, pattern(65_500, 5))
      writer.forward(pattern(50, 6), 0, 50)
      clock.settle()

      const sent = Buffer.from(connection.all())
      const sizes = [65_500, size, 12, 40, 65_500, 50]
      expect(sent.length).toBe(sizes.reduce((sum, each) => sum + each))
      const small = [pattern(12, 3), pattern(40, 4), pattern(50, 6)]
      expect(small.filter(bytes => !sent.includes(Buffer.from(bytes)))).toEqual([])
    },
  )

  it('does not hold a whole chunk for the small run of it that waits in a full connection', () => {
    const { clock, writer, connection } = setUp()
    const chunk = pattern(65_536)
    const forward = () => {
      writer.forward(chunk, 100, 200)
      clock.settle()
    }
    connection.takesMore = false
    forward()
    forward()
    connection.takesMore = true
    forward()
    forward()

    expect(connection.sent).toEqual(Array.from({ length: 4 }, () => chunk.slice(100, 200)))
    expect(connection.sent.map(bytes => bytes.buffer === chunk.buffer)).toEqual([true, false, false, true])
  })

  it('sends nothing once it is detached', () => {
    const { clock, writer, connection } = setUp()

    write(writer, pattern(10))
    writer.forward(pattern(10), 0, 10)
    writer.detach()
    write(writer, pattern(10))
    writer.forward(pattern(10), 0, 10)
    clock.settle()

    expect(connection.sent).toEqual([])
  })

  it('tells once, just before they leave, whoever wants to know of the bytes of a turn', () => {
    const { clock, writer, connection } = setUp()
    const told: string[] = []
    writer.onceLeaving(() => told.push(`one, ${connection.sent.length} sent`))
    writer.forward(pattern(40), 0, 40)
    writer.onceLeaving(() => told.push(`two, ${connection.sent.length} sent`))
    const early = told.length
    clock.settle()
    write(writer, pattern(12))
    clock.settle()

    expect(early).toBe(0)
    expect(connection.sent).toHaveLength(2)
    expect(told).toEqual(['one, 0 sent', 'two, 0 sent'])
  })

  it('tells nobody of what does not leave any more', () => {
    const { clock, writer } = setUp()
    const told: string[] = []
    write(writer, pattern(12))
    writer.onceLeaving(() => told.push('left'))
    writer.detach()
    clock.settle()
    writer.attach(new FakeConnection())
    write(writer, pattern(12))
    clock.settle()

    expect(told).toEqual([])
  })

  it.each([100, 16_383, 16_384, 70_000])(
    'has a frame of %i bytes stamped just before it leaves, wherever it lies',
    size => {
      const { clock, writer, connection } = setUp()
      let turn = 0
      write(writer, pattern(12, 1))
      writer.sendStamped(
        size,
        (bytes, at) => bytes.set(pattern(size, 2), at),
        (bytes, at) => {
          bytes[at + 5] = turn
        },
      )
      writer.forward(pattern(40, 3), 0, 40)
      turn = 1
      clock.settle()
      // What is sent at once is stamped at once.
      const stamped = pattern(size, 2)
      stamped[5] = size < 16_384 ? 1 : 0

      expect(Buffer.from(connection.all()).equals(Buffer.concat([pattern(12, 1), stamped, pattern(40, 3)]))).toBe(true)
    },
  )

  it('keeps the order of any mixture of claims, forwards and turns (a naive concatenation agrees)', {
    timeout: 30_000,
  }, () => {
    const chunks = [pattern(70_000, 1), pattern(500, 2), pattern(20_000, 3)]
    const size = fc.oneof(fc.nat(40), fc.constantFrom(16_383, 16_384, 16_385, 65_535, 65_536, 65_537))
    const act = fc.oneof(
      fc.record({ kind: fc.constant('claim' as const), size, seed: fc.nat(255) }),
      fc.record({ kind: fc.constant('forward' as const), chunk: fc.nat(2), size, isFresh: fc.boolean() }),
      fc.record({ kind: fc.constant('stamped' as const), size, seed: fc.nat(255) }),
      fc.record({ kind: fc.constant('turn' as const), takesMore: fc.boolean() }),
    )
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), acts => {
        const { clock, writer, connection } = setUp()
        const expected: Uint8Array[] = []
        const at = [0, 0, 0]
        for (const step of acts) {
          if (step.kind === 'turn') {
            connection.takesMore = step.takesMore
            clock.settle()
          } else if (step.kind === 'stamped') {
            const stamped = pattern(step.size + 1, step.seed)
            writer.sendStamped(
              stamped.length,
              (bytes, at) => bytes.set(stamped.subarray(1), at + 1),
              (bytes, at) => {
                bytes[at] = stamped[0]!
              },
            )
            expected.push(stamped)
          } else if (step.kind === 'claim') {
            write(writer, pattern(step.size, step.seed))
            expected.push(pattern(step.size, step.seed))
          } else {
            const chunk = chunks[step.chunk]!
            const start = step.isFresh ? 0 : at[step.chunk]!
            const end = Math.min(start + step.size, chunk.length)
            writer.forward(chunk, start, end)
            at[step.chunk] = end
            expected.push(chunk.subarray(start, end))
          }
        }
        clock.settle()
        expect(Buffer.from(connection.all()).equals(Buffer.concat(expected))).toBe(true)
      }),
      { seed: 42, numRuns: 300 },
    )
  })
})
