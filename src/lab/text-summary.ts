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
  const { hopCosts, warnings } = result
  const judged = judgedScenario(result)
  if (judged === null) return []
  const lines = [figureParts(judged, result), costParts(hopCosts)].flatMap(parts => joinParts(parts, paper.columns))
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

/** Each hop by the node that it adds, which stands first in a path, and all of them where there are several. */
function costParts(hopCosts: readonly HopCost[]): string[] {
  const [first] = hopCosts
  if (first === undefined) return []
  const total = hopCosts.length > 1 ? hopCosts.find((each, i) => i > 0 && each.from === first.from) : undefined
  const single = hopCosts.filter(each => each !== total).map(each => `${addedBy(each.to)} ${costText(each)}`)
  const sure = first.lowUs === null ? '' : ', ± at 95 %'
  return [`a hop costs at p50${sure}`, ...single, ...(total ? [`together ${costText(total)}`] : [])]
}

/** With half of its interval: where that is more than the cost, there may be none. */
function costText({ costUs, lowUs, highUs }: HopCost): string {
  const half = lowUs === null || highUs === null ? '' : ` ± ${formatLatency((highUs - lowUs) / 2)}`
  return signedTime(costUs) + half
}

const addedBy = (path: string): string => safe(path.replace(/^.*?: /, '').split(', ')[0]!)
