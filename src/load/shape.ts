/**
 * How the rate of a load runs over its duration. Shares are of the rate that the shape is put around, so that one shape
 * serves every rate.
 */
export type ShapeSpec =
  | { readonly kind: 'constant' }
  /** In a straight line from this share of the rate to the rate. */
  | { readonly kind: 'ramp'; readonly from: number }
  /** In so many equal stairs up to the rate, none of them at 0. */
  | { readonly kind: 'step'; readonly steps: number }
  /** Around the rate, by this share of it up and down. */
  | { readonly kind: 'sine'; readonly periodMs: number; readonly swing: number }
  /** The rate, but so many times it for a while, from this share of the duration on. */
  | { readonly kind: 'spike'; readonly factor: number; readonly at: number; readonly forMs: number }
