/** Hand-made rounds and figures of a benchmark, as a quiet machine would give them. */
import type { Figures, Round, RoundOf, Scenario, Times } from '../../src/lab/bench-result.ts'
import { figuresOf } from '../../src/lab/figures-of.ts'
import { timesOf } from '../../src/lab/times.ts'
import { Histogram } from '../../src/stats/histogram.ts'

const TIMES: Times = { p50Us: 20, p90Us: 25, p99Us: 45, p999Us: 300, maxUs: 900, meanUs: 21 }

export function scenarioOf(keys: Partial<Scenario>): Scenario {
  return {
    section: 'latency',
    path: '1 hop: server',
    hops: 1,
    loop: 'closed',
    outstanding: 1,
    connections: 1,
    payloadBytes: 64,
    rate: null,
    ...keys,
  }
}

export function roundOf(keys: Partial<Round>): Round {
  return {
    elapsedMs: 400,
    sent: 1_000,
    answered: 1_000,
    failed: 0,
    perSecond: 2_500,
    response: TIMES,
    service: TIMES,
    lagUs: null,
    stealShare: 0,
    doubts: [],
    ...keys,
  }
}

/** One round for each p50: most requests take about that long, few take four times and two take thirty times as long. */
export function figuresWith(
  scenario: Partial<Scenario>,
  { p50Us, keys = {} }: { readonly p50Us: readonly number[]; readonly keys?: Partial<Round> },
): Figures {
  return figuresOf(
    scenarioOf(scenario),
    p50Us.map(us => measuredAround(us, keys)),
  )
}

function measuredAround(us: number, keys: Partial<Round>): RoundOf {
  const response = new Histogram()
  for (let step = -50; step <= 50; step++) response.record((us * (1 + step / 500)) / 1_000, 20)
  response.record((us * 4) / 1_000, 12)
  response.record((us * 30) / 1_000, 2)
  const times = { ...timesOf(response)!, p50Us: us }
  const round = roundOf({ response: times, service: times, answered: response.count, sent: response.count, ...keys })
  return { round, response, service: response }
}
