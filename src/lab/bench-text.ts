/** A benchmark as text for people: where, what, section by section, and how far to trust it. Pure. */
import type { ChalkInstance } from 'chalk'
import { countOf, formatSpan } from '../view/figures.ts'
import { safe } from '../view/sanitize.ts'
import { type Judgement, NOT_JUDGED } from './bench-line.ts'
import type { BenchResult } from './bench-result.ts'
import { drawVerdicts } from './judge.ts'
import { median } from './median.ts'
import { payloadName } from './scenario-name.ts'
import { drawAnatomy } from './text-anatomy.ts'
import { drawComparison } from './text-comparison.ts'
import { drawConnect } from './text-connect.ts'
import { drawDistributions } from './text-distribution.ts'
import { drawHopCosts, drawLatency } from './text-latency.ts'
import { drawLoad } from './text-load.ts'
import { joinParts, paragraph } from './text-parts.ts'
import { drawPayload } from './text-payload.ts'
import { drawRounds } from './text-rounds.ts'
import { drawSummary } from './text-summary.ts'
import type { Paper } from './text-table.ts'
import { drawThroughput } from './text-throughput.ts'

const HASH_LENGTH = 7

/** Ends with a line feed. Without escape bytes where the Chalk has level 0. */
export function renderBench(
  result: BenchResult,
  chalk: ChalkInstance,
  columns: number,
  { comparison, expectations }: Judgement = NOT_JUDGED,
): string {
  const paper: Paper = { chalk, columns }
  const sections = [
    joinParts(headerOf(result), columns).map(line => chalk.bold(line)),
    drawLatency(result, paper),
    drawHopCosts(result, paper),
    drawThroughput(result, paper),
    drawPayload(result, paper),
    drawConnect(result, paper),
    drawLoad(result, paper),
    result.anatomy === null ? [] : drawAnatomy(result.anatomy, paper),
    ...drawDistributions(result, paper),
    drawRounds(result, paper),
    footerOf(result, paper),
    result.warnings.flatMap(warning => paragraph('Warning: ', warning, 'warn', paper)),
    drawSummary(result, paper),
    comparison === null ? [] : drawComparison(comparison, paper),
    drawVerdicts(expectations, paper),
  ]
  return joinSections(sections)
}

/** A blank line between sections; empty ones leave no trace. */
function joinSections(sections: readonly (readonly string[])[]): string {
  const told = sections.filter(lines => lines.length > 0)
  return told.map(lines => `${lines.join('\n')}\n`).join('\n')
}

function headerOf(result: BenchResult): string[] {
  const { node, platform, arch, cpus, loadAverage, topology, warmUpMs, args } = result
  const { name, hash, nodes } = topology
  return [
    'udsim bench',
    `node ${node}`,
    `${platform} ${arch}`,
    countOf(cpus, 'core'),
    `load ${loadAverage.toFixed(1)}`,
    `${safe(name)} ${hash.slice(0, HASH_LENGTH)} (${countOf(nodes, 'node')})`,
    ...loopText(result),
    ...payloadText(result),
    `warm-up ${formatSpan(warmUpMs)}`,
    roundsText(result),
    ...(args.includes('--quick') ? ['quick, so rougher'] : []),
  ]
}

function loopText({ scenarios }: BenchResult): string[] {
  const loops = [...new Set(scenarios.map(({ loop }) => loop))].toSorted()
  return loops.length === 0 ? [] : [`${loops.join(' and ')} loop`]
}

function payloadText({ scenarios }: BenchResult): string[] {
  if (scenarios.length === 0) return []
  const sizes = scenarios.map(({ payloadBytes }) => payloadBytes)
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)].map(payloadName)
  return [least === most ? least! : `${least} to ${most}`]
}

function roundsText({ roundsPlanned, roundConditions }: BenchResult): string {
  const done = roundConditions.length
  const rounds = done < roundsPlanned ? `${done} of ${countOf(roundsPlanned, 'round')}` : countOf(done, 'round')
  return done === 0 ? rounds : `${rounds} × ${formatSpan(median(roundConditions.map(({ elapsedMs }) => elapsedMs)))}`
}

function footerOf({ scenarios }: BenchResult, { chalk, columns }: Paper): string[] {
  if (scenarios.length === 0) return []
  const rounds = Math.max(...scenarios.map(each => each.rounds.length))
  const parts = [
    rounds === 1 ? 'p50, p90, p99 and rates: of the one round' : `p50, p90, p99 and rates: medians of ${rounds} rounds`,
    'p99.9, max, mean ± σ: of all requests',
    ...(rounds === 1 ? [] : ['rounds: p50 of each', '±: how far they vary']),
    ...(scenarios.some(({ loop }) => loop === 'closed')
      ? ['closed loop: each answer sends the next request, so nothing waits as users would']
      : []),
  ]
  return joinParts(parts, columns).map(line => chalk.dim(line))
}
