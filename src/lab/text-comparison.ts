/** A comparison as text for people. Pure. */
import { formatLatency } from '../base/units.ts'
import { safe } from '../view/sanitize.ts'
import type { Style } from '../view/styles.ts'
import { type Change, type Comparison, changeText, ROUNDS_MIN, type ScenarioChange } from './compare.ts'
import { shortRate } from './figure-text.ts'
import type { Measure } from './primary-measure.ts'
import { loadName, payloadName } from './scenario-name.ts'
import { heading, joinParts, paragraph } from './text-parts.ts'
import { drawTable, type Paper, type TextColumn } from './text-table.ts'

export function drawComparison(comparison: Comparison, paper: Paper): string[] {
  const { baseline, scenarios, warnings, failAbove, failed } = comparison
  const when = new Date(baseline.time).toISOString().slice(0, 16).replace('T', ' ')
  const table = scenarios.length === 0 ? [] : [...drawTable(COLUMNS, scenarios, paper), ...legend(paper)]
  return [
    ...heading('Compared', `with ${when} UTC · node ${safe(baseline.node)} · medians of rounds`, paper),
    ...table,
    ...warnings.flatMap(warning => paragraph('Warning: ', safe(warning), 'warn', paper)),
    ...(failAbove === null ? [] : limitLines(failAbove, failed, paper)),
  ]
}

function legend({ chalk, columns }: Paper): string[] {
  const parts = [
    'p: Mann-Whitney, two-sided',
    `~: p > 0.05, or fewer than ${ROUNDS_MIN} rounds`,
    'of 100 comparisons of equals, 5 show a difference by chance',
  ]
  return joinParts(parts, columns).map(line => chalk.dim(line))
}

function limitLines(failAbove: number, failed: readonly string[], paper: Paper): string[] {
  const limit = `${Number((failAbove * 100).toPrecision(3))} %`
  if (failed.length === 0)
    return paragraph('✓ ', `nothing is worse by more than ${limit}, as far as chance lets it be told`, 'good', paper)
  return failed.flatMap(each => paragraph('✗ ', `${each}, and the limit is ${limit}`, 'bad', paper))
}

const COLUMNS: readonly TextColumn<ScenarioChange>[] = [
  { title: 'path', priority: 100, cell: ({ path }) => safe(path) },
  { title: 'measured', priority: 99, align: 'left', cell: measuredName },
  ...columnsOf('p50', 'p50', formatLatency),
  ...columnsOf('rate', 'req/s', shortRate),
]

/** What was then goes first, then what is now; what changed stays. */
function columnsOf(measure: Measure, title: string, format: (value: number) => string): TextColumn<ScenarioChange>[] {
  const found = ({ changes }: ScenarioChange) => changes.find(each => each.measure === measure)
  const told = (row: ScenarioChange, key: 'before' | 'after') => {
    const change = found(row)
    return change === undefined ? '-' : format(change[key])
  }
  return [
    { title: `${title} was`, priority: 40, cell: row => told(row, 'before') },
    { title, priority: 50, cell: row => told(row, 'after') },
    { title: `${title} change`, priority: 90, cell: row => cellOf(found(row)), style: row => styleOf(found(row)) },
  ]
}

const cellOf = (change: Change | undefined): string => (change === undefined ? '-' : changeText(change))

function styleOf(change: Change | undefined): Style {
  if (change === undefined || change.change === 'none') return 'dim'
  return change.change === 'worse' ? 'bad' : 'good'
}

/** Enough to tell the rows of one path apart. */
function measuredName(scenario: ScenarioChange): string {
  switch (scenario.section) {
    case 'latency':
      return 'latency'
    case 'connect':
      return 'connection'
    case 'payload':
      return payloadName(scenario.payloadBytes)
    default:
      return loadName(scenario)
  }
}
