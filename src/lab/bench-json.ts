import type { ClosedLoopResult } from './bench-result.ts'
import { benchWarning } from './bench-warning.ts'

/** The result as one line of JSON, a contract for scripts: keys are added, never renamed. Ends with a line feed. */
export function benchLine(result: ClosedLoopResult): string {
  const { timeMs, latency, throughput, ...rest } = result
  const loop = 'closed'
  const warning = benchWarning(result)
  return `${JSON.stringify({ type: 'bench', v: 1, time: timeMs, ...rest, loop, warning, latency, throughput })}\n`
}
