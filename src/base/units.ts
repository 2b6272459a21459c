/** Durations and sizes between text and numbers. The only caller of `ms`, whose answers need checking. */
import ms, { type StringValue } from 'ms'

export const DURATION_MS_MIN = 0.001
export const DURATION_MS_MAX = 86_400_000

const DURATION = /^(\d+(?:\.\d+)?) ?([a-zµ]+)$/i
const MICROSECONDS = /^(us|µs)$/i

/**
 * Milliseconds of `"250ms"`, `"5s"`, `"500us"`; null where the text is no duration. A unit is required, since a bare
 * number is read as seconds by some and as milliseconds by others. Range checks are the caller's.
 */
export function parseDurationMs(text: string): number | null {
  const match = DURATION.exec(text)
  if (!match) return null
  const [, amount, unit] = match
  // `ms` answers undefined for a unit that it does not know, whatever its types say.
  const value: number | undefined = MICROSECONDS.test(unit!) ? Number(amount) / 1_000 : ms(text as StringValue)
  return value !== undefined && Number.isFinite(value) ? value : null
}

/** A duration as the topology file writes it: the largest unit that leaves no fraction. */
export function formatDuration(durationMs: number): string {
  if (durationMs === 0) return '0ms'
  if (durationMs < 1) return `${Number((durationMs * 1_000).toFixed(3))}us`
  const units: [number, string][] = [
    [3_600_000, 'h'],
    [60_000, 'm'],
    [1_000, 's'],
  ]
  const fit = units.find(([size]) => durationMs % size === 0)
  return fit ? `${durationMs / fit[0]}${fit[1]}` : `${Number(durationMs.toFixed(3))}ms`
}

/** A measured time with three significant digits: `38.2µs`, `1.24ms`, `2.05s`. (`ms` would print 1500 as 2s.) */
export function formatLatency(us: number | null): string {
  if (us === null) return '-'
  if (us < 999.5) return `${threeDigits(us)}µs`
  if (us < 999_500) return `${threeDigits(us / 1_000)}ms`
  return `${threeDigits(us / 1_000_000)}s`
}

/** 0.5 -> "0.50", 38.2 -> "38.2", 1240 -> "1240": three digits as far as they go, never an exponent. */
export function threeDigits(value: number): string {
  if (value >= 99.95) return String(Math.round(value))
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2)
}

/** Bytes as `41 MB` (10^6, as resident memory is usually quoted), `512 kB`, `12 B`. */
export function formatBytes(bytes: number): string {
  if (bytes >= 1_000_000) return `${threeDigits(bytes / 1_000_000)} MB`
  return bytes >= 1_000 ? `${threeDigits(bytes / 1_000)} kB` : `${bytes} B`
}
