/** `--expect 'p99<2ms'`: what a benchmark must show, read from the command line. Pure. */
import { suggest } from '../base/suggest.ts'
import { parseDurationMs } from '../base/units.ts'
import { quote } from '../topology/visible.ts'

export const METRICS = ['p50', 'p90', 'p99', 'p99.9', 'max', 'mean', 'rate', 'errors'] as const
export type Metric = (typeof METRICS)[number]

export const OPERATORS = ['<', '<=', '>', '>='] as const
export type Operator = (typeof OPERATORS)[number]

export interface Expectation {
  /** As it was typed, without blanks. */
  readonly text: string
  readonly metric: Metric
  readonly operator: Operator
  /** Microseconds; of `rate`, per second; of `errors`, a share from 0 to 1. */
  readonly limit: number
}

export type ExpectationResult =
  | { readonly ok: true; readonly expectation: Expectation }
  | { readonly ok: false; readonly message: string }

const EXAMPLES = "write for example 'p99<2ms', 'rate>10000' or 'errors<0.1%'"
const FORM = /^([a-z0-9.]+)(<=|>=|<|>)([^<>=]+)$/i
const NUMBER = /^\d+(\.\d+)?$/

/** Or one line that says what to write instead. Blanks around the operator are allowed. */
export function parseExpectation(typed: string): ExpectationResult {
  const text = typed.replaceAll(/\s+/g, '')
  const match = FORM.exec(text)
  if (!match) return refuse(typed, `is no expectation: ${EXAMPLES}`)
  const [, name = '', operator = '', value = ''] = match
  const metric = METRICS.find(each => each === name.toLowerCase())
  if (metric === undefined) return refuse(typed, unknownMetric(name))
  const limit = limitOf(metric, value)
  if (typeof limit === 'string') return refuse(typed, limit)
  if (limit === 0 && operator === '<')
    return refuse(typed, `cannot be met, nothing is below 0: write ${metric}<=${value}`)
  return { ok: true, expectation: { text, metric, operator: operator as Operator, limit } }
}

function unknownMetric(name: string): string {
  const near = suggest(name, METRICS)
  const cure = near === null ? `there are ${METRICS.join(', ')}` : `did you mean ${near}?`
  return `names ${quote(name)}, which is not measured${near === null ? ':' : ','} ${cure}`
}

/** The number, or what is wrong with it. */
function limitOf(metric: Metric, value: string): number | string {
  if (metric === 'rate') return rateOf(value)
  if (metric === 'errors') return shareOf(value)
  const limitMs = parseDurationMs(value)
  if (limitMs !== null) return limitMs * 1_000
  return NUMBER.test(value)
    ? `has a time without a unit: write '${metric}<${value}ms' or '${metric}<${value}us'`
    : `compares ${metric} with ${quote(value)}, which is not a time: write for example '${metric}<2ms'`
}

function rateOf(value: string): number | string {
  const number = value.replace(/\/s$/, '')
  return NUMBER.test(number)
    ? Number(number)
    : `compares the rate with ${quote(value)}, which is not a number of answers per second: write for example 'rate>10000'`
}

function shareOf(value: string): number | string {
  const percent = value.replace(/%$/, '')
  if (percent === value || !NUMBER.test(percent)) {
    return `compares errors with ${quote(value)}, which is not a percentage: write for example 'errors<0.1%'`
  }
  return Number(percent) <= 100
    ? Number(percent) / 100
    : `compares errors with ${quote(value)}: more than 100% cannot fail`
}

function refuse(typed: string, message: string): ExpectationResult {
  return { ok: false, message: `--expect ${quote(typed)} ${message}` }
}
