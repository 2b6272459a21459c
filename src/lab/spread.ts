import { median } from './median.ts'

/** How far rounds that measured the same thing lie apart. */
export interface Spread {
  readonly min: number
  readonly max: number
  /** Of the median: 0 where all rounds agree. */
  readonly share: number
}

/** From the lowest to the highest of some figures; there is at least one. */
export function spreadOf(values: readonly number[]): Spread {
  const min = Math.min(...values)
  const max = Math.max(...values)
  const middle = median(values)
  return { min, max, share: middle > 0 ? (max - min) / middle : 0 }
}
