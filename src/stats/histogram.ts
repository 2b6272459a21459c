/**
 * A log-linear histogram of times: within each octave 128 buckets of equal width, so that a value is known to 0.8 %
 * whatever its size (the idea is HdrHistogram's). Merging is adding, which percentiles of several processes need and
 * `perf_hooks` histograms cannot do across processes.
 */
import type { LatencySummary } from './reports.ts'

/** Values are counted in units of 1/64 µs: exact below 4 µs, and 67 s fill 32 bits. */
const UNITS_PER_MS = 64_000
const UNITS_MAX = 0xffff_ffff
const SUB_BUCKET_BITS = 7
const SUB_BUCKETS = 1 << SUB_BUCKET_BITS
const BUCKETS = (32 - SUB_BUCKET_BITS + 1) * SUB_BUCKETS

export class Histogram {
  count = 0
  private readonly counts = new Float64Array(BUCKETS)

  /** Counts the value, or `times` equal ones. Negative times count as 0, times over 67 s as 67 s. */
  record(valueMs: number, times = 1): void {
    const units = valueMs > 0 ? Math.min(valueMs * UNITS_PER_MS, UNITS_MAX) >>> 0 : 0
    this.counts[bucketOf(units)]! += times
    this.count += times
  }

  /** Adds bucket, count, bucket, count…, as `sparse` gives them. Negative counts take away. */
  add(sparse: readonly number[], sign: 1 | -1 = 1): void {
    for (let i = 0; i + 1 < sparse.length; i += 2) {
      this.counts[sparse[i]!]! += sign * sparse[i + 1]!
      this.count += sign * sparse[i + 1]!
    }
  }

  /** The buckets in use, as plain data. */
  sparse(): number[] {
    const pairs: number[] = []
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const count = this.counts[bucket]!
      if (count !== 0) pairs.push(bucket, count)
    }
    return pairs
  }

  /** The value that `fraction` of all values do not exceed, in microseconds; null while empty. */
  percentileUs(fraction: number): number | null {
    if (this.count <= 0) return null
    const rank = Math.max(Math.ceil(fraction * this.count), 1)
    let seen = 0
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += this.counts[bucket]!
      if (seen >= rank) return middleUs(bucket)
    }
    return null
  }

  summary(): LatencySummary {
    return {
      count: this.count,
      p50Us: this.percentileUs(0.5),
      p99Us: this.percentileUs(0.99),
      p999Us: this.percentileUs(0.999),
      maxUs: this.percentileUs(1),
    }
  }
}

/** What was recorded between two accounts of one life, as a histogram. */
export function between(before: readonly number[], after: readonly number[]): Histogram {
  const histogram = new Histogram()
  histogram.add(after)
  histogram.add(before, -1)
  return histogram
}

/** Values under 256 units have a bucket each or two; above, the top eight bits choose. */
function bucketOf(units: number): number {
  const shift = Math.max(32 - SUB_BUCKET_BITS - 1 - Math.clz32(units), 0)
  return shift * SUB_BUCKETS + (units >>> shift)
}

function middleUs(bucket: number): number {
  const shift = Math.max(Math.floor(bucket / SUB_BUCKETS) - 1, 0)
  const lowest = (bucket - shift * SUB_BUCKETS) * (1 << shift)
  const middle = shift === 0 ? lowest : lowest + (1 << shift) / 2
  return Number(((middle * 1_000) / UNITS_PER_MS).toFixed(3))
}
