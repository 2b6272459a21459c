/**
 * How far the mean of a few measurements can be from the truth (Student, "The probable error of a mean", Biometrika 6,
 * 1908): with n of them, the interval mean ± t · s / √n, t from the distribution with n - 1 degrees of freedom. It holds
 * exactly where the measurements scatter normally; where one round in five is disturbed, s grows with it and the
 * interval gets wider than it need be, never the other way.
 */
import { mean, sampleStdev } from './variation.ts'

/** Two give an interval of 12.7 deviations to each side, which says nothing. */
export const INTERVAL_VALUES_MIN = 3

/** Two-sided 95 %, for 1 to 30 degrees of freedom (any table; NIST/SEMATECH e-Handbook, §1.3.6.7.2). */
const T_95 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
] as const

/** The normal distribution's. */
const Z_95 = 1.959964

export interface MeanInterval {
  readonly mean: number
  /** With 95 % confidence; null of fewer than three values. */
  readonly low: number | null
  readonly high: number | null
}

/** Of one value or more. */
export function meanInterval(values: readonly number[]): MeanInterval {
  const middle = mean(values)
  const n = values.length
  if (n < INTERVAL_VALUES_MIN) return { mean: middle, low: null, high: null }
  const reach = (t95(n - 1) * sampleStdev(values)) / Math.sqrt(n)
  return { mean: middle, low: middle - reach, high: middle + reach }
}

/** Beyond the table the first two terms of its expansion in 1/df (Abramowitz and Stegun, 26.7.5): off by < 0.001. */
export function t95(degrees: number): number {
  const listed = T_95[degrees - 1]
  if (listed !== undefined) return listed
  const [z, z3] = [Z_95, Z_95 ** 3]
  return z + (z3 + z) / (4 * degrees) + (5 * Z_95 ** 5 + 16 * z3 + 3 * z) / (96 * degrees * degrees)
}
