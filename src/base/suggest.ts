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
    const distance = editDistance(lower, candidate.toLowerCase())
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
 * neighbours. Words whose lengths alone are too far apart are not measured.
 */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > DISTANCE_MAX) return DISTANCE_MAX + 1
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1]
      let cost = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + (isSame ? 0 : 1))
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (isSwap) cost = Math.min(cost, beforeLast[column - 2]! + 1)
      current.push(cost)
    }
    beforeLast = last
    last = current
  }
  return last[b.length]!
}
