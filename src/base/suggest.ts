/** "Did you mean …?": the candidate nearest to a mistyped word. */

const DISTANCE_MAX = 2 // a swapped pair, two slips of the finger; beyond that, a guess

/**
 * The candidate within two edits of the word, or the one that the word abbreviates; null where none is near. Upper
 * and lower case do not count. Of equally near ones the last: `proxy-3` is meant rather for `proxy-2` than `proxy-1`.
 */
export function suggest(word: string, candidates: readonly string[]): string | null {
  const lower = word.toLowerCase()
  // Half of a short word changed is another word: `a` is no misspelt `id`.
  let nearest = Math.min(DISTANCE_MAX, Math.floor(lower.length / 2))
  let found: string | null = null
  for (const candidate of candidates) {
    const distance = editDistance(lower, candidate.toLowerCase(), nearest)
    if (distance > nearest) continue
    nearest = distance
    found = candidate
  }
  return found ?? candidates.find(candidate => isAbbreviation(lower, candidate.toLowerCase())) ?? null
}

function isAbbreviation(word: string, candidate: string): boolean {
  return word.length >= 2 && candidate.startsWith(word)
}

/**
 * Damerau-Levenshtein in its restricted form (optimal string alignment): inserts, deletes, replaces, swaps of
 * neighbours. Whatever is above the limit comes out as one above it: only cells that near the diagonal are looked at,
 * and none after a row without hope, so that a file full of wrong names costs little.
 */
function editDistance(a: string, b: string, limit: number): number {
  const over = limit + 1
  if (Math.abs(a.length - b.length) > limit) return over
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => Math.min(column, over))
  for (let row = 1; row <= a.length; row++) {
    const current = new Array<number>(b.length + 1).fill(over)
    let least = over
    for (let column = Math.max(0, row - limit); column <= Math.min(b.length, row + limit); column++) {
      const cost = Math.min(over, costAt(row, column, a, b, current, last, beforeLast))
      current[column] = cost
      if (cost < least) least = cost
    }
    if (least === over) return over
    beforeLast = last
    last = current
  }
  return last[b.length]!
}

/** Of turning the first `row` letters of a into the first `column` letters of b. */
function costAt(
  row: number,
  column: number,
  a: string,
  b: string,
  current: readonly number[],
  last: readonly number[],
  beforeLast: readonly number[],
): number {
  if (column === 0) return row
  const isSame = a[row - 1] === b[column - 1]
  const cost = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + (isSame ? 0 : 1))
  const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
  return isSwap ? Math.min(cost, beforeLast[column - 2]! + 1) : cost
}
