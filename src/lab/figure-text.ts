/** Figures of a benchmark as its tables write them. Pure. */
import { formatLatency, threeDigits } from '../base/units.ts'
import { formatRate } from '../view/figures.ts'
import type { Figures } from './bench-result.ts'
import { variationOf } from './variation.ts'

/** `480`, `9850`, `82.4k`, `1.21M`: three digits are what rounds agree on. */
export function shortRate(perSecond: number): string {
  if (perSecond < 9_999.5) return formatRate(perSecond)
  return perSecond < 999_500 ? `${threeDigits(perSecond / 1_000)}k` : `${threeDigits(perSecond / 1_000_000)}M`
}

/** `+11.3µs`, `-2.00µs`: on a busy machine the longer path can come out faster, and that must be seen. */
export function signedTime(us: number): string {
  return `${us < 0 ? '-' : '+'}${formatLatency(Math.abs(us))}`
}

/** `21.0µs ± 4.20µs`. */
export function meanText({ meanUs, stdevUs }: Pick<Figures, 'meanUs' | 'stdevUs'>): string {
  return stdevUs === null ? formatLatency(meanUs) : `${formatLatency(meanUs)} ± ${formatLatency(stdevUs)}`
}

/** `±3%`: how far the rounds lie apart; '' of one round. */
export function variationText(values: readonly number[]): string {
  const share = variationOf(values)
  return share === null ? '' : `±${formatRate(share * 100)}%`
}
