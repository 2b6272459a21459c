/** The benchmark that `npm run bench` runs when it is asked for nothing else. */
import type { Scenario, Section } from './bench-result.ts'
import { connecting, FLOORS, HOP_PATHS, OPEN_RATE, type PathSpec, PLAIN_PIPES, UNIX_ECHO, WHOLE_WAY } from './paths.ts'
import type { BoxTimes, PlannedBox } from './planned-box.ts'

/** How long its parts take. */
export interface SuiteTimes {
  readonly rounds: number
  /** For a path without hops; longer ones answer fewer requests a second and spread them over more nodes. */
  readonly warmUpMs: number
  /** One outstanding, and connecting: requests come one after the other. */
  readonly latency: BoxTimes
  /** Many outstanding, or larger ones. */
  readonly throughput: BoxTimes
  /** The largest: each takes milliseconds. */
  readonly large: BoxTimes
  readonly openLoop: BoxTimes
}

/** 10.5 s of warm-up and five rounds of 8 s, which leaves a slow machine time to start and end within 60 s. */
export const FULL: SuiteTimes = {
  rounds: 5,
  warmUpMs: 250,
  latency: { settleMs: 20, durationMs: 250 },
  throughput: { settleMs: 25, durationMs: 120 },
  large: { settleMs: 25, durationMs: 220 },
  openLoop: { settleMs: 100, durationMs: 500 },
}

/** 6.3 s of warm-up and three rounds of 3.5 s: within 20 s. */
export const QUICK: SuiteTimes = {
  rounds: 3,
  warmUpMs: 150,
  latency: { settleMs: 10, durationMs: 100 },
  throughput: { settleMs: 15, durationMs: 50 },
  large: { settleMs: 20, durationMs: 80 },
  openLoop: { settleMs: 50, durationMs: 200 },
}

export const PAYLOAD_BYTES = 64
/** Of the open loop: 1000 requests in five rounds, whose slowest hundredth is ten. */
const TRACE_EVERY = 5
const OUTSTANDING: readonly number[] = [16, 64, 256]
const CONNECTIONS = 64
const KIB = 1_024
const LARGE_BYTES = 256 * KIB
const LARGE_PAYLOADS: readonly number[] = [KIB, 16 * KIB, LARGE_BYTES, 1_024 * KIB]

/** In flight during the warm-up: as many wake-ups a second as there can be, each with a frame or two. */
const WARM_UP_OUTSTANDING = 8

/**
 * Then what a batch passes: its compiler has some seconds of work in ten processes at once, and the rate of the longest
 * path still doubles meanwhile.
 */
const CROWD = 64
const CROWD_SHARE = 16

/** Where a floor and this system are compared; the other floors stand beside it. */
const LADDER: readonly PathSpec[] = [UNIX_ECHO, ...HOP_PATHS]
/** What large payloads are compared over. */
const SWEPT: readonly PathSpec[] = [UNIX_ECHO, PLAIN_PIPES, WHOLE_WAY]

/**
 * One round. Latency comes behind throughput: what runs once a wake-up is compiled after some ten thousand of them, and
 * one request at a time makes few.
 */
export function suiteBoxes(times: SuiteTimes, payloadBytes: number = PAYLOAD_BYTES): PlannedBox[] {
  return [
    ...throughputBoxes(times, payloadBytes),
    ...latencyBoxes(times, payloadBytes),
    ...payloadBoxes(times, payloadBytes),
    ...connectBoxes(times, payloadBytes),
    openLoopBox(times, payloadBytes),
  ]
}

/** Each path once under load, and what large payloads and connecting have of their own; nothing of it counts. */
export function suiteWarmUps({ warmUpMs }: SuiteTimes, payloadBytes: number = PAYLOAD_BYTES): PlannedBox[] {
  const warm = (path: PathSpec, share: number, load: Partial<Scenario>) =>
    boxOf(
      path,
      { settleMs: 0, durationMs: warmUpMs * share },
      scenarioOf(path, 'throughput', { payloadBytes, ...load }),
    )
  return [
    ...[...FLOORS, PLAIN_PIPES].map(path => warm(path, 1, { outstanding: WARM_UP_OUTSTANDING })),
    ...HOP_PATHS.map(path => warm(path, 1 + path.hops * path.hops, { outstanding: WARM_UP_OUTSTANDING })),
    warm(WHOLE_WAY, CROWD_SHARE, { outstanding: CROWD }),
    ...[PLAIN_PIPES, WHOLE_WAY].map(path => warm(path, 1, { payloadBytes: LARGE_BYTES })),
    ...[UNIX_ECHO, WHOLE_WAY].map(path => warm(connecting(path), 1, {})),
  ]
}

function throughputBoxes({ throughput }: SuiteTimes, payloadBytes: number): PlannedBox[] {
  const loads = [
    ...OUTSTANDING.map(outstanding => ({ outstanding })),
    { outstanding: CONNECTIONS, connections: CONNECTIONS },
  ]
  return loads.flatMap(load =>
    LADDER.map(path => boxOf(path, throughput, scenarioOf(path, 'throughput', { payloadBytes, ...load }))),
  )
}

function payloadBoxes({ throughput, large, latency }: SuiteTimes, payloadBytes: number): PlannedBox[] {
  const timesFor = (bytes: number) => (bytes >= LARGE_BYTES ? large : throughput)
  const box = (path: PathSpec, times: BoxTimes, bytes: number) =>
    boxOf(path, times, scenarioOf(path, 'payload', { payloadBytes: bytes }))
  const others = payloadBytes === PAYLOAD_BYTES ? [PLAIN_PIPES] : SWEPT
  return [
    ...others.map(path => box(path, latency, PAYLOAD_BYTES)),
    ...LARGE_PAYLOADS.flatMap(bytes => SWEPT.map(path => box(path, timesFor(bytes), bytes))),
  ]
}

function connectBoxes({ latency }: SuiteTimes, payloadBytes: number): PlannedBox[] {
  return [UNIX_ECHO, WHOLE_WAY].map(path => {
    const anew = connecting(path)
    return boxOf(anew, latency, scenarioOf(anew, 'connect', { payloadBytes }))
  })
}

/** The same rounds begin the tables of throughput, of payloads, and of connecting. */
function latencyBoxes({ latency }: SuiteTimes, payloadBytes: number): PlannedBox[] {
  return [...FLOORS, ...HOP_PATHS].map(path => {
    const isIn: Readonly<Partial<Record<Section, boolean>>> = {
      throughput: LADDER.includes(path),
      payload: SWEPT.includes(path) && payloadBytes === PAYLOAD_BYTES,
      connect: path === UNIX_ECHO || path === WHOLE_WAY,
    }
    const others = (['throughput', 'payload', 'connect'] as const).filter(section => isIn[section])
    const also = others.map(section => scenarioOf(path, section, { payloadBytes }))
    return boxOf(path, latency, scenarioOf(path, 'latency', { payloadBytes }), ...also)
  })
}

function openLoopBox({ openLoop }: SuiteTimes, payloadBytes: number): PlannedBox {
  const load = { payloadBytes, loop: 'open', outstanding: 0, rate: OPEN_RATE } as const
  const box = boxOf(WHOLE_WAY, openLoop, scenarioOf(WHOLE_WAY, 'load', load))
  return { ...box, way: { ...box.way!, traceEvery: TRACE_EVERY } }
}

/** One request at a time on one connection, but for what is said. */
function scenarioOf({ path, hops }: PathSpec, section: Section, load: Partial<Scenario>): Scenario {
  const plain = { loop: 'closed', outstanding: 1, connections: 1, payloadBytes: PAYLOAD_BYTES, rate: null } as const
  return { section, path, hops, ...plain, ...load }
}

function boxOf({ entry }: PathSpec, times: BoxTimes, ...scenarios: PlannedBox['scenarios']): PlannedBox {
  const rate = scenarios[0].rate ?? 0
  const way = { entry, rate, shape: { kind: 'constant' }, arrivals: 'poisson', keys: null, traceEvery: 0 } as const
  return { scenarios, way: entry === null ? null : way, ...times }
}
