/** A benchmark that nothing was asked of. */
import type { BenchAsked } from '../../src/lab/make-plan.ts'

export const NOTHING_ASKED: BenchAsked = {
  isQuick: false,
  rounds: null,
  rate: null,
  outstanding: null,
  connections: null,
  payloadBytes: null,
  durationMs: null,
  shape: null,
  keys: null,
}
