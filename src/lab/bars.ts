/** Bars of block characters: one for each round, and one for each span of times. Pure. */
const HEIGHTS = '▁▂▃▄▅▆▇█'
const EIGHTHS = ' ▏▎▍▌▋▊▉'
const FULL = '█'

/** A full bar is at least a quarter above the lowest: rounds that agree shall look as if they did. */
const RANGE_SHARE_MIN = 0.25

/** `▂▁▃`: one character for each value, from the lowest up; a blank for none. Empty where there is nothing to compare. */
export function sparkline(values: readonly (number | null)[]): string {
  const known = values.filter(value => value !== null)
  if (known.length < 2) return ''
  const least = Math.min(...known)
  const range = Math.max(Math.max(...known) - least, Math.abs(least) * RANGE_SHARE_MIN)
  const height = (value: number) => (range === 0 ? 0 : Math.round(((value - least) / range) * (HEIGHTS.length - 1)))
  return values.map(value => (value === null ? ' ' : HEIGHTS[height(value)])).join('')
}

/** So long of `width` cells, in eighths; whatever is above 0 shows. */
export function bar(share: number, width: number): string {
  const eighths = Math.max(Math.round(share * width * 8), share > 0 ? 1 : 0)
  const part = EIGHTHS[eighths % 8]!
  return (FULL.repeat(Math.floor(eighths / 8)) + part).trimEnd()
}
