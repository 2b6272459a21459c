import fc from 'fast-check'
import type { ShapeSpec } from '../../src/load/shape.ts'

const share = fc.double({ min: 0, max: 1, noNaN: true })

/** For loads of 4 s. */
export const anyShape: fc.Arbitrary<ShapeSpec> = fc.oneof(
  fc.constant<ShapeSpec>({ kind: 'constant' }),
  fc.record({ kind: fc.constant('ramp' as const), from: fc.double({ min: 0, max: 3, noNaN: true }) }),
  fc.record({ kind: fc.constant('step' as const), steps: fc.integer({ min: 2, max: 20 }) }),
  fc.record({ kind: fc.constant('sine' as const), periodMs: fc.integer({ min: 50, max: 9_000 }), swing: share }),
  fc.record({
    kind: fc.constant('spike' as const),
    factor: fc.double({ min: 0, max: 10, noNaN: true }),
    at: share,
    forMs: fc.integer({ min: 1, max: 5_000 }),
  }),
)
