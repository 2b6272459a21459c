/** The times that one histogram tells. */
import type { Histogram } from '../stats/histogram.ts'
import type { Times } from './bench-result.ts'

/** Null where nothing was recorded. */
export function timesOf(histogram: Histogram): Times | null {
  const [p50Us, p90Us, p99Us, p999Us, maxUs] = [0.5, 0.9, 0.99, 0.999, 1].map(share => histogram.percentileUs(share))
  const meanUs = histogram.meanUs()
  if (p50Us == null || p90Us == null || p99Us == null || p999Us == null || maxUs == null || meanUs == null) return null
  return { p50Us, p90Us, p99Us, p999Us, maxUs, meanUs }
}
