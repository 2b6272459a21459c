/**
 * How the rate of a load runs over its duration, as pure functions of time. Shares are of the rate that a shape is put
 * around, so that one shape serves every rate. Each is given with its integral, so that how many requests are to be
 * expected by a time is known, and not added up.
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

/** Times count from the start of the load. Beyond its end nothing is expected. */
export interface Shape {
  readonly endMs: number
  /** Requests per millisecond at a time within it. */
  perMs(atMs: number): number
  /** The integral of that: how many requests are to be expected from 0 to this time. */
  expectedBy(atMs: number): number
}

/** `rate`: per second. */
export function makeShape(spec: ShapeSpec, rate: number, durationMs: number): Shape {
  const { share, area } = SHARES[spec.kind](spec as never, durationMs)
  return {
    endMs: durationMs,
    perMs: atMs => (rate / 1_000) * share(atMs),
    expectedBy: atMs => (rate / 1_000) * area(Math.min(Math.max(atMs, 0), durationMs)),
  }
}

/** The same after so long at a constant rate. */
export function afterWarmUp(shape: Shape, rate: number, warmUpMs: number): Shape {
  const perMs = rate / 1_000
  return {
    endMs: warmUpMs + shape.endMs,
    perMs: atMs => (atMs < warmUpMs ? perMs : shape.perMs(atMs - warmUpMs)),
    expectedBy: atMs => perMs * Math.min(Math.max(atMs, 0), warmUpMs) + shape.expectedBy(atMs - warmUpMs),
  }
}

/** Requests per second over the whole duration. */
export function meanRateOf(spec: ShapeSpec, rate: number, durationMs: number): number {
  return (1_000 * makeShape(spec, rate, durationMs).expectedBy(durationMs)) / durationMs
}

/** Requests per second where there are most. */
export function peakRateOf(spec: ShapeSpec, rate: number): number {
  if (spec.kind === 'ramp') return rate * Math.max(spec.from, 1)
  if (spec.kind === 'sine') return rate * (1 + spec.swing)
  return spec.kind === 'spike' ? rate * Math.max(spec.factor, 1) : rate
}

/** A share of the rate at each time, and its integral from 0, in milliseconds. */
interface Share {
  share(atMs: number): number
  area(atMs: number): number
}

type MakeShare<Kind> = (spec: Extract<ShapeSpec, { kind: Kind }>, durationMs: number) => Share

const SHARES: { readonly [Kind in ShapeSpec['kind']]: MakeShare<Kind> } = {
  constant: () => ({ share: () => 1, area: atMs => atMs }),
  ramp: ({ from }, durationMs) => ({
    share: atMs => from + ((1 - from) * atMs) / durationMs,
    area: atMs => from * atMs + ((1 - from) * atMs * atMs) / (2 * durationMs),
  }),
  step: ({ steps }, durationMs) => {
    const widthMs = durationMs / steps
    const stairAt = (atMs: number) => Math.min(Math.floor(atMs / widthMs), steps - 1)
    return {
      share: atMs => (stairAt(atMs) + 1) / steps,
      area: atMs => {
        const stair = stairAt(atMs)
        return (widthMs * stair * (stair + 1)) / 2 / steps + ((atMs - stair * widthMs) * (stair + 1)) / steps
      },
    }
  },
  sine: ({ periodMs, swing }) => {
    const perMs = (2 * Math.PI) / periodMs
    return {
      share: atMs => 1 + swing * Math.sin(perMs * atMs),
      area: atMs => atMs + (swing * (1 - Math.cos(perMs * atMs))) / perMs,
    }
  },
  spike: ({ factor, at, forMs }, durationMs) => {
    const fromMs = at * durationMs
    return {
      share: atMs => (atMs >= fromMs && atMs < fromMs + forMs ? factor : 1),
      area: atMs => atMs + (factor - 1) * Math.min(Math.max(atMs - fromMs, 0), forMs),
    }
  },
}
