/** Numbers as the views write them. Latencies and sizes are in `base/units.ts`. */

/** A rate: whole from 10 up, one decimal below, so that neighbours in a column compare at a glance. */
export function formatRate(perSecond: number): string {
  if (perSecond === 0) return '0'
  return perSecond < 9.95 ? perSecond.toFixed(1) : String(Math.round(perSecond))
}

/** 0.1666 -> "16.7%"; "-" where there is none. */
export function formatShare(share: number | null): string {
  return share === null ? '-' : `${(share * 100).toFixed(1)}%`
}

export function formatPercent(percent: number | null): string {
  return percent === null ? '-' : `${formatRate(percent)}%`
}

/** `12s`, `3m 04s`, `2h 05m`. */
export function formatUptime(uptimeMs: number): string {
  const seconds = Math.floor(uptimeMs / 1_000)
  if (seconds < 60) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes}m ${twoDigits(seconds % 60)}s`
  return `${Math.floor(minutes / 60)}h ${twoDigits(minutes % 60)}m`
}

/** A span that something took: `12ms`, `1.2s`. */
export function formatSpan(spanMs: number): string {
  return spanMs < 999.5 ? `${Math.round(spanMs)}ms` : `${(spanMs / 1_000).toFixed(1)}s`
}

/** `12:03:11`, in the time zone of whoever reads it. */
export function formatTimeOfDay(timeMs: number): string {
  const date = new Date(timeMs)
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':')
}

/** "1 restart", "2 restarts". */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
