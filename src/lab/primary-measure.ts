/** What a scenario is about. Pure. */
import type { Figures, Round } from './bench-result.ts'

export type Measure = 'p50' | 'rate'

export interface RoundMeasure {
  readonly measure: Measure
  /** Of those rounds that have it: microseconds, or answers per second. */
  readonly rounds: readonly number[]
}

/** Times where requests do not wait for each other by intent, the rate where many are kept in flight. */
export function primaryOf(figures: Figures): RoundMeasure {
  const isCrowded = figures.loop === 'closed' && figures.outstanding > 1
  const times = measureOf(figures, 'p50')
  return isCrowded || times.rounds.length === 0 ? measureOf(figures, 'rate') : times
}

/** What a measure needs of a round. */
export type MeasuredRound = Pick<Round, 'perSecond' | 'response'>

export function measureOf({ rounds }: { readonly rounds: readonly MeasuredRound[] }, measure: Measure): RoundMeasure {
  if (measure === 'rate') return { measure, rounds: rounds.map(({ perSecond }) => perSecond) }
  return { measure, rounds: rounds.flatMap(({ response }) => (response === null ? [] : [response.p50Us])) }
}
