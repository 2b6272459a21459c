/** How the machine was while something was measured on it. */
import type { Clock } from '../base/clock.ts'
import { type ProcessorTicks, readLoadAverage, readProcessorTicks } from './machine.ts'

export interface Conditions {
  readonly elapsedMs: number
  /** At its end. */
  readonly loadAverage: number
  /** Of the processor time of all cores; null where the system does not tell, or not so finely. */
  readonly stealShare: number | null
  /** Of one core, by this process: whoever generates the load. */
  readonly ownShare: number
}

/** Where the facts come from; a test hands in its own. */
export interface ConditionSource {
  /** Processor time of this process since its start. */
  ownMs(): number
  loadAverage(): number
  ticks(): ProcessorTicks | null
}

/** One tick of fewer would be more than half of the share that casts a doubt. */
const TICKS_MIN = 100

const HERE: ConditionSource = {
  ownMs: () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1_000
  },
  loadAverage: readLoadAverage,
  ticks: readProcessorTicks,
}

/** From now until the returned function is called. */
export function watchConditions(clock: Pick<Clock, 'nowMs'>, source: ConditionSource = HERE): () => Conditions {
  const [startMs, ownMs, ticks] = [clock.nowMs(), source.ownMs(), source.ticks()]
  return () => {
    const elapsedMs = clock.nowMs() - startMs
    return {
      elapsedMs,
      loadAverage: source.loadAverage(),
      stealShare: stealShareOf(ticks, source.ticks()),
      ownShare: elapsedMs > 0 ? (source.ownMs() - ownMs) / elapsedMs : 0,
    }
  }
}

function stealShareOf(before: ProcessorTicks | null, after: ProcessorTicks | null): number | null {
  if (!before || !after || after.total - before.total < TICKS_MIN) return null
  // Some kernels let the count of stolen ticks go back a little.
  return Math.max(after.stolen - before.stolen, 0) / (after.total - before.total)
}
