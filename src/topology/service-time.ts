/** How long a server works on a request: the plain data, what is known of it without a draw, and how it is written. */
import { DURATION_MS_MAX, formatDuration } from '../base/units.ts'

export type ServiceTime =
  /** 0: answered in the same turn. */
  | { readonly kind: 'fixed'; readonly valueMs: number }
  | { readonly kind: 'exponential'; readonly meanMs: number }
  | Lognormal
  /** Each value is equally likely; at least one. */
  | { readonly kind: 'empirical'; readonly valuesMs: readonly number[] }

export interface Lognormal {
  readonly kind: 'lognormal'
  /** Half of the times are longer. */
  readonly p50Ms: number
  /** One in a hundred is longer; not below the p50. */
  readonly p99Ms: number
}

/** What 99 of 100 standard normal draws stay below (Wichura, algorithm AS 241, Applied Statistics 37, 1988). */
export const NORMAL_P99 = 2.326_347_874_040_840_8

/** Mean and deviation of the times' natural logarithms. */
export function logarithmsOf({ p50Ms, p99Ms }: Lognormal): { readonly mean: number; readonly deviation: number } {
  return { mean: Math.log(p50Ms), deviation: (Math.log(p99Ms) - Math.log(p50Ms)) / NORMAL_P99 }
}

/** The mean over many requests. No single time is above 24 h, so neither is the mean of the widest lognormal. */
export function meanServiceTimeMs(serviceTime: ServiceTime): number {
  switch (serviceTime.kind) {
    case 'fixed':
      return serviceTime.valueMs
    case 'exponential':
      return serviceTime.meanMs
    case 'lognormal': {
      const { mean, deviation } = logarithmsOf(serviceTime)
      return Math.min(Math.exp(mean + (deviation * deviation) / 2), DURATION_MS_MAX)
    }
    case 'empirical':
      return serviceTime.valuesMs.reduce((sum, valueMs) => sum + valueMs, 0) / serviceTime.valuesMs.length
  }
}

const VALUES_WRITTEN_MAX = 5

/** On one line without commas: `5ms`, `exponential 5ms`, `lognormal p50 2ms p99 20ms`, `empirical 1ms 2ms 40ms`. */
export function formatServiceTime(serviceTime: ServiceTime): string {
  switch (serviceTime.kind) {
    case 'fixed':
      return formatDuration(serviceTime.valueMs)
    case 'exponential':
      return `exponential ${formatDuration(serviceTime.meanMs)}`
    case 'lognormal':
      return `lognormal p50 ${formatDuration(serviceTime.p50Ms)} p99 ${formatDuration(serviceTime.p99Ms)}`
    case 'empirical': {
      const { valuesMs } = serviceTime
      if (valuesMs.length <= VALUES_WRITTEN_MAX) return `empirical ${valuesMs.map(formatDuration).join(' ')}`
      return `empirical of ${valuesMs.length} values with mean ${formatDuration(meanServiceTimeMs(serviceTime))}`
    }
  }
}
