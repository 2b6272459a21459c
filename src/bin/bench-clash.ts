/** Options of `bench` that make no sense together. Pure. */
import { QUICK_ROUND_MS, ROUND_MS } from '../lab/load-plan.ts'
import { shapeProblem } from '../load/read-shape.ts'
import type { Topology } from '../topology/types.ts'
import type { BenchOptions } from './arguments.ts'

/** One line that says why, and what to type instead; null where they do make sense. The first such thing. */
export function benchClash(options: BenchOptions): string | null {
  return (
    loopClash(options) ?? shapeClash(options) ?? keysClash(options) ?? lengthClash(options) ?? baselineClash(options)
  )
}

function loopClash({ rate, outstanding, connections }: BenchOptions): string | null {
  if (rate !== null && outstanding !== null) {
    return '--rate makes an open loop and --outstanding a closed one, which has the rate of its answers; leave one out'
  }
  if (outstanding === null || connections === null || connections <= outstanding) return null
  const most = `--connections ${outstanding}`
  return `of --connections ${connections} only ${outstanding} would be used with --outstanding ${outstanding}: write ${most} or fewer`
}

function shapeClash({ shape, rate, durationMs, isQuick }: BenchOptions): string | null {
  if (shape === null) return null
  if (rate === null) return '--shape goes around a rate and there is none: add for example --rate 1000'
  const problem = shapeProblem(shape, rate, durationMs ?? (isQuick ? QUICK_ROUND_MS : ROUND_MS))
  return problem && `--shape ${shape.kind} ${problem}`
}

function keysClash({ keys, file }: BenchOptions): string | null {
  if (keys === null || file !== null) return null
  return '--keys matter to the policy consistent-hash, which no standard node has: name a topology file that uses it'
}

/** The same of a topology file, once that is read; null where some node of it picks by key. */
export function keysProblem({ keys }: BenchOptions, { nodes }: Topology): string | null {
  const isUsed = nodes.some(node => node.role !== 'server' && node.policy.name === 'consistent-hash')
  if (keys === null || isUsed) return null
  return '--keys matter to the policy consistent-hash, which no node of this file has: give it to one, or leave --keys out'
}

function lengthClash({ isQuick, durationMs }: BenchOptions): string | null {
  if (!isQuick || durationMs === null) return null
  return '--quick shortens the rounds that --duration sets the length of; leave one of them out'
}

function baselineClash({ failAboveShare, baseline }: BenchOptions): string | null {
  if (failAboveShare === null || baseline !== null) return null
  return '--fail-above compares with an earlier result and there is none: add --baseline FILE, as --save wrote it'
}
