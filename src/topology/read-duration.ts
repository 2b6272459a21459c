/** Durations as the file writes them: strings with a unit, from 1 us to 24 h. Milliseconds inside the program. */
import { DURATION_MS_MAX, DURATION_MS_MIN, formatDuration, parseDurationMs } from '../base/units.ts'
import type { Field } from './fields.ts'
import { reportWrongType, subjectOf } from './fields.ts'
import type { JsonNode, Report } from './json-tree.ts'
import { problemAt } from './json-tree.ts'
import { quote } from './visible.ts'

export interface DurationLimits {
  /** Whether "0ms" is allowed, below the shortest. */
  readonly isZeroAllowed?: boolean
  readonly minMs?: number
  readonly maxMs?: number
}

const UNITS_HINT = 'write a number and one of the units us, ms, s, m, h, such as "250ms" or "5s"'

/** A field that reads a duration, in milliseconds. */
export function duration(limits: DurationLimits = {}): Field<number> {
  return (node, report) => {
    if (node.kind === 'string') return readDuration(node, limits, report)
    if (node.kind === 'number') report(unitMissing(node, node.value))
    else if (node.kind !== 'invalid') reportWrongType(node, 'a duration such as "5s"', UNITS_HINT, report)
    return undefined
  }
}

type StringNode = JsonNode & { kind: 'string' }

function readDuration(node: StringNode, limits: DurationLimits, report: Report): number | undefined {
  const written = node.value.trim()
  const valueMs = parseDurationMs(node.value)
  if (valueMs !== null) return checkRange(node, valueMs, limits, report)
  if (/^[-−]\s*[\d.]/.test(written)) {
    const hint = `write ${quote(written.replace(/^[-−]\s*/, ''))}: time does not run backwards`
    report(problemAt(node.place, 'BAD_DURATION', `${subjectOf(node)} is negative: ${quote(node.value)}`, hint))
  } else if (/^\d+(\.\d+)?$/.test(written)) report(unitMissing(node, Number(written)))
  else {
    const message = `${subjectOf(node)} is no duration: ${quote(node.value)}`
    report(problemAt(node.place, 'BAD_DURATION', message, UNITS_HINT))
  }
  return undefined
}

/** A bare number is read as seconds by some and as milliseconds by others. */
function unitMissing(node: JsonNode, value: number) {
  const hint = value >= 0 ? `write "${value}ms" or "${value}s"` : UNITS_HINT
  return problemAt(node.place, 'BAD_DURATION', `${subjectOf(node)} has no unit: ${value}`, hint)
}

function checkRange(
  node: StringNode,
  valueMs: number,
  { isZeroAllowed = false, minMs = DURATION_MS_MIN, maxMs = DURATION_MS_MAX }: DurationLimits,
  report: Report,
): number | undefined {
  if (valueMs > maxMs) return reportRange(node, 'longer', formatDuration(maxMs), report)
  const isTooShort = valueMs < minMs && !(isZeroAllowed && valueMs === 0)
  return isTooShort ? reportRange(node, 'shorter', formatDuration(minMs), report) : valueMs
}

function reportRange(node: StringNode, fault: 'longer' | 'shorter', limit: string, report: Report): undefined {
  const message = `${subjectOf(node)} is ${fault} than ${limit}: ${quote(node.value)}`
  const bound = fault === 'longer' ? 'most' : 'least'
  report(problemAt(node.place, 'OUT_OF_RANGE', message, `write at ${bound} "${limit}"`))
}
