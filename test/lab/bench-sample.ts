/** Hand-made rounds and figures of a benchmark, as a quiet machine would give them. */
import { type Baseline, parseBaseline } from '../../src/lab/baseline.ts'
import { benchLine } from '../../src/lab/bench-line.ts'
import type { BenchResult, Figures, Round, RoundOf, Scenario, Times } from '../../src/lab/bench-result.ts'
import { figuresOf } from '../../src/lab/figures-of.ts'
import { hopCostsOf } from '../../src/lab/hop-costs.ts'
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

const PATHS = [
  { path: 'unix echo', hops: 0, us: 21 },
  { path: 'tcp echo', hops: 0, us: 34 },
  { path: 'pipe echo', hops: 0, us: 24 },
  { path: 'channel echo', hops: 0, us: 60 },
  { path: '1 hop: server', hops: 1, us: 38 },
  { path: '2 hops: proxy, server', hops: 2, us: 71 },
  { path: '3 hops: lb, proxy, server', hops: 3, us: 104 },
] as const

const [UNIX, , , , ONE_HOP, TWO_HOPS, THREE_HOPS] = PATHS
const PIPES = { path: '3 plain pipes', hops: 0, us: 60 } as const
const JITTER = [1.01, 1, 1.02, 0.99, 1.04]

type PathOf = (typeof PATHS)[number] | typeof PIPES

/** As many rounds as asked for, at most five, of a path that takes so long; the more in flight, the more per second. */
function sampled({ path, hops, us }: PathOf, rounds: number, keys: Partial<Scenario> = {}): Figures {
  const scenario = { path, hops, ...keys }
  const inFlight = Math.max(1, scenario.outstanding ?? 1) / 4 + 0.75
  const p50Us = JITTER.slice(0, rounds).map(share => us * share * inFlight)
  const perSecond = Math.round(keys.rate ?? (Math.max(1, scenario.outstanding ?? 1) * 1e6) / (us * inFlight))
  const isOpen = keys.loop === 'open'
  const lagUs = isOpen ? { p50: 520, p99: 1_080, max: 2_100 } : null
  return figuresWith(scenario, { p50Us, keys: { perSecond, lagUs } })
}

const suites = new Map<number, readonly Figures[]>()

/** All that the standard run measures. */
export function suiteScenarios(rounds = 5): readonly Figures[] {
  if (!suites.has(rounds)) suites.set(rounds, makeSuite(rounds))
  return suites.get(rounds)!
}

function makeSuite(rounds: number): Figures[] {
  const of = (path: PathOf, keys: Partial<Scenario>) => sampled(path, rounds, keys)
  const throughput = [UNIX, ONE_HOP, TWO_HOPS, THREE_HOPS].flatMap(path => [
    ...[1, 16, 64, 256].map(outstanding => of(path, { section: 'throughput', outstanding })),
    of(path, { section: 'throughput', outstanding: 64, connections: 64 }),
  ])
  const payload = [64, 1_024, 16_384, 262_144, 1_048_576].flatMap(payloadBytes =>
    [UNIX, PIPES, THREE_HOPS].map(path =>
      of({ ...path, us: path.us + payloadBytes / 800 } as PathOf, { section: 'payload', payloadBytes }),
    ),
  )
  const connect = [UNIX, THREE_HOPS].flatMap(path => [
    of(path, { section: 'connect' }),
    of({ ...path, path: `${path.path}, connecting`, us: path.us + 90 } as unknown as PathOf, { section: 'connect' }),
  ])
  const load = of({ ...THREE_HOPS, us: 620 } as unknown as PathOf, {
    section: 'load',
    loop: 'open',
    outstanding: 0,
    rate: 2_000,
  })
  return [...PATHS.map(path => of(path, {})), ...throughput, ...payload, ...connect, load]
}

/** All that a run on a topology file measures. */
export function fileScenarios(rounds = 5): Figures[] {
  const file = { path: 'my.json', hops: 2, us: 5_300 } as unknown as PathOf
  const of = (path: PathOf, keys: Partial<Scenario>) => sampled(path, rounds, { section: 'load', ...keys })
  return [
    of(UNIX, {}),
    of(file, { loop: 'open', outstanding: 0, rate: 200, connections: 4 }),
    of(file, {}),
    of(file, { outstanding: 64, connections: 4 }),
  ]
}

export function sampleResult(keys: Partial<BenchResult> = {}): BenchResult {
  const scenarios = keys.scenarios ?? suiteScenarios()
  const rounds = scenarios[0]?.rounds.length ?? 0
  return {
    node: 'v20.20.2',
    platform: 'linux',
    arch: 'x64',
    cpus: 2,
    loadAverage: 0.9,
    timeMs: 1_700_000_000_000,
    args: [],
    isPartial: false,
    topology: { name: 'standard topology', hash: '3f2a1c94d0', nodes: 9 },
    roundsPlanned: 5,
    warmUpMs: 250,
    roundConditions: Array.from({ length: rounds }, (_, i) => ({
      round: i + 1,
      elapsedMs: 8_000 + 100 * i,
      loadAverage: 1 + i / 10,
      stealShare: i / 1_000,
      lagP99Us: 1_080,
      doubts: [],
    })),
    scenarios,
    hopCosts: hopCostsOf(scenarios),
    anatomy: null,
    warnings: [],
    ...keys,
  }
}

/** The result, saved and read back. */
export function baselineOf(result: BenchResult): Baseline {
  const read = parseBaseline('base.json', benchLine(result))
  if (!read.ok) throw new Error(read.message)
  return read.baseline
}
