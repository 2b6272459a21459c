/** A server's `serviceTime`: a duration, which every request takes, or an object that names one distribution. */
import { formatDuration } from '../base/units.ts'
import { EMPIRICAL_VALUES_MAX } from './defaults.ts'
import type { Field } from './fields.ts'
import { expecting, reportWrongType, subjectOf } from './fields.ts'
import type { JsonNode, Report } from './json-tree.ts'
import { memberOf, problemAt } from './json-tree.ts'
import { duration } from './read-duration.ts'
import { list, object, requireKey } from './read-object.ts'
import type { ServiceTime } from './service-time.ts'
import { quote } from './visible.ts'

const fixed = duration({ isZeroAllowed: true })

const mean = duration()
const exponential: Field<ServiceTime> = (node, report) => {
  const meanMs = mean(node, report)
  return meanMs === undefined ? undefined : { kind: 'exponential', meanMs }
}

/** The keys of a lognormal distribution. */
export const QUANTILES = { p50: duration(), p99: duration() }
const readQuantiles = object(QUANTILES)
const lognormal: Field<ServiceTime> = expecting('object', 'an object with "p50" and "p99"', (node, report) => {
  requireKey(node, 'p50', 'add "p50": "2ms": half of the requests take longer', report)
  requireKey(node, 'p99', 'add "p99": "20ms": one request in a hundred takes longer', report)
  const { p50: p50Ms, p99: p99Ms } = readQuantiles(node, report)!
  if (p50Ms === undefined || p99Ms === undefined) return undefined
  if (p50Ms <= p99Ms) return { kind: 'lognormal', p50Ms, p99Ms }
  const { place } = memberOf(node, 'p99')!
  const message = `${place.path}, ${formatDuration(p99Ms)}, is shorter than p50, ${formatDuration(p50Ms)}`
  report(problemAt(place, 'RANGE_REVERSED', message, 'p99 is the time that one request in a hundred exceeds'))
  return undefined
})

const values = list(fixed, 1, '"5ms"')
const empirical: Field<ServiceTime> = (node, report) => {
  if (node.kind === 'array' && node.items.length > EMPIRICAL_VALUES_MAX) {
    const message = `${subjectOf(node)} holds ${node.items.length} values, the limit is ${EMPIRICAL_VALUES_MAX}`
    report(problemAt(node.place, 'TOO_MANY_VALUES', message, 'keep a sample of them: every tenth, say'))
    return undefined
  }
  const read = values(node, report)
  return read?.isWhole ? { kind: 'empirical', valuesMs: read.items } : undefined
}

/** Every distribution by its name. */
export const DISTRIBUTIONS = { exponential, lognormal, empirical } as const
const readDistributions = object(DISTRIBUTIONS)

/** A server's service time. */
export const serviceTime: Field<ServiceTime> = (node, report) => {
  if (node.kind === 'object') return readOne(node, report)
  if (node.kind === 'string' || node.kind === 'number') {
    const valueMs = fixed(node, report)
    return valueMs === undefined ? undefined : { kind: 'fixed', valueMs }
  }
  const expected = 'a duration such as "5ms", or a distribution'
  const hint = `a distribution is an object with one of ${Object.keys(DISTRIBUTIONS).join(', ')}`
  if (node.kind !== 'invalid') reportWrongType(node, expected, hint, report)
  return undefined
}

function readOne(node: JsonNode & { kind: 'object' }, report: Report): ServiceTime | undefined {
  const read = readDistributions(node, report)
  const [first, second] = node.members.filter(({ key }) => Object.hasOwn(DISTRIBUTIONS, key))
  if (node.members.length === 0) {
    const place = { ...node.place, length: 1 }
    const hint = 'add one, such as "exponential": "5ms"'
    report(problemAt(place, 'MISSING_KEY', `${subjectOf(node)} names no distribution`, hint))
  }
  if (first && second) {
    const message = `${subjectOf(node)} has both ${quote(first.key)} and ${quote(second.key)}`
    report(problemAt(second.place, 'SEVERAL_DISTRIBUTIONS', message, 'keep one of them'))
    return undefined
  }
  return first && read?.[first.key as keyof typeof DISTRIBUTIONS]
}
