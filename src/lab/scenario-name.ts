/** Scenarios in words. Pure. */
import { formatBytes } from '../base/units.ts'
import { formatRate } from '../view/figures.ts'
import { safe } from '../view/sanitize.ts'
import type { Scenario } from './bench-result.ts'

type Load = Pick<Scenario, 'loop' | 'outstanding' | 'connections' | 'rate'>

/** `64 outstanding`, `64 connections`, `64 outstanding on 4 connections`, `2000/s`. */
export function loadName({ loop, outstanding, connections, rate }: Load): string {
  const on = connections === 1 ? '' : ` on ${connections} connections`
  if (loop === 'open') return `${formatRate(rate ?? 0)}/s${on}`
  return outstanding === connections && connections > 1
    ? `${connections} connections`
    : `${outstanding} outstanding${on}`
}

/** `3 hops: lb, proxy, server, 64 outstanding`: enough to find its row. */
export function scenarioName(scenario: Scenario): string {
  const { section, path, payloadBytes } = scenario
  const payload = section === 'payload' ? `, ${payloadName(payloadBytes)}` : ''
  return `${safe(path)}, ${loadName(scenario)}${payload}`
}

/** `3 hops` of `3 hops: lb, proxy, server`. */
export function shortPath(path: string): string {
  return safe(path.split(':')[0]!)
}

/** `64 B`, `16 KiB`, `1 MiB` where that is exact; else as other sizes. */
export function payloadName(bytes: number): string {
  if (bytes > 0 && bytes % 1_048_576 === 0) return `${bytes / 1_048_576} MiB`
  return bytes > 0 && bytes % 1_024 === 0 ? `${bytes / 1_024} KiB` : formatBytes(bytes)
}

/** Equal for what can be compared. */
export function scenarioKey(scenario: Scenario): string {
  const { section, path, loop, outstanding, connections, payloadBytes, rate, form } = scenario
  return JSON.stringify([section, path, loop, outstanding, connections, payloadBytes, rate, form])
}
