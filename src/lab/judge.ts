/** Whether a benchmark shows what was expected of it (`expectation.ts`). Pure. */
import { formatLatency } from '../base/units.ts'
import { formatRate } from '../view/figures.ts'
import type { BenchResult, Figures } from './bench-result.ts'
import type { Expectation, Metric, Operator } from './expectation.ts'
import { scenarioName } from './scenario-name.ts'
import { heading } from './text-parts.ts'
import type { Paper } from './text-table.ts'

export interface Verdict extends Expectation {
  readonly isMet: boolean
  /** In the unit of `limit`; null where the run has no such figure, which is not what was expected. */
  readonly seen: number | null
  /** The scenario that was looked at; null: there is none. */
  readonly of: string | null
}

const HOLDS: Readonly<Record<Operator, (seen: number, limit: number) => boolean>> = {
  '<': (seen, limit) => seen < limit,
  '<=': (seen, limit) => seen <= limit,
  '>': (seen, limit) => seen > limit,
  '>=': (seen, limit) => seen >= limit,
}

const SEEN: Readonly<Record<Metric, (figures: Figures) => number | null>> = {
  p50: ({ p50Us }) => p50Us,
  p90: ({ p90Us }) => p90Us,
  p99: ({ p99Us }) => p99Us,
  'p99.9': ({ p999Us }) => p999Us,
  max: ({ maxUs }) => maxUs,
  mean: ({ meanUs }) => meanUs,
  rate: ({ perSecond, requests }) => (requests > 0 ? perSecond : null),
  errors: ({ requests, failed }) => (requests + failed > 0 ? failed / (requests + failed) : null),
}

/** In the order they were asked. */
export function judge(result: BenchResult, expectations: readonly Expectation[]): Verdict[] {
  const figures = judgedScenario(result)
  const of = figures === null ? null : scenarioName(figures)
  return expectations.map(expectation => {
    const { metric, operator, limit } = expectation
    const seen = figures === null ? null : SEEN[metric](figures)
    return { ...expectation, isMet: seen !== null && HOLDS[operator](seen, limit), seen, of }
  })
}

/** Of the standard run, its longest path with one request at a time; of a load run its load, the open loop first. */
export function judgedScenario({ scenarios }: Pick<BenchResult, 'scenarios'>): Figures | null {
  const ours = scenarios.filter(({ hops }) => hops > 0)
  const alone = ours.filter(({ section, outstanding }) => section === 'latency' && outstanding === 1)
  if (alone.length > 0) return alone.reduce((longest, each) => (each.hops > longest.hops ? each : longest))
  const load = ours.filter(({ section }) => section === 'load')
  return load.find(({ loop }) => loop === 'open') ?? load[0] ?? null
}

/** `✓ p99 1.20ms < 2ms`, one line for each; empty where nothing was expected. */
export function drawVerdicts(verdicts: readonly Verdict[], paper: Paper): string[] {
  const [first] = verdicts
  if (first === undefined) return []
  const { chalk } = paper
  const lines = verdicts.map(verdict => (verdict.isMet ? chalk.green : chalk.red)(verdictText(verdict)))
  return [...heading('Expected', first.of ?? 'nothing that it could be asked of was measured', paper), ...lines]
}

function verdictText({ text, metric, operator, seen, isMet }: Verdict): string {
  const limit = text.slice(text.indexOf(operator) + operator.length)
  if (seen === null) return `✗ ${metric} ${operator} ${limit}: this run has no ${metric}`
  return `${isMet ? '✓' : '✗'} ${metric} ${seenText(metric, seen)}${isMet ? '' : ' is not'} ${operator} ${limit}`
}

function seenText(metric: Metric, seen: number): string {
  if (metric === 'rate') return `${formatRate(seen)}/s`
  return metric === 'errors' ? `${Number((seen * 100).toPrecision(3))}%` : formatLatency(seen)
}
