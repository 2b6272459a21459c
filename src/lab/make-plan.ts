/** From what was asked for to what is measured. Pure. */
import type { BenchPlan } from './bench.ts'
import { QUICK_ROUND_MS, ROUND_MS } from './load-plan.ts'
import { type LoadAsked, loadRunBoxes, loadRunWarmUps, QUICK_ROUNDS, ROUNDS } from './load-run.ts'
import { hopsOf, type NamedTopology, standardTopology, WHOLE_WAY } from './paths.ts'
import { FULL, QUICK, suiteBoxes, suiteWarmUps } from './suite.ts'

export interface BenchAsked extends LoadAsked {
  readonly isQuick: boolean
  readonly rounds: number | null
}

/** All of a benchmark but who runs it. */
export type Plan = Pick<
  BenchPlan,
  'topology' | 'name' | 'hash' | 'warmUps' | 'boxes' | 'rounds' | 'limitMs' | 'endsOnFailure'
>

/** A minute, and a third of it for the quick one, less what it takes to end. */
const LIMIT_MS = 58_000
const QUICK_LIMIT_MS = 19_000

/** `own`: null: the standard one. */
export function makePlan(asked: BenchAsked, own: NamedTopology | null): Plan {
  return own === null && !asksForLoad(asked) ? suitePlan(asked) : loadRunPlan(asked, own)
}

/** Payloads are the suite's as well. */
function asksForLoad({ rate, outstanding, connections, durationMs, shape, keys }: LoadAsked): boolean {
  return [rate, outstanding, connections, durationMs, shape, keys].some(value => value !== null)
}

function suitePlan({ isQuick, rounds, payloadBytes }: BenchAsked): Plan {
  const times = isQuick ? QUICK : FULL
  const limitMs = isQuick ? QUICK_LIMIT_MS : LIMIT_MS
  return {
    ...standardTopology(),
    warmUps: suiteWarmUps(times, payloadBytes ?? undefined),
    boxes: suiteBoxes(times, payloadBytes ?? undefined),
    rounds: rounds ?? times.rounds,
    // Who asks for so many rounds gets them.
    limitMs: rounds === null ? limitMs : null,
    endsOnFailure: true,
  }
}

function loadRunPlan(asked: BenchAsked, own: NamedTopology | null): Plan {
  const { topology, name, hash } = own ?? standardTopology()
  const durationMs = asked.durationMs ?? (asked.isQuick ? QUICK_ROUND_MS : ROUND_MS)
  const path = own === null ? WHOLE_WAY.path : name
  const boxes = loadRunBoxes(topology, { path, hops: hopsOf(topology) }, asked, durationMs)
  const rounds = asked.rounds ?? (asked.isQuick ? QUICK_ROUNDS : ROUNDS)
  const warmUps = loadRunWarmUps(boxes)
  return { topology, name, hash, warmUps, boxes, rounds, limitMs: null, endsOnFailure: false }
}
