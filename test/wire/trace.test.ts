import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/wire/error-code.ts'
import { readErrorCode, readNotExecuted } from '../../src/wire/error-frame.ts'
import {
  FLAG_NOT_EXECUTED,
  FrameType,
  HEADER_BYTES,
  PAYLOAD_BYTES_MAX,
  readFlags,
  readLength,
  readStreamId,
  readType,
  TRACE_BYTES_MAX,
  TRACED,
} from '../../src/wire/frame.ts'
import { headerProblem } from '../../src/wire/frame-shape.ts'
import { entryBytesFor, type TracedHop, writeOut, writeWithHop } from '../../src/wire/trace.ts'
import { frameOf, hex } from '../support/frames.ts'
import { errorFrame, responseFrame } from '../support/stranger.ts'
import { toldBy, withHop } from '../support/traces.ts'

const us = (max: number) => fc.integer({ min: 0, max })
const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,31}$/)
const attempt = fc.record({ node: name, code: us(0xffff), ms: us(0xffff_ffff).map(value => value / 1_000) })

/** What a node may tell: at any time in the first four years after the start of the machine. */
const hop: fc.Arbitrary<TracedHop> = fc
  .tuple(
    name,
    us(2 ** 47),
    fc.tuple(us(0xffff_ffff), us(0xffff_ffff), us(0xffff_ffff)),
    fc.array(attempt, { maxLength: 10 }),
  )
  .map(([node, inUs, [waitUs, turnUs, restUs], attempts]) => ({
    node,
    inMs: inUs / 1_000,
    begunMs: (inUs + waitUs) / 1_000,
    leftMs: (inUs + waitUs + turnUs) / 1_000,
    outMs: (inUs + waitUs + turnUs + restUs) / 1_000,
    attempts,
  }))

const plain = (node: string, inMs = 1, begunMs = 2, leftMs = 2.5, outMs = 3): TracedHop => ({
  node,
  inMs,
  begunMs,
  leftMs,
  outMs,
  attempts: [],
})

const answer = fc.oneof(
  fc.string({ maxLength: 40 }).map(text => responseFrame(7, text)),
  fc.boolean().map(isNotExecuted => errorFrame(7, ErrorCode.timeout, isNotExecuted)),
)

const withHops = (frame: Uint8Array, hops: readonly TracedHop[]): Uint8Array =>
  hops.reduce((bytes, each) => withHop(bytes, 0, bytes.length, each), frame)

const read = (frame: Uint8Array) => toldBy(frame)

describe("an answer's trailer", () => {
  it('is name, in, begun, left, out and attempts of each node, then its length: byte for byte', () => {
    const first = { ...plain('s', 1_000, 1_001.5, 1_001.5, 1_003), attempts: [] }
    const attempts = [
      { node: 'p', code: ErrorCode.timeout, ms: 0.25 },
      { node: 'q', code: 0, ms: 4 },
    ]
    const frame = withHops(responseFrame(7, 'ab'), [
      first,
      { ...plain('lb', 4_294_967.3, 4_294_967.3, 4_294_967.4, 4_294_968), attempts },
    ])

    const entryS = ['0173', '00000000000f4240', '000005dc', '00000000', '000005dc', '00']
    const entryLb = ['026c62', '0000000100000004', '00000000', '00000064', '00000258', '02']
    const tried = ['0170', '0002', '000000fa', '0171', '0000', '00000fa0']
    const header = ['8104', '0008', '00000007', '00000043']
    expect(hex(frame)).toBe([...header, '6162', ...entryS, ...entryLb, ...tried, '003f'].join(''))
  })

  it('tells the nodes in the order in which they wrote, and leaves the answer itself as it was', () => {
    fc.assert(
      fc.property(answer, fc.array(hop, { minLength: 1, maxLength: 4 }), (bare, hops) => {
        const frame = withHops(bare, hops)

        expect(read(frame)).toEqual(hops)
        expect(headerProblem(frame, 0)).toBeNull()
        expect(HEADER_BYTES + readLength(frame, 0)).toBe(frame.length)
        expect([readType(frame, 0), readStreamId(frame, 0)]).toEqual([readType(bare, 0), 7])
        expect(readFlags(frame, 0)).toBe(readFlags(bare, 0) | TRACED)
        expect(hex(frame.subarray(HEADER_BYTES, bare.length))).toBe(hex(bare.subarray(HEADER_BYTES)))
      }),
    )
  })

  it('is found wherever the frame lies, and what lies around it is not touched', () => {
    fc.assert(
      fc.property(answer, hop, hop, fc.uint8Array({ maxLength: 9 }), (bare, first, second, around) => {
        const frame = withHops(bare, [first])
        const bytes = new Uint8Array([...around, ...frame, ...around])
        const before = hex(bytes)
        const [start, end] = [around.length, around.length + frame.length]

        expect(toldBy(bytes, start, end)).toEqual([first])
        expect(hex(withHop(bytes, start, end, second))).toBe(hex(withHops(frame, [second])))
        expect(hex(bytes)).toBe(before)
        const longer = withHops(frame, [second])
        const into = new Uint8Array([...around, ...new Uint8Array(longer.length), ...around])
        writeWithHop(into, start, bytes, start, end, second, entryBytesFor(bytes, start, end, second))
        expect(hex(into)).toBe(hex(new Uint8Array([...around, ...longer, ...around])))
      }),
    )
  })

  it('keeps what an ERROR says', () => {
    const frame = withHops(errorFrame(7, ErrorCode.overload, true), [plain('a')])

    expect(readErrorCode(frame, 0)).toBe(ErrorCode.overload)
    expect(readNotExecuted(frame, 0)).toBe(true)
    expect(readFlags(frame, 0)).toBe(FLAG_NOT_EXECUTED | TRACED)
  })

  it('is not there where the flag is not set, whatever the bytes say', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), body => {
        expect(read(frameOf(FrameType.response, 7, body, 0xffff & ~TRACED))).toEqual([])
      }),
    )
  })

  it('may be told another time at which the answer leaves, and is else as it was', () => {
    fc.assert(
      fc.property(
        answer,
        hop,
        hop,
        us(0xffff_ffff),
        fc.uint8Array({ maxLength: 9 }),
        (bare, first, last, us, around) => {
          const frame = withHops(bare, [first, last])
          const bytes = new Uint8Array([...around, ...frame, ...around])
          const later = { ...last, outMs: Math.round(last.leftMs * 1_000 + us) / 1_000 }
          const entryBytes = entryBytesFor(frame, 0, frame.length, last)
          writeOut(bytes, around.length + frame.length, last, entryBytes, later.outMs)

          expect(hex(bytes)).toBe(hex(new Uint8Array([...around, ...withHops(bare, [first, later]), ...around])))
        },
      ),
    )
  })

  it('tells 71 minutes where it was longer', () => {
    const frame = withHops(responseFrame(7), [plain('a', 0, 5_000_000, 5_000_000, 5_000_001)])

    expect(read(frame)).toEqual([plain('a', 0, 4_294_967.295, 4_294_967.295, 4_294_968.295)])
  })
})

describe('room for a trailer', () => {
  it('is bounded: an entry that does not fit is left out, a shorter one after it is not', () => {
    const attempts = Array.from({ length: 10 }, (_, i) => ({ node: `x-${i}`.padEnd(32, 'x'), code: 0, ms: 1 }))
    const large = { ...plain('large'), attempts }
    const frame = withHops(responseFrame(7), Array(6).fill(large))
    const withSmall = withHops(frame, [plain('small')])

    expect(read(frame)?.length).toBe(4)
    expect(entryBytesFor(frame, 0, frame.length, large)).toBe(0)
    expect(read(withSmall)?.map(each => each.node)).toEqual(['large', 'large', 'large', 'large', 'small'])
  })

  it('comes on top of the largest payload', () => {
    const frame = withHops(responseFrame(7, 'x'.repeat(PAYLOAD_BYTES_MAX)), Array(100).fill(plain('a-node')))

    expect(headerProblem(frame, 0)).toBeNull()
    expect(frame.length - HEADER_BYTES - PAYLOAD_BYTES_MAX).toBeLessThanOrEqual(TRACE_BYTES_MAX)
    expect(read(frame)?.length).toBeGreaterThan(60)
  })

  it('is not room for more payload', () => {
    const body = new Uint8Array(PAYLOAD_BYTES_MAX + 1 + 2)

    expect(read(frameOf(FrameType.response, 7, body, TRACED))).toBeNull()
    expect(read(frameOf(FrameType.response, 7, body.subarray(1), TRACED))).toEqual([])
  })
})

/** Sound or not: what is read can be shown, and written again. */
function expectSafe(frame: Uint8Array): void {
  const hops = read(frame)
  if (hops === null) return
  for (const { node, inMs, begunMs, leftMs, outMs, attempts } of hops) {
    for (const shown of [node, ...attempts.map(each => each.node)]) expect(shown).toMatch(/^[\w-]{1,32}$/)
    const spans = [begunMs - inMs, leftMs - begunMs, outMs - leftMs]
    for (const number of [inMs, ...spans, ...attempts.map(each => each.ms)]) {
      expect(number).toBeGreaterThanOrEqual(0)
      expect(Number.isFinite(number)).toBe(true)
    }
  }
  const again = withHop(frame, 0, frame.length, plain('me'))
  expect(read(again)?.slice(0, hops.length)).toEqual(hops)
}

describe('a trailer that nobody honest wrote', () => {
  it('is refused, or holds what can be shown, whatever the bytes are', () => {
    const types = fc.constantFrom(FrameType.response, FrameType.error)
    fc.assert(
      fc.property(types, fc.uint8Array({ maxLength: 200 }), (type, body) => {
        expectSafe(frameOf(type, 7, body, TRACED))
      }),
    )
  })

  it('is refused, or holds what can be shown, with any bit of an honest one flipped', () => {
    const frame = withHops(responseFrame(7, 'ab'), [
      plain('s-1'),
      { ...plain('lb'), attempts: [{ node: 's-1', code: 2, ms: 1 }] },
    ])
    for (let bit = (HEADER_BYTES + 2) * 8; bit < frame.length * 8; bit++) {
      const flipped = frame.slice()
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      expectSafe(flipped)
    }
  })

  it('is refused where an entry is cut short anywhere', () => {
    const frame = withHops(responseFrame(7, ''), [{ ...plain('lb'), attempts: [{ node: 's-1', code: 2, ms: 1 }] }])
    const entry = frame.subarray(HEADER_BYTES, -2)
    for (let size = 1; size < entry.length; size++) {
      const body = new Uint8Array([...entry.subarray(0, size), 0, size])
      expect(read(frameOf(FrameType.response, 7, body, TRACED))).toBeNull()
    }
  })

  it.each([
    ['no name', '00'],
    ['a name with an escape', '021b5b'],
    ['a name with a new line', '020a41'],
    ['a name of 33 bytes', `21${'61'.repeat(33)}`],
  ])('is refused for %s', (_, nameHex) => {
    const entry = Buffer.from(`${nameHex}${'00'.repeat(21)}`, 'hex')
    const frame = frameOf(FrameType.response, 7, new Uint8Array([...entry, 0, entry.length]), TRACED)

    expect(read(frame)).toBeNull()
  })

  it('is refused for one entry more than there is room for, though each is sound', () => {
    const full = withHops(responseFrame(7, ''), Array(100).fill(plain('a-node')))
    const entry = withHops(responseFrame(7, ''), [plain('a-node')]).subarray(HEADER_BYTES, -2)
    const entries = [...full.subarray(HEADER_BYTES, -2), ...entry]
    const size = [entries.length >> 8, entries.length & 0xff]

    expect(read(full)).not.toBeNull()
    expect(read(frameOf(FrameType.response, 7, new Uint8Array([...entries, ...size]), TRACED))).toBeNull()
  })

  it('is no room for a longer text of an ERROR, which the next node would blame on whoever adds its entry', () => {
    const errorOf = (bodyBytes: number) => frameOf(FrameType.error, 7, new Uint8Array(bodyBytes), TRACED)

    expect(read(errorOf(2 + 256 + 1 + 2))).toBeNull()
    expect(read(errorOf(2 + 256 + 2))).toEqual([])
    const full = withHops(errorOf(2 + 256 + 2), Array(100).fill(plain('a-node')))
    expect(headerProblem(full, 0)).toBeNull()
  })

  it('leaves an ERROR its code', () => {
    expect(read(frameOf(FrameType.error, 7, new Uint8Array([0, 2]), TRACED))).toBeNull()
    expect(read(frameOf(FrameType.error, 7, new Uint8Array([0, 2, 0, 0]), TRACED))).toEqual([])
    expect(read(frameOf(FrameType.error, 7, new Uint8Array([0, 0, 0, 1]), TRACED))).toBeNull()
  })
})
