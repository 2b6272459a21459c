/** What a keeper tells of its processes, as sentences for people and fields for machines. */
import { formatDuration, formatLatency } from '../base/units.ts'
import { READY_LIMIT_MS } from '../restart/heartbeat.ts'
import type { UpstreamEvent } from '../stats/reports.ts'

/** `server-3: 5 failures in a row, for 2.07s`. */
export function upstreamText({ upstream, reason, forMs }: UpstreamEvent): string {
  const untilWhen = forMs === undefined ? '' : `, for ${spanText(forMs)}`
  return `${upstream === null ? '' : `${upstream}: `}${reason}${untilWhen}`
}

/** The same for machines. */
export function upstreamFields({ upstream, reason, forMs }: UpstreamEvent): Record<string, string | number> {
  return {
    ...(upstream === null ? {} : { upstream }),
    reason,
    ...(forMs === undefined ? {} : { forMs: Math.round(forMs) }),
  }
}

/** How long it has been silent, and what will happen. */
export function hungText(silentMs: number, timeoutMs: number): string {
  return `no sign of life for ${spanText(silentMs)}; killed and replaced if that lasts ${formatDuration(timeoutMs)}`
}

export function awakeText(silentMs: number): string {
  return `a sign of life after ${spanText(silentMs)}; the process is kept`
}

/** Why the watchdog ended it. */
export function givenUpText(wasReady: boolean, silentMs: number): string {
  return wasReady
    ? `hung, killed after ${spanText(silentMs)} without a sign of life`
    : `not ready within ${READY_LIMIT_MS / 1_000} s`
}

export function exitText(why: string, lastLines: readonly string[]): string {
  return withLines(why, lastLines)
}

/** `code 1; next start in 15 s`, with what it wrote last. */
export function loopText(why: string, nextMs: number | null, lastLines: readonly string[]): string {
  const next = nextMs === null ? 'not started again' : `next start in ${Math.round(nextMs / 1_000)} s`
  return withLines(`${why}; ${next}`, lastLines)
}

function withLines(sentence: string, lines: readonly string[]): string {
  return [sentence, ...lines].join('\n  ')
}

function spanText(ms: number): string {
  return formatLatency(ms * 1_000)
}
