/** How far figures that measured the same thing lie apart. Pure. */

/** NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** The estimate for all that could have been measured, hence n - 1; NaN of fewer than two. */
export function sampleStdev(values: readonly number[]): number {
  const middle = mean(values)
  const squares = values.map(value => (value - middle) ** 2)
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / (values.length - 1))
}

/** The coefficient of variation: the deviation as a share of the mean. Null of fewer than two, and around 0. */
export function variationOf(values: readonly number[]): number | null {
  const middle = mean(values)
  return values.length < 2 || middle === 0 ? null : sampleStdev(values) / Math.abs(middle)
}
