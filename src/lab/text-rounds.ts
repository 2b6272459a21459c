/** One line for each round: how long it took, what the machine did meanwhile, and why it cannot be trusted. Pure. */
import { formatLatency } from '../base/units.ts'
import { formatShare, formatSpan } from '../view/figures.ts'
import type { BenchResult, RoundConditions } from './bench-result.ts'
import { scenarioName } from './scenario-name.ts'
import { heading, paragraph } from './text-parts.ts'
import { drawTable, type Paper, type TextColumn } from './text-table.ts'

/** Of one round; a busy machine disturbs everything at once, and the first few say so. */
const DOUBTS_MAX = 3

export function drawRounds(result: BenchResult, paper: Paper): string[] {
  const { roundConditions, scenarios } = result
  if (roundConditions.length === 0) return []
  const paths =
    scenarios.length === 1 ? '1 scenario' : `${scenarios.length} scenarios, one after the other in each round`
  const [titles, rule, ...rows] = drawTable(COLUMNS, roundConditions, paper)
  const lines = rows.flatMap((row, i) => [row, ...doubtLines(doubtsOf(result, i), paper)])
  return [...heading('Rounds', paths, paper), titles!, rule!, ...lines]
}

const COLUMNS: readonly TextColumn<RoundConditions>[] = [
  { title: 'round', priority: 100, align: 'right', cell: ({ round }) => String(round) },
  { title: 'time', priority: 90, cell: ({ elapsedMs }) => formatSpan(elapsedMs) },
  { title: 'load average', priority: 90, cell: ({ loadAverage }) => loadAverage.toFixed(1) },
  { title: 'steal', priority: 90, cell: ({ stealShare }) => formatShare(stealShare) },
  { title: 'generator lag p99', priority: 90, cell: ({ lagP99Us }) => formatLatency(lagP99Us) },
]

/** Of the round, and of each scenario in it, each said once. */
export function doubtsOf({ roundConditions, scenarios }: BenchResult, i: number): string[] {
  const common = roundConditions[i]?.doubts ?? []
  const own = scenarios.flatMap(scenario => {
    const doubts = scenario.rounds[i]?.doubts ?? []
    return doubts.filter(doubt => !common.includes(doubt)).map(doubt => `${scenarioName(scenario)}: ${doubt}`)
  })
  return [...common, ...own]
}

function doubtLines(doubts: readonly string[], paper: Paper): string[] {
  const shown = doubts.slice(0, DOUBTS_MAX)
  const hidden = doubts.length - shown.length
  const all = hidden === 0 ? shown : [...shown, `and ${hidden} more`]
  return all.flatMap(doubt => paragraph('    ⚠ ', doubt, 'warn', paper))
}
