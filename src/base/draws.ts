/** Draws from the distributions that others are made of. Logarithm and square root alone: no powers, no sines. */
import type { Rng } from './rng.ts'

/** From 0 to 22.2, mean 1, by inversion. (The logarithm of the inverse: the negative one would make -0 of a 0.) */
export function drawExponential(rng: Rng): number {
  return Math.log(1 / (1 - rng.float()))
}

/**
 * Mean 0, deviation 1, within ±9.3: the polar method (Marsaglia and Bray, A convenient method for generating normal
 * variables, SIAM Review 6, 1964). The second of its pair is thrown away, so that no state is left between draws.
 */
export function drawNormal(rng: Rng): number {
  for (;;) {
    const x = 2 * rng.float() - 1
    const y = 2 * rng.float() - 1
    const square = x * x + y * y
    if (square > 0 && square < 1) return x * Math.sqrt((-2 * Math.log(square)) / square)
  }
}
