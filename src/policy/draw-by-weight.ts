/** One of a list, each as likely as its weight among the others. */
import type { Rng } from '../base/rng.ts'
import type { UpstreamView } from './policy.ts'

/** An index; never `except`, which -1 leaves open. At least one other must be there. */
export function drawByWeight(eligible: readonly UpstreamView[], rng: Rng, except = -1): number {
  let total = 0
  for (let i = 0; i < eligible.length; i++) if (i !== except) total += eligible[i]!.weight
  let left = rng.float() * total
  let last = -1
  for (let i = 0; i < eligible.length; i++) {
    if (i === except) continue
    left -= eligible[i]!.weight
    if (left < 0) return i
    last = i
  }
  return last // rounding may leave a last grain
}
