/** How the fields of specs are called and written where people read them: as in the topology file. */
import { formatDuration } from '../base/units.ts'
import type { ServiceTime } from './service-time.ts'
import { formatServiceTime } from './service-time.ts'

/** The names that no rule makes of the file's keys. */
const KEYS: ReadonlyMap<string, string> = new Map([
  ['inFlightMax', 'maxInFlight'],
  ['queueMax', 'queue'],
])

/** The file's key of a spec's field: `timeoutMs` -> `timeout`. */
export function keyOf(field: string): string {
  return KEYS.get(field) ?? field.replace(/Ms$/, '')
}

/**
 * A field's value as the file would write it, without quotes: `5ms`, `proxy-1, proxy-2`, `round-robin`,
 * `peak-ewma (decay 5s)`.
 */
export function writtenValue(field: string, value: unknown): string {
  if (value === undefined) return 'none'
  if (typeof value === 'number' && field.endsWith('Ms')) return formatDuration(value)
  if (field === 'serviceTime') return formatServiceTime(value as ServiceTime)
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ')
  if (typeof value !== 'object' || value === null) return String(value)
  const { name, ...parameters } = value as Record<string, unknown>
  const written = Object.entries(parameters).map(([key, parameter]) => `${keyOf(key)} ${writtenValue(key, parameter)}`)
  return written.length === 0 ? String(name) : `${name} (${written.join(', ')})`
}
