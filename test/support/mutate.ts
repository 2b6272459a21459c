/** Frames that were valid once: flipped, cut, lengthened, retyped, swapped, repeated, spliced; by chance with a seed. */
import type { Rng } from '../../src/base/rng.ts'
import { ErrorCode } from '../../src/wire/error-code.ts'
import { FrameType, HEADER_BYTES, LENGTH_MAX, TRACED } from '../../src/wire/frame.ts'
import { encodeHello } from '../../src/wire/hello.ts'
import { joined } from './frames.ts'
import { bareFrame, errorFrame, requestFrame, responseFrame } from './stranger.ts'
import { tracedFrame } from './traces.ts'

const PAYLOADS = ['', 'x', 'hello', 'y'.repeat(200), 'z'.repeat(2_000)]
const LENGTHS = [
  0,
  1,
  11,
  12,
  13,
  1_000,
  LENGTH_MAX - 1,
  LENGTH_MAX,
  LENGTH_MAX + 1,
  0x7fff_ffff,
  0x8000_0000,
  0xffff_ffff,
]

const TRACES = [['server-1'], ['server-1', 'proxy-1', 'lb'], []]

const one = <T>(rng: Rng, choices: readonly T[]): T => choices[rng.int(choices.length)]!

/** A frame of any type, most of them of the few streams that others of its kind name too. */
export function validFrame(rng: Rng): Uint8Array {
  const streamId = rng.int(20) === 0 ? 1 + rng.int(0xffff_ffff) : one(rng, [1, 2, 3, 0x1_0001])
  const makers: (() => Uint8Array)[] = [
    () => requestFrame(streamId, { payload: one(rng, PAYLOADS), budgetMs: one(rng, [0, 1, 100, 0xffff_ffff]) }),
    () => requestFrame(streamId, { payload: one(rng, PAYLOADS), hops: rng.int(256) }),
    () => responseFrame(streamId, one(rng, PAYLOADS)),
    () => errorFrame(streamId, ErrorCode.timeout, rng.int(2) === 0),
    () => requestFrame(streamId, { payload: one(rng, PAYLOADS), flags: TRACED }),
    () => tracedFrame(responseFrame(streamId, one(rng, PAYLOADS)), one(rng, TRACES)),
    () => tracedFrame(errorFrame(streamId, ErrorCode.overload), one(rng, TRACES)),
    () => bareFrame(FrameType.cancel, streamId),
    () => bareFrame(FrameType.ping),
    () => bareFrame(FrameType.pong),
    () => bareFrame(FrameType.drain),
    // No parent's name: whoever says it is taken for that parent, and breaks the law of its edge.
    () => encodeHello(FrameType.hello, { node: one(rng, ['', 'proxy-8', 'proxy-9']), generation: rng.int(3) }),
    () => encodeHello(FrameType.helloAck, { node: 'server-2', generation: rng.int(3) }),
  ]
  return one(rng, [...makers.slice(0, 3), ...makers])()
}

type Mutation = (frame: Uint8Array, rng: Rng) => Uint8Array

const MUTATIONS: readonly Mutation[] = [
  function flip(frame, rng) {
    for (let flips = 1 + rng.int(4); flips > 0; flips--) frame[rng.int(frame.length)]! ^= 1 << rng.int(8)
    return frame
  },
  // In the payload, if there is one: the frame stays valid.
  function flipLate(frame, rng) {
    const at = Math.min(HEADER_BYTES + rng.int(frame.length), frame.length - 1)
    frame[at]! ^= 1 << rng.int(8)
    return frame
  },
  (frame, rng) => frame.slice(0, 1 + rng.int(frame.length)),
  function relength(frame, rng) {
    const length = one(rng, [
      ...LENGTHS,
      Math.max(frame.length - HEADER_BYTES + rng.int(3) - 1, 0),
      rng.int(0x1_0000_0000),
    ])
    new DataView(frame.buffer).setUint32(HEADER_BYTES - 4, length)
    return frame
  },
  function retype(frame, rng) {
    frame[1] = one(rng, [1 + rng.int(9), rng.int(256)])
    return frame
  },
  function reversion(frame, rng) {
    frame[0] = one(rng, [0x80, 0x82, 0x16, 0x47, rng.int(256)])
    return frame
  },
  function restream(frame, rng) {
    new DataView(frame.buffer).setUint32(4, one(rng, [0, 1, 0xffff, 0x1_0000, 0xffff_ffff, rng.int(0x1_0000_0000)]))
    return frame
  },
  function swap(frame, rng) {
    const [a, b] = [rng.int(frame.length), rng.int(frame.length)]
    ;[frame[a], frame[b]] = [frame[b]!, frame[a]!]
    return frame
  },
  (frame, rng) => joined(Array.from({ length: 2 + rng.int(4) }, () => frame)),
  function splice(frame, rng) {
    const other = validFrame(rng)
    return joined([frame.slice(0, rng.int(frame.length + 1)), other.slice(rng.int(other.length))])
  },
  (frame, rng) => joined([frame, Uint8Array.from({ length: 1 + rng.int(40) }, () => rng.int(256))]),
]

/** One valid frame, changed once or twice. */
export function mutatedFrame(rng: Rng): Uint8Array {
  let frame = validFrame(rng)
  for (let times = 1 + rng.int(2); times > 0; times--) {
    if (frame.length < HEADER_BYTES) break
    frame = one(rng, MUTATIONS)(frame, rng)
  }
  return frame
}
