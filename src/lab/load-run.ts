/** A benchmark of one topology under a load of its own: what was asked for, else what its file says and two more. */
import type { KeySpec } from '../load/keys.ts'
import { keysText } from '../load/read-keys.ts'
import { shapeText } from '../load/read-shape.ts'
import { meanRateOf, type ShapeSpec } from '../load/shape.ts'
import type { Topology } from '../topology/types.ts'
import type { PathName, Scenario } from './bench-result.ts'
import { UNIX_ECHO } from './paths.ts'
import type { PlannedBox } from './planned-box.ts'

/** What was asked for; null: nothing said. */
export interface LoadAsked {
  /** Requests per second, in an open loop. */
  readonly rate: number | null
  /** In a closed loop; never together with a rate. */
  readonly outstanding: number | null
  readonly connections: number | null
  readonly payloadBytes: number | null
  /** Of one round of a load. */
  readonly durationMs: number | null
  /** Only with a rate. */
  readonly shape: ShapeSpec | null
  readonly keys: KeySpec | null
}

export const ROUNDS = 5
export const QUICK_ROUNDS = 3

/** Before what counts, of each box: connections fill, and what comes at once at the start has gone. */
const SETTLE_MS = 200
/** Each load once, before the first round. */
const WARM_UP_MS_MAX = 1_000
const CROWD = 64
const TRACED_PER_ROUND = 400
const TRACE_EVERY_MIN = 5
/** Of a closed loop nobody knows beforehand. */
const CLOSED_RATE_ABOUT = 20_000
const CONSTANT: ShapeSpec = { kind: 'constant' }

/** In each round. `name`: of the way through the topology, all of it. */
export function loadRunBoxes(topology: Topology, name: PathName, asked: LoadAsked, durationMs: number): PlannedBox[] {
  const { rate, outstanding, shape } = asked
  const { load } = topology
  const plain = {
    ...name,
    section: 'load',
    connections: asked.connections ?? load.connections,
    payloadBytes: asked.payloadBytes ?? load.payloadBytes,
  } as const
  const way = { entry: null, arrivals: load.arrivals, keys: asked.keys, traceEvery: 0 }
  const box = (scenario: Scenario, rate: number, shape: ShapeSpec): PlannedBox => {
    const form = formOf(shape, asked.keys)
    const scenarios = [form === '' ? scenario : { ...scenario, form }] as const
    return { scenarios, way: { ...way, rate, shape }, settleMs: SETTLE_MS, durationMs }
  }
  const open = (perSecond: number, form: ShapeSpec): PlannedBox => {
    const mean = meanRateOf(form, perSecond, durationMs)
    return box({ ...plain, loop: 'open', outstanding: 0, rate: mean }, perSecond, form)
  }
  const closed = (count: number) => box({ ...plain, loop: 'closed', outstanding: count, rate: null }, 0, CONSTANT)
  if (outstanding !== null) return [traced(closed(outstanding))]
  if (rate !== null) return [traced(open(rate, shape ?? CONSTANT))]
  const { path, hops } = UNIX_ECHO
  const floor: Scenario = { ...plain, path, hops, connections: 1, loop: 'closed', outstanding: 1, rate: null }
  return [
    ...(load.rate > 0 ? [traced(open(load.rate, CONSTANT))] : []),
    closed(1),
    closed(CROWD),
    { scenarios: [floor], way: null, settleMs: SETTLE_MS, durationMs },
  ]
}

/** What the figures depend on beside the rate. */
function formOf(shape: ShapeSpec, keys: KeySpec | null): string {
  const parts = [shape.kind === 'constant' ? '' : shapeText(shape), keys === null ? '' : `keys ${keysText(keys)}`]
  return parts.filter(part => part !== '').join(' ')
}

/** The same boxes, shorter; nothing of it counts. */
export function loadRunWarmUps(boxes: readonly PlannedBox[]): PlannedBox[] {
  return boxes.map(box => ({
    ...box,
    way: box.way && { ...box.way, traceEvery: 0 },
    settleMs: 0,
    durationMs: Math.min(box.durationMs, WARM_UP_MS_MAX),
  }))
}

/** Some hundred requests a round, and never many of all: what is traced is a little slower. */
function traced(box: PlannedBox): PlannedBox {
  const perSecond = box.scenarios[0].rate ?? CLOSED_RATE_ABOUT
  const every = Math.max(Math.ceil((perSecond * box.durationMs) / 1_000 / TRACED_PER_ROUND), TRACE_EVERY_MIN)
  return { ...box, way: box.way && { ...box.way, traceEvery: every } }
}
