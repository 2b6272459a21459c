/** How the times of a histogram lie: by percentile, ever finer towards the slowest, and by spans of equal ratio. Pure. */
import { toldUs } from '../stats/histogram.ts'
import type { BucketCount } from './bench-result.ts'

export interface SpectrumLine {
  readonly valueUs: number
  /** So great a share of all values is this or less, 0 to 1. */
  readonly share: number
  /** And so many values are. */
  readonly count: number
}

/**
 * At 0, 1/2, 3/4, 7/8 …: each step halves what is left above, until the greatest value is reached; then at 1. These are
 * the steps of HdrHistogram with one tick for each half. Empty of nothing.
 */
export function spectrumOf(histogram: readonly BucketCount[]): SpectrumLine[] {
  const total = totalOf(histogram)
  const last = histogram.at(-1)
  if (last === undefined) return []
  const lines: SpectrumLine[] = []
  let [at, seen] = [0, histogram[0]![1]]
  for (let left = 1; at < histogram.length - 1; left /= 2) {
    const share = 1 - left
    while (seen < Math.ceil(share * total)) seen += histogram[++at]![1]
    lines.push({ valueUs: toldUs(histogram[at]![0]), share, count: seen })
  }
  return [...lines, { valueUs: toldUs(last[0]), share: 1, count: total }]
}

export interface Span {
  readonly fromUs: number
  readonly toUs: number
  readonly count: number
}

/** Nothing that is measured is shorter, and 0 has no logarithm. */
const LEAST_US = 1 / 64

/** From the least to the greatest value in `spans` parts, each the same number of times longer than the one before. */
export function logSpans(histogram: readonly BucketCount[], spans: number): Span[] {
  if (histogram.length === 0) return []
  const [least, greatest] = [usOf(histogram[0]!), usOf(histogram.at(-1)!)]
  if (least === greatest) return [{ fromUs: least, toUs: greatest, count: totalOf(histogram) }]
  const step = Math.log(greatest / least) / spans
  const edge = (i: number) => (i === spans ? greatest : least * Math.exp(i * step))
  const counts = new Array<number>(spans).fill(0)
  for (const bucket of histogram) {
    counts[Math.min(Math.floor(Math.log(usOf(bucket) / least) / step), spans - 1)]! += bucket[1]
  }
  return counts.map((count, i) => ({ fromUs: edge(i), toUs: edge(i + 1), count }))
}

const usOf = ([bucket]: BucketCount): number => Math.max(toldUs(bucket), LEAST_US)

const totalOf = (histogram: readonly BucketCount[]): number => histogram.reduce((sum, [, count]) => sum + count, 0)
