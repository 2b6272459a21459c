/**
 * Whether two sets of rounds differ by more than chance does (Mann and Whitney, Annals of Mathematical Statistics 18,
 * 1947). It asks for ranks alone, so one disturbed round weighs no more than any other, and no shape is taken for
 * granted. Two-sided: twice the smaller tail. Pure.
 */
import { normalTail } from './normal.ts'

export interface MannWhitney {
  /** Pairs of one of `a` and one of `b` in which that of `a` is greater; ties count as a half. */
  readonly u: number
  /** How often chance alone gives a `u` at least as far to one side, twice. */
  readonly p: number
  readonly isExact: boolean
}

/** Up to here p is counted; above, the normal distribution is within 0.001 of it. */
export const EXACT_VALUES_MAX = 50

/** Neither side is empty. Equal values share the mean of their ranks. */
export function mannWhitney(a: readonly number[], b: readonly number[]): MannWhitney {
  const ranks = doubledRanks([...a, ...b])
  const sum = ranks.slice(0, a.length).reduce((total, rank) => total + rank, 0)
  const u = sum / 2 - (a.length * (a.length + 1)) / 2
  const isExact = ranks.length <= EXACT_VALUES_MAX
  return { u, p: isExact ? exactP(ranks, a.length, sum) : normalP(ranks, a.length, u), isExact }
}

/** From 1, times two: the mean rank of ties can end in a half, and whole numbers index an array. */
function doubledRanks(values: readonly number[]): number[] {
  const sorted = values.toSorted((x, y) => x - y)
  return values.map(value => sorted.indexOf(value) + sorted.lastIndexOf(value) + 2)
}

/** All ways to choose who is `a` are equally likely: the share of those with such a sum, or one further out. */
function exactP(ranks: readonly number[], size: number, sum: number): number {
  const ways = waysBySum(ranks, size)
  let [below, above, all] = [0, 0, 0]
  for (const [each, count] of ways.entries()) {
    all += count
    if (each <= sum) below += count
    if (each >= sum) above += count
  }
  return Math.min(1, (2 * Math.min(below, above)) / all)
}

/** How many choices of `size` of these numbers add up to each sum: what is known without a number tells it with it. */
function waysBySum(numbers: readonly number[], size: number): Float64Array {
  const sumMax = numbers.reduce((total, number) => total + number, 0)
  const ways = Array.from({ length: size + 1 }, () => new Float64Array(sumMax + 1))
  ways[0]![0] = 1
  for (const number of numbers) {
    for (let taken = size; taken >= 1; taken--) {
      const [without, withIt] = [ways[taken - 1]!, ways[taken]!]
      for (let sum = sumMax; sum >= number; sum--) withIt[sum]! += without[sum - number]!
    }
  }
  return ways[size]!
}

/** With the corrections for ties and for steps of one half (Siegel, Nonparametric Statistics, 1956, pp. 123-126). */
function normalP(ranks: readonly number[], size: number, u: number): number {
  const [n, others] = [ranks.length, ranks.length - size]
  const ties = [...countsOf(ranks).values()].reduce((sum, count) => sum + count ** 3 - count, 0)
  const variance = ((size * others) / 12) * (n + 1 - ties / (n * (n - 1)))
  if (variance === 0) return 1
  const distance = Math.max(0, Math.abs(u - (size * others) / 2) - 0.5)
  return Math.min(1, 2 * normalTail(distance / Math.sqrt(variance)))
}

function countsOf(values: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}
