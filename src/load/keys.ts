/**
 * Which keys requests carry: `count` different ones, of equal chance, or of chances that fall as 1 / rank^skew (Zipf).
 * The hash of a key is mixed from its rank: different for each, and the same in every run, so that the same key is hot
 * on the same server.
 */
import type { Rng } from '../base/rng.ts'
import { mix32 } from '../base/rng.ts'

export type KeySpec =
  | { readonly kind: 'uniform'; readonly count: number }
  | { readonly kind: 'zipf'; readonly count: number; readonly skew: number }

/** Each call draws a key and tells its hash, as requests carry it: 32 bits. */
export function makeKeys(spec: KeySpec, rng: Rng): () => number {
  if (spec.kind === 'uniform') return () => mix32(rng.int(spec.count) + 1)
  const drawRank = makeZipf(spec.count, spec.skew, rng)
  return () => mix32(drawRank())
}

/**
 * Ranks from 1 to `count`, by inversion of the sum of their chances: exact for every skew, 1 among them, where formulas
 * divide by 0. Of a million keys the sums take 8 MB, and a draw 20 comparisons.
 */
export function makeZipf(count: number, skew: number, rng: Rng): () => number {
  const sums = new Float64Array(count)
  let sum = 0
  for (let i = 0; i < count; i++) {
    sum += Math.exp(-skew * Math.log(i + 1))
    sums[i] = sum
  }
  return () => 1 + firstAbove(sums, rng.float() * sum)
}

/** The index of the first of these growing numbers that is above the given one; the last where none is. */
function firstAbove(sums: Float64Array, value: number): number {
  let low = 0
  let high = sums.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sums[middle]! > value) high = middle
    else low = middle + 1
  }
  return low
}
