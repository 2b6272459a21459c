/** A benchmark against an earlier one, scenario by scenario. Pure. */
import { countOf } from '../view/figures.ts'
import { type Baseline, type BaselineScenario, commonOf } from './baseline.ts'
import type { BenchResult, Figures, Scenario } from './bench-result.ts'
import { mannWhitney } from './mann-whitney.ts'
import { median } from './median.ts'
import { type Measure, measureOf } from './primary-measure.ts'
import { scenarioName } from './scenario-name.ts'

/** A difference that chance alone makes more often than this is none. */
export const P_MAX = 0.05

/** On each side: of four and four rounds even a complete separation has p = 0.03, and one disturbed round hides all. */
export const ROUNDS_MIN = 5

/** Less shows as 0.0 %, and is nothing to speak of however sure it is. */
const SHARE_MIN = 0.0005

export interface Change {
  readonly measure: Measure
  /** Medians of the rounds: microseconds, or answers per second. */
  readonly before: number
  readonly after: number
  /** Of `before`: 0.073 is 7.3 % more. */
  readonly share: number
  /** Of Mann-Whitney's test; null with fewer than five rounds on a side. */
  readonly p: number | null
  /** `none`: no difference that chance does not make. */
  readonly change: 'better' | 'worse' | 'none'
}

export interface ScenarioChange extends Scenario {
  readonly changes: readonly Change[]
}

export interface Comparison {
  readonly baseline: Pick<Baseline, 'time' | 'node' | 'platform' | 'arch' | 'cpus' | 'isPartial'>
  readonly scenarios: readonly ScenarioChange[]
  /** Why the comparison cannot be trusted, in words. */
  readonly warnings: readonly string[]
  /** What --fail-above was given, as a share; null: nothing fails. */
  readonly failAbove: number | null
  /** What is worse by more than that, in words. */
  readonly failed: readonly string[]
}

export function compare(result: BenchResult, baseline: Baseline, failAbove: number | null = null): Comparison {
  const { time, node, platform, arch, cpus, isPartial } = baseline
  const scenarios = commonOf(result.scenarios, baseline).map(([now, then]) => changesOf(now, then))
  return {
    baseline: { time, node, platform, arch, cpus, isPartial },
    scenarios,
    warnings: warningsOf(result, baseline, scenarios),
    failAbove,
    failed: failAbove === null ? [] : failuresOf(scenarios, failAbove),
  }
}

function changesOf(now: Figures, then: BaselineScenario): ScenarioChange {
  const { section, path, hops, loop, outstanding, connections, payloadBytes, rate, form } = now
  const changes = (['p50', 'rate'] as const).flatMap(measure => changeOf(measure, now, then))
  const as = form === undefined ? {} : { form }
  return { section, path, hops, loop, outstanding, connections, payloadBytes, rate, ...as, changes }
}

/** None where one side does not have the measure, or had nothing at all. */
function changeOf(measure: Measure, now: Figures, then: BaselineScenario): Change[] {
  const [after, before] = [measureOf(now, measure).rounds, measureOf(then, measure).rounds]
  const [middleBefore, middleAfter] = [median(before), median(after)]
  if (after.length === 0 || !(middleBefore > 0)) return []
  const share = (middleAfter - middleBefore) / middleBefore
  const isEnough = Math.min(before.length, after.length) >= ROUNDS_MIN
  const p = isEnough ? mannWhitney(before, after).p : null
  const isChange = p !== null && p <= P_MAX && Math.abs(share) >= SHARE_MIN
  const change = isChange ? (isWorse(measure, share) ? 'worse' : 'better') : 'none'
  return [{ measure, before: middleBefore, after: middleAfter, share, p, change }]
}

/** More time is worse, and so is a lower rate. */
function isWorse(measure: Measure, share: number): boolean {
  return measure === 'p50' ? share > 0 : share < 0
}

function warningsOf(result: BenchResult, baseline: Baseline, scenarios: readonly ScenarioChange[]): string[] {
  const machine = (['node', 'platform', 'arch', 'cpus'] as const).filter(key => result[key] !== baseline[key])
  const differences = machine.map(key => `${key} ${baseline[key]} then and ${result[key]} now`)
  const left = result.scenarios.length - scenarios.length
  const isFew = scenarios.some(({ changes }) => changes.some(({ p }) => p === null))
  return [
    scenarios.length === 0 ? 'There is no scenario in common with the baseline: nothing was compared.' : null,
    differences.length > 0 ? `The baseline is from another machine: ${differences.join(', ')}.` : null,
    baseline.topology.hash === result.topology.hash ? null : 'The baseline was measured on another topology.',
    baseline.isPartial ? 'The baseline is a partial result: it was ended early.' : null,
    doubtOf(baseline),
    result.isPartial ? 'This result is partial: it was ended early.' : null,
    isFew ? `With fewer than ${ROUNDS_MIN} rounds on a side no difference can be told from chance: all are ~.` : null,
    left > 0 && scenarios.length > 0
      ? `${countOf(left, 'scenario')} of this run ${left === 1 ? 'is' : 'are'} not in the baseline.`
      : null,
  ].filter(warning => warning !== null)
}

/** What it said of itself; that it is partial is told already. */
function doubtOf({ warnings = [], isPartial }: Baseline): string | null {
  const [first] = isPartial ? [] : warnings
  if (first === undefined) return null
  const others = warnings.length === 1 ? '' : ` (and ${countOf(warnings.length - 1, 'more warning')})`
  return `The baseline was in doubt when it was saved: ${first}${others}`
}

/** A limit that nothing was held against is not kept. */
function failuresOf(scenarios: readonly ScenarioChange[], failAbove: number): string[] {
  if (scenarios.length === 0) return ['nothing was compared']
  if (scenarios.every(({ changes }) => changes.every(({ p }) => p === null)))
    return [
      `with fewer than ${ROUNDS_MIN} rounds on a side nothing can be told from chance: take --rounds ${ROUNDS_MIN}`,
    ]
  return scenarios.flatMap(scenario =>
    scenario.changes
      .filter(({ change, share }) => change === 'worse' && Math.abs(share) > failAbove)
      .map(change => `${change.measure} of ${scenarioName(scenario)}: ${changeText(change)}`),
  )
}

/** `+7.3 % (p=0.008)`, or `~` where there is no difference to speak of. */
export function changeText({ change, share, p }: Change): string {
  if (change === 'none' || p === null) return '~'
  const percent = `${share < 0 ? '-' : '+'}${Math.abs(share * 100).toFixed(1)} %`
  return `${percent} (p=${p < 0.001 ? p.toExponential(0) : p.toFixed(3)})`
}
