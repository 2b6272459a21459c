/** Chance that a test writes down: the floats come in the given order, and one too many is an error. */
import type { Rng } from '../../src/base/rng.ts'

export interface ScriptedRng extends Rng {
  /** Floats not drawn yet. */
  readonly left: number
}

/** Forks draw from the same script, so that a test needs no knowledge of who forks. */
export function makeScriptedRng(floats: readonly number[]): ScriptedRng {
  let drawn = 0
  const float = () => {
    const value = floats[drawn]
    if (value === undefined) throw new Error(`the script of ${floats.length} floats is at its end`)
    drawn += 1
    return value
  }
  const rng: ScriptedRng = {
    float,
    int: bound => Math.floor(float() * bound),
    fork: () => rng,
    get left() {
      return floats.length - drawn
    },
  }
  return rng
}
