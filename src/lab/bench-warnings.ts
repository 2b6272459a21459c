/** Why the figures of a benchmark cannot be trusted as they are, and what to do. Pure. */
import { countOf } from '../view/figures.ts'
import type { BenchResult, Figures } from './bench-result.ts'
import { primaryOf } from './primary-measure.ts'
import { scenarioName } from './scenario-name.ts'
import { doubtsOf } from './text-rounds.ts'
import { variationOf } from './variation.ts'

/** Rounds of a quiet machine lie within a few per cent; a tenth apart, a tenth of difference between two runs is nothing. */
const VARIATION_MAX = 0.1

/** One sentence or two for each; empty where nothing speaks against the figures. */
export function warningsOf(result: Omit<BenchResult, 'warnings'>): string[] {
  const whole: BenchResult = { ...result, warnings: [] }
  return [partial(whole), busyMachine(whole), unsteady(whole), doubtful(whole)].filter(warning => warning !== null)
}

function partial({ isPartial, roundConditions, roundsPlanned }: BenchResult): string | null {
  if (!isPartial) return null
  return `Ended early, with ${roundConditions.length} of ${countOf(roundsPlanned, 'round')} done: a partial result, rougher than a whole one.`
}

function busyMachine({ loadAverage, cpus }: BenchResult): string | null {
  if (loadAverage <= cpus) return null
  return `The load average was ${loadAverage.toFixed(1)} on ${countOf(cpus, 'core')} before the first request: others were working here. Run it again on a quiet machine.`
}

function unsteady({ scenarios }: BenchResult): string | null {
  const spreads = scenarios
    .map(figures => ({ figures, share: variationOf(primaryOf(figures).rounds) ?? 0 }))
    .filter(({ share }) => share > VARIATION_MAX)
    .toSorted((a, b) => b.share - a.share)
  const [worst] = spreads
  if (worst === undefined) return null
  const others = spreads.length === 1 ? '' : `, and ${countOf(spreads.length - 1, 'other scenario')} by more than 10 %`
  return `The rounds differ by ${Math.round(worst.share * 100)} % (${measureName(worst.figures)})${others}. Run it again on a quiet machine, or with more --rounds, before comparing.`
}

function measureName(figures: Figures): string {
  return `${primaryOf(figures).measure === 'p50' ? 'p50' : 'rate'} of ${scenarioName(figures)}`
}

/** What disturbs one scenario says nothing of the others: each has medians of its own. */
function doubtful(result: BenchResult): string | null {
  const { roundConditions, scenarios } = result
  const rounds = roundConditions.filter((_, i) => doubtsOf(result, i).length > 0).map(({ round }) => round)
  if (rounds.length === 0) return null
  const which = rounds.length === 1 ? `Round ${rounds[0]} is` : `Rounds ${rounds.join(', ')} are`
  const common = roundConditions.filter(({ doubts }) => doubts.length > 0).length
  if (common * 2 >= roundConditions.length)
    return `${which} in doubt (see ⚠): too many for medians to bear. Run it again on a quiet machine.`
  const lost = scenarios.filter(each => {
    const doubted = doubtedRounds(each, result)
    return doubted > 0 && doubted * 2 >= each.rounds.length
  })
  return lost.length === 0 ? `${which} in doubt (see ⚠): medians bear that.` : lostText(lost, result)
}

function lostText(lost: readonly Figures[], result: BenchResult): string {
  const [worst] = lost.toSorted((a, b) => doubtedRounds(b, result) - doubtedRounds(a, result))
  const share = `${doubtedRounds(worst!, result)} of ${countOf(worst!.rounds.length, 'round')}`
  const others = lost.length === 1 ? '' : `, and ${countOf(lost.length - 1, 'other scenario')}`
  const rest = lost.length === result.scenarios.length ? '' : ' The other figures are not concerned.'
  return `Not to be trusted (see ⚠): ${scenarioName(worst!)}, in ${share}${others}.${rest} Run it again on a quiet machine, or with less load.`
}

function doubtedRounds({ rounds }: Figures, { roundConditions }: BenchResult): number {
  return rounds.filter(({ doubts }, i) => doubts.length > 0 || (roundConditions[i]?.doubts.length ?? 0) > 0).length
}
