import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/wire/error-code.ts'
import {
  FrameType,
  HEADER_BYTES,
  LENGTH_MAX,
  REQUEST_PAYLOAD_AT,
  TRACED,
  WIRE_VERSION,
  writeHeader,
} from '../../src/wire/frame.ts'
import { makeFrameDecoder } from '../../src/wire/frame-decoder.ts'
import { restOf } from '../../src/wire/frame-parts.ts'
import { cutAt, decoded, frameOf, hex, joined, wholeFrame } from '../support/frames.ts'

const text = (line: string) => Uint8Array.from(Buffer.from(line, 'latin1'))

function headerOf(length: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES)
  writeHeader(bytes, 0, FrameType.request, 0, 1, length)
  return bytes
}

const sequence = [
  frameOf(FrameType.hello, 0, 8),
  frameOf(FrameType.ping, 0),
  frameOf(FrameType.request, 1, 40),
  frameOf(FrameType.drain, 0),
  frameOf(FrameType.response, 0xffff_ffff, 13),
]

describe('the frame decoder', () => {
  it('hands on frames that came whole without a copy, where they lie', () => {
    const chunk = joined(sequence)
    const places: [isSame: boolean, start: number, end: number][] = []

    makeFrameDecoder().push(chunk, { onFrame: (bytes, start, end) => places.push([bytes === chunk, start, end]) })

    expect(places).toEqual([
      [true, 0, 20],
      [true, 20, 32],
      [true, 32, 84],
      [true, 84, 96],
      [true, 96, 121],
    ])
  })

  it('finds the same five frames when they are cut at any one of 121 offsets', () => {
    const stream = joined(sequence)

    for (let offset = 0; offset <= stream.length; offset++) {
      expect(decoded(cutAt(stream, [offset])), `cut at ${offset}`).toEqual({
        frames: sequence.map(hex),
        problem: null,
        isInsideFrame: false,
      })
    }
  })

  it('finds the same frames when they are cut at any two offsets, or come byte by byte', () => {
    const stream = joined(sequence.slice(0, 3))
    for (let a = 0; a <= stream.length; a++) {
      for (let b = a; b <= stream.length; b++) {
        expect(decoded(cutAt(stream, [a, b])).frames).toEqual(sequence.slice(0, 3).map(hex))
      }
    }

    expect(decoded(Array.from(stream, byte => Uint8Array.of(byte))).frames).toEqual(sequence.slice(0, 3).map(hex))
  })

  it('finds the same frames however any bytes are cut, empty chunks included', () => {
    const body = fc.oneof(fc.integer({ min: 12, max: 60 }), fc.integer({ min: 900, max: 5_000 }))
    fc.assert(
      fc.property(
        fc.array(body, { maxLength: 12 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 25 }),
        fc.nat(20),
        (bodies, cuts, emptyAt) => {
          const frames = bodies.map((bytes, i) => frameOf(FrameType.request, i + 1, bytes))
          const stream = joined(frames)
          const chunks = cutAt(
            stream,
            cuts.map(cut => Math.floor(cut * stream.length)),
          )
          chunks.splice(emptyAt, 0, new Uint8Array(0))

          expect(decoded(chunks)).toEqual({ frames: frames.map(hex), problem: null, isInsideFrame: false })
        },
      ),
    )
  })

  it('finds two glued frames and keeps half of a third', () => {
    const stream = joined(sequence.slice(0, 3))

    expect(decoded([stream.slice(0, 60)])).toEqual({
      frames: sequence.slice(0, 2).map(hex),
      problem: null,
      isInsideFrame: true,
    })
  })

  it('gives away frames that are never written again, so that they can be kept and changed in place', () => {
    const frames = [1, 2, 3, 4].map(id => frameOf(FrameType.request, id, 30))
    const kept: Uint8Array[] = []
    const decoder = makeFrameDecoder()
    const sink = {
      onFrame: (bytes: Uint8Array, start: number, end: number) => {
        const frame = bytes.subarray(start, end)
        kept.push(frame)
      },
    }
    for (const chunk of cutAt(joined(frames), [10, 50, 70, 100, 130])) decoder.push(chunk, sink)

    expect(kept.map(hex)).toEqual(frames.map(hex))

    kept[0]!.fill(0)

    expect(kept.slice(1).map(hex)).toEqual(frames.slice(1).map(hex))
  })
})

describe('a length', () => {
  it('at the limit of 1 048 588 is taken, one more is refused', () => {
    expect(decoded([headerOf(LENGTH_MAX)])).toMatchObject({ problem: null, isInsideFrame: true })
    expect(decoded([headerOf(LENGTH_MAX + 1)]).problem?.code).toBe(ErrorCode.frameTooLarge)
  })

  it.each([LENGTH_MAX + 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff])(
    'of %d is refused from the header alone, in one chunk or byte by byte, after the frames before it',
    length => {
      const good = frameOf(FrameType.ping, 0)
      const stream = joined([good, headerOf(length)])

      for (const chunks of [[stream], Array.from(stream, byte => Uint8Array.of(byte))]) {
        const { frames, problem } = decoded(chunks)

        expect(frames).toEqual([hex(good)])
        expect(problem).toEqual({
          code: ErrorCode.frameTooLarge,
          message: `a frame of ${length} bytes; the limit is 1048588`,
        })
      }
    },
  )

  it('that is announced alone makes nobody store it: 200 connections that sent 1.1 KB of a MiB hold under 2 MB', () => {
    const before = process.memoryUsage().arrayBuffers
    const sink = { onFrame: () => {} }
    const chunks = [headerOf(LENGTH_MAX), Uint8Array.of(1), new Uint8Array(1_100)]
    const decoders = Array.from({ length: 200 }, () => {
      const decoder = makeFrameDecoder()
      for (const chunk of chunks) decoder.push(chunk, sink)
      return decoder
    })

    expect(decoders.every(decoder => decoder.heldBytes === 1_113)).toBe(true)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2_000_000)
  })

  it('of 1 MiB fed in chunks of 1 KiB, or of 1 byte for 64 KiB, is put together in linear time', () => {
    const big = frameOf(FrameType.request, 1, LENGTH_MAX)
    const small = frameOf(FrameType.request, 2, 65_536)
    const every = (step: number, length: number) =>
      Array.from({ length: Math.floor(length / step) }, (_, i) => i * step)
    const chunks = [...cutAt(big, every(1_024, big.length)), ...cutAt(small, every(1, small.length))]
    const before = process.cpuUsage()

    const { frames } = decoded(chunks)

    expect(frames).toEqual([hex(big), hex(small)])
    // Copying all that is held for each chunk would move 500 MB and 2 GB.
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(1_000)
  })
})

describe('a frame of 1 MiB', () => {
  const SIZE = 1_048_576
  const large = frameOf(FrameType.response, 9, SIZE)
  const sixteen = (stream: Uint8Array, from: number) =>
    cutAt(
      stream,
      Array.from({ length: 16 }, (_, i) => from + i * 65_536),
    )

  function seenOf(chunks: readonly Uint8Array[]) {
    const seen: { bytes: Uint8Array; start: number; end: number; rest: readonly Uint8Array[] }[] = []
    const decoder = makeFrameDecoder()
    for (const chunk of chunks) {
      decoder.push(chunk, {
        onFrame: (bytes, start, end) => seen.push({ bytes, start, end, rest: restOf(bytes, end) }),
      })
    }
    return seen
  }

  it('stays in the chunks that brought it, however it lies in them', () => {
    const before = frameOf(FrameType.ping, 0)
    const stream = joined([before, large, large, before])
    for (const from of [12 + REQUEST_PAYLOAD_AT, 1_000, 65_536]) {
      const chunks = sixteen(stream, from)
      const [, first, second] = seenOf(chunks)

      expect(first!.bytes).toBe(chunks[0])
      expect(first!.rest.every((part, i) => part.buffer === chunks[i + 1]!.buffer)).toBe(true)
      expect(hex(wholeFrame(first!.bytes, first!.start, first!.end)) === hex(large)).toBe(true)
      expect(hex(wholeFrame(second!.bytes, second!.start, second!.end)) === hex(large)).toBe(true)
    }
  })

  it.each([
    ['a traced answer', frameOf(FrameType.response, 9, SIZE, TRACED)],
    ['one whose head was cut', large],
  ])('is put together where it is %s', (name, frame) => {
    const [seen] = seenOf(sixteen(frame, name === 'a traced answer' ? 65_536 : REQUEST_PAYLOAD_AT - 1))

    expect(seen).toMatchObject({ start: 0, end: frame.length, rest: [] })
    expect(hex(seen!.bytes.subarray(0, seen!.end)) === hex(frame)).toBe(true)
  })

  it('is put together where it comes in crumbs, each of which would take more memory than it brings', () => {
    const crumbs = cutAt(
      large,
      Array.from({ length: 500 }, (_, i) => 70_000 + i * 300),
    )
    const [seen] = seenOf(crumbs)

    expect(seen!.rest).toEqual([])
    expect(hex(wholeFrame(seen!.bytes, seen!.start, seen!.end)) === hex(large)).toBe(true)
  })
})

describe('what is no frame', () => {
  it.each([
    [
      'HTTP',
      'GET / HTTP/1.1\r\n\r\n',
      ErrorCode.protocol,
      'not a frame: it looks like HTTP, this is the udsim protocol',
    ],
    ['a POST', 'POST /x', ErrorCode.protocol, 'not a frame: it looks like HTTP, this is the udsim protocol'],
    [
      'a TLS ClientHello',
      '\x16\x03\x01\x02\x00\x01',
      ErrorCode.protocol,
      'not a frame: it looks like TLS, this is the udsim protocol',
    ],
    ['JSON', '{"a":1}', ErrorCode.protocol, 'not a frame: it begins with byte 0x7b, this is the udsim protocol'],
    ['zeros', '\0\0\0\0', ErrorCode.protocol, 'not a frame: it begins with byte 0x00, this is the udsim protocol'],
    ['a later version', '\x82\x01', ErrorCode.version, 'version 0x82; this is 0x81'],
    ['an earlier version', '\x80', ErrorCode.version, 'version 0x80; this is 0x81'],
  ])('such as %s is told from the first byte', (_, line, code, message) => {
    for (const chunk of [text(line), text(line).slice(0, 1), text(line.padEnd(40, 'x'))]) {
      expect(decoded([chunk])).toEqual({ frames: [], problem: { code, message }, isInsideFrame: false })
    }
  })

  it('is told behind good frames, whichever way they were cut', () => {
    const good = frameOf(FrameType.ping, 0)
    const stream = joined([good, good, text('HTTP/1.1 200 OK\r\n')])

    for (let offset = 0; offset < stream.length; offset++) {
      const { frames, problem } = decoded(cutAt(stream, [offset]))

      expect(frames.length).toBe(2)
      expect(problem?.code).toBe(ErrorCode.protocol)
    }
  })

  it('never makes it throw, nor hand on more bytes than came, in 1 MiB of noise behind each first byte', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 4_000 }), { maxLength: 30 }), chunks => {
        for (const chunk of chunks) chunk[0] = WIRE_VERSION
        const { frames } = decoded(chunks)
        const came = chunks.reduce((sum, chunk) => sum + chunk.length, 0)

        expect(frames.reduce((sum, frame) => sum + frame.length / 2, 0)).toBeLessThanOrEqual(came)
      }),
    )
  })
})

describe('stop', () => {
  function pushUntil(stopAfter: number, chunks: readonly Uint8Array[]) {
    const decoder = makeFrameDecoder()
    const frames: string[] = []
    const problems = chunks.map(chunk =>
      decoder.push(chunk, {
        onFrame: (bytes, start, end) => {
          frames.push(hex(bytes.subarray(start, end)))
          if (frames.length === stopAfter) decoder.stop()
        },
      }),
    )
    return { frames, problems, isInsideFrame: decoder.heldBytes > 0 }
  }

  it('from inside onFrame hands on nothing more of this chunk or a later one, and finds no problem in it', () => {
    const stream = joined([...sequence, text('not a frame')])

    for (let offset = 0; offset <= stream.length; offset++) {
      expect(pushUntil(2, [...cutAt(stream, [offset]), stream]), `cut at ${offset}`).toMatchObject({
        frames: sequence.slice(0, 2).map(hex),
        isInsideFrame: false,
      })
    }
  })

  it('from a frame that was put together hands on nothing of what is glued to it', () => {
    const stream = joined(sequence)

    expect(pushUntil(1, [stream.slice(0, 15), stream.slice(15)]).frames).toEqual([hex(sequence[0]!)])
  })
})
