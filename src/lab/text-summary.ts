/** What most people came for, where a terminal stands when everything is written. Pure. */
import { formatLatency } from '../base/units.ts'
import { countOf } from '../view/figures.ts'
import { safe } from '../view/sanitize.ts'
import type { BenchResult, Figures, HopCost } from './bench-result.ts'
import { shortRate, signedTime } from './figure-text.ts'
import { judgedScenario } from './judge.ts'
import { loadName, scenarioName } from './scenario-name.ts'
import { joinParts, paragraph } from './text-parts.ts'
import type { Paper } from './text-table.ts'

/** Of the scenario that `--expect` asks; empty where there is none. */
export function drawSummary(result: BenchResult, paper: Paper): string[] {
  const { warnings } = result
  const judged = judgedScenario(result)
  if (judged === null) return []
  const lines = [figureParts(judged, result), costParts(result)].flatMap(parts => joinParts(parts, paper.columns))
  const trust =
    warnings.length === 0
      ? paragraph('✓ ', 'nothing speaks against these figures', 'good', paper)
      : paragraph(
          '⚠ ',
          `read the ${countOf(warnings.length, 'warning')} above before you trust these figures`,
          'warn',
          paper,
        )
  return [paper.chalk.bold('In short'), ...lines, ...trust]
}

function figureParts(judged: Figures, { scenarios }: BenchResult): string[] {
  const { p50Us, p99Us, perSecond, failed, path } = judged
  const rivals = scenarios.filter(each => each.section === 'throughput' && each.path === path)
  const [best] = rivals.toSorted((a, b) => b.perSecond - a.perSecond)
  return [
    scenarioName(judged),
    `p50 ${formatLatency(p50Us)}`,
    `p99 ${formatLatency(p99Us)}`,
    `${shortRate(perSecond)}/s`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(best ? [`at most ${shortRate(best.perSecond)}/s with ${loadName(best)}`] : []),
  ]
}

/** Each hop by the node that it adds, which stands first in a path. Of a file the difference is more than hops. */
function costParts({ hopCosts, scenarios }: BenchResult): string[] {
  const latency = scenarios.filter(({ section }) => section === 'latency')
  if (hopCosts.length === 0 || latency.length === 0) return []
  const hopsOf = (name: string) => latency.find(({ path }) => path === name)?.hops ?? 0
  const costs = hopCosts.map(cost => {
    const hops = hopsOf(cost.to) - hopsOf(cost.from)
    return `${hops === 1 ? addedBy(cost.to) : `${hops} hops together`} ${costText(cost)}`
  })
  return [`a hop costs at p50${hopCosts.some(({ lowUs }) => lowUs !== null) ? ', ± at 95 %' : ''}`, ...costs]
}

/** With half of its interval: where that is more than the cost, there may be none. */
function costText({ costUs, lowUs, highUs }: HopCost): string {
  const half = lowUs === null || highUs === null ? '' : ` ± ${formatLatency((highUs - lowUs) / 2)}`
  return signedTime(costUs) + half
}

const addedBy = (path: string): string => safe(path.replace(/^.*?: /, '').split(', ')[0]!)
