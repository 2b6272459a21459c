/**
 * A log-linear histogram of times: within each octave 128 buckets of equal width (the idea is HdrHistogram's). Merging
 * is adding, which percentiles of several processes need and `perf_hooks` histograms cannot do across processes.
 *
 * How far a percentile can be from the value of that rank in the sorted list: buckets are in the order of their values,
 * so the k-th value lies in the bucket where the running count reaches k, and the error is that of one bucket. From 256
 * units on, a bucket holds [m·w, (m+1)·w) with m >= 128, and its middle is told: at most w/2 off, while the value is
 * at least 128·w, so at most 1/256 of it, 0.391 %. Below 256 units (4 µs) a bucket is one unit wide and its lower end
 * is told: less than 1/64 µs off. What is told is rounded to 0.001 µs, which adds at most 0.0005 µs.
 */
import { assert } from '../base/assert.ts'
import type { LatencySummary } from './reports.ts'

/** Values are counted in units of 1/64 µs. */
const UNITS_PER_MS = 64_000
/** 43 bits, 38 hours: no time in a topology is longer than 24, so nothing real is beyond. */
const UNITS_MAX = 0x7ff_ffff_ffff
const UNIT_BITS = 43
const SUB_BUCKET_BITS = 7
const SUB_BUCKETS = 1 << SUB_BUCKET_BITS
const BUCKETS = (UNIT_BITS - SUB_BUCKET_BITS + 1) * SUB_BUCKETS
/** Platforms count bits in 32: of a longer number the lowest 16 choose no bucket and are cut off first. */
const LONG = 0x1_0000_0000
const CUT_BITS = 16

export class Histogram {
  count = 0
  private readonly counts = new Float64Array(BUCKETS)
  /** The buckets in use lie from here to there: to look at no others makes a report several times cheaper. */
  private first = BUCKETS
  private last = -1

  /** Counts the value, or `times` equal ones. Over 38 h it counts, and shows, as 38 h. Clocks never go back. */
  record(valueMs: number, times = 1): void {
    assert(valueMs >= 0, 'a time is a number and not negative')
    this.addTo(bucketOf(Math.min(valueMs * UNITS_PER_MS, UNITS_MAX)), times)
  }

  /** Adds bucket, count, bucket, count…, as `sparse` gives them; with -1 takes them away. */
  add(sparse: readonly number[], sign: 1 | -1 = 1): void {
    for (let i = 0; i + 1 < sparse.length; i += 2) {
      this.addTo(sparse[i]!, sign * sparse[i + 1]!)
    }
  }

  clear(): void {
    this.counts.fill(0, this.first, this.last + 1)
    this.count = 0
    this.first = BUCKETS
    this.last = -1
  }

  private addTo(bucket: number, times: number): void {
    this.counts[bucket]! += times
    this.count += times
    if (bucket < this.first) this.first = bucket
    if (bucket > this.last) this.last = bucket
  }

  /** The buckets in use, as plain data. */
  sparse(): number[] {
    const pairs: number[] = []
    for (let bucket = this.first; bucket <= this.last; bucket++) {
      const count = this.counts[bucket]!
      if (count !== 0) pairs.push(bucket, count)
    }
    return pairs
  }

  /** The value that `fraction` of all values do not exceed (nearest rank), in microseconds; null while empty. */
  percentileUs(fraction: number): number | null {
    if (this.count <= 0) return null
    const rank = Math.max(Math.ceil(fraction * this.count), 1)
    let seen = 0
    for (let bucket = this.first; bucket <= this.last; bucket++) {
      seen += this.counts[bucket]!
      if (seen >= rank) return toldUs(bucket)
    }
    return null
  }

  /** As near as the buckets tell it; null while empty. */
  meanUs(): number | null {
    const pairs = this.sparse()
    let sum = 0
    for (let i = 0; i < pairs.length; i += 2) sum += toldUs(pairs[i]!) * pairs[i + 1]!
    return this.count <= 0 ? null : round3(sum / this.count)
  }

  /** Of these values, not an estimate for others; null while empty. */
  stdevUs(): number | null {
    const meanUs = this.meanUs()
    if (meanUs === null) return null
    const pairs = this.sparse()
    let sum = 0
    for (let i = 0; i < pairs.length; i += 2) {
      const offUs = toldUs(pairs[i]!) - meanUs
      sum += offUs * offUs * pairs[i + 1]!
    }
    return round3(Math.sqrt(sum / this.count))
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

/** What was recorded between two accounts of one life; in a histogram that is laid out anew where one is given. */
export function between(
  before: readonly number[],
  after: readonly number[],
  histogram: Histogram = new Histogram(),
): Histogram {
  histogram.clear()
  histogram.add(after)
  histogram.add(before, -1)
  return histogram
}

/** Each of the first 256 units has a bucket; above, the top eight bits choose. */
function bucketOf(units: number): number {
  if (units >= LONG) return CUT_BITS * SUB_BUCKETS + bucketOf(units / (1 << CUT_BITS))
  const whole = units >>> 0
  const shift = Math.max(31 - SUB_BUCKET_BITS - Math.clz32(whole), 0)
  return shift * SUB_BUCKETS + (whole >>> shift)
}

/** The middle of a bucket, or its one unit. */
export function toldUs(bucket: number): number {
  const shift = Math.max(Math.floor(bucket / SUB_BUCKETS) - 1, 0)
  let width = 1
  for (let i = 0; i < shift; i++) width *= 2
  const middle = (bucket - shift * SUB_BUCKETS) * width + Math.floor(width / 2)
  return round3((middle * 1_000) / UNITS_PER_MS)
}

const round3 = (value: number): number => Number(value.toFixed(3))
