/** The result as one line of JSON: what `--json` prints and `--save` writes. */
import type { BenchResult } from './bench-result.ts'
import type { Comparison } from './compare.ts'
import type { Verdict } from './judge.ts'

/** A contract for scripts: keys are added; where one is renamed or means something else, the version goes up. */
export const BENCH_VERSION = 2

/** What was asked of a result beside showing it. */
export interface Judgement {
  readonly comparison: Comparison | null
  readonly expectations: readonly Verdict[]
}

export const NOT_JUDGED: Judgement = { comparison: null, expectations: [] }

/** Ends with a line feed. */
export function benchLine({ timeMs, ...result }: BenchResult, judgement: Judgement = NOT_JUDGED): string {
  return `${JSON.stringify({ type: 'bench', v: BENCH_VERSION, time: timeMs, ...result, ...judgement })}\n`
}
