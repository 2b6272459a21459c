/** Whether the figures of a benchmark can be trusted. Pure. */
import type { ClosedLoopResult } from './bench-result.ts'
import { spreadOf } from './spread.ts'

/** Rounds of a quiet machine lie closer together; wider apart, a difference between two runs says nothing. */
const SPREAD_SHARE_MAX = 0.25

/** One line that says why not, and what to do; null where nothing speaks against them. */
export function benchWarning(result: ClosedLoopResult): string | null {
  const reasons = [loadReason(result), spreadReason(result)].filter(reason => reason !== null)
  if (reasons.length === 0) return null
  return `Unsteady figures: ${reasons.join('; ')}. Run again on a quiet machine before comparing.`
}

function loadReason({ loadAverage, cpus }: ClosedLoopResult): string | null {
  return loadAverage > cpus ? `load average ${loadAverage} on ${cpus} cores at the start` : null
}

function spreadReason({ latency, throughput }: ClosedLoopResult): string | null {
  const spreads = [
    ...latency.map(({ path, rounds }) => ({
      name: `p50 of ${path}`,
      share: spreadOf(rounds.map(({ p50Us }) => p50Us)).share,
    })),
    ...throughput.map(({ path, outstanding, rounds }) => ({
      name: `rate of ${path} at ${outstanding}`,
      share: spreadOf(rounds).share,
    })),
  ]
  const { name, share } = spreads.reduce((widest, each) => (each.share > widest.share ? each : widest))
  return share > SPREAD_SHARE_MAX ? `rounds lie up to ${Math.round(share * 100)} % apart (${name})` : null
}
