/** Traces for tests: answers that tell their way, and what must be true of the way of any request. */
import { expect } from 'vitest'
import { type EndedRequest, reportOf } from '../../src/stats/request-report.ts'
import { readTrace, type TracedHop, withHop } from '../../src/wire/trace.ts'
import type { SeenFrame } from './stranger.ts'

/** A RESPONSE or ERROR that says that it came by these nodes, a millisecond each. */
export function tracedFrame(bare: Uint8Array, nodes: readonly string[]): Uint8Array {
  return nodes.reduce(
    (bytes, node, i) =>
      withHop(bytes, 0, bytes.length, { node, inMs: i, begunMs: i, leftMs: i, outMs: i + 1, attempts: [] }),
    bare,
  )
}

/** What an answer tells of its way. */
export const traceOf = (frame: SeenFrame): readonly TracedHop[] | null => readTrace(frame.bytes, 0, frame.bytes.length)

/** Stamps are rounded to this. */
const ROUNDING_MS = 0.001

/**
 * Times lie in each other as the calls do, each millisecond is told once, and who answered is where the path ends.
 */
export function expectPlausible(request: EndedRequest): void {
  const { plannedMs, sentMs, endedMs, attempts, trace } = request
  const nearestFirst = trace.toReversed()
  const own = [plannedMs, sentMs ?? plannedMs, request.leftMs ?? sentMs ?? plannedMs]
  const stamps = [...own, ...nearestFirst.flatMap(hop => [hop.inMs, hop.begunMs, hop.leftMs])]
  stamps.push(...trace.map(hop => hop.outMs), endedMs)
  const told = JSON.stringify(request)
  for (let i = 1; i < stamps.length; i++) expect(stamps[i], told).toBeGreaterThanOrEqual(stamps[i - 1]! - ROUNDING_MS)

  const report = reportOf(request)
  expect(report.attempts, told).toBe(attempts.length)
  expect(report.attempts > 0, told).toBe(sentMs !== null)
  if (request.code === 0) expect(report.hops.length, told).toBeGreaterThan(0)
  const timed = report.hops.filter(hop => hop.ms !== undefined)
  if (timed.length === 0) return
  const last = timed.at(-1)!
  const parts = timed.flatMap(hop => [hop.toMs!, hop.waitMs!, hop.backMs!])
  const sumMs = parts.reduce((sum, part) => sum + part, report.waitMs + last.ms! - last.waitMs!)
  expect(Math.abs(sumMs - report.ms), told).toBeLessThan(ROUNDING_MS)
}
