/** Scenarios, boxes and rounds as a benchmark's parts hand them to each other, with what a test does not care for. */
import type { Round, RoundOf, Scenario } from '../../src/lab/bench-result.ts'
import type { PlannedBox } from '../../src/lab/planned-box.ts'

export const ROUND: Round = {
  elapsedMs: 10,
  sent: 5,
  answered: 5,
  failed: 0,
  perSecond: 500,
  response: null,
  service: null,
  lagUs: null,
  stealShare: null,
  doubts: [],
}

export function roundOf(part: Partial<Round>): RoundOf {
  return { round: { ...ROUND, ...part }, response: null, service: null }
}

export function scenario(part: Partial<Scenario>): Scenario {
  const plain = { section: 'latency', path: 'unix echo', hops: 0, loop: 'closed' } as const
  return { ...plain, outstanding: 1, connections: 1, payloadBytes: 64, rate: null, ...part }
}

/** On bare wires, for a moment. */
export function boxOf(...scenarios: PlannedBox['scenarios']): PlannedBox {
  return { scenarios, way: null, settleMs: 0, durationMs: 1 }
}
