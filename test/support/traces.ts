/** Traces for tests: answers that tell their way, and what must be true of the way of any request. */
import { expect } from 'vitest'
import { type EndedRequest, reportOf } from '../../src/stats/request-report.ts'
import {
  copyBytesFor,
  entryBytesFor,
  isTraceSound,
  readTrace,
  type TracedHop,
  writeWithHop,
} from '../../src/wire/trace.ts'
import type { SeenFrame } from './stranger.ts'

/** A copy of the RESPONSE or ERROR at [start, end) with an entry more. */
export function withHop(bytes: Uint8Array, start: number, end: number, hop: TracedHop): Uint8Array {
  const entryBytes = entryBytesFor(bytes, start, end, hop)
  const copy = new Uint8Array(copyBytesFor(bytes, start, end, entryBytes))
  writeWithHop(copy, 0, bytes, start, end, hop, entryBytes)
  return copy
}

/** What a RESPONSE or ERROR tells of its way; null where its trailer cannot be one. */
export function toldBy(bytes: Uint8Array, start: number = 0, end: number = bytes.length): readonly TracedHop[] | null {
  return isTraceSound(bytes, start, end) ? readTrace(bytes, start, end) : null
}

/** A RESPONSE or ERROR that says that it came by these nodes, a millisecond each. */
export function tracedFrame(bare: Uint8Array, nodes: readonly string[]): Uint8Array {
  return nodes.reduce(
    (bytes, node, i) =>
      withHop(bytes, 0, bytes.length, { node, inMs: i, begunMs: i, leftMs: i, outMs: i + 1, attempts: [] }),
    bare,
  )
}

/** What an answer tells of its way. */
export const traceOf = (frame: SeenFrame): readonly TracedHop[] | null => toldBy(frame.bytes)

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
