/**
 * When a child tells what it counted: as often as the launcher wants while there is something new, else once a second
 * as a sign of life. Nothing is queued behind a launcher that does not read: a newer account says all that an older did.
 */
import type { Clock, Timer } from '../base/clock.ts'
import { deepEqual } from '../base/equal.ts'
import { every } from '../base/every.ts'
import type { Counters } from './messages.ts'

/** Heartbeat of an idle child. Its timer may fire a little early by the clock that is asked here, hence the slack. */
const HEARTBEAT_MS = 1_000
const HEARTBEAT_SLACK_MS = 20

export interface ReportingOptions {
  readonly clock: Clock
  /** How often to look whether there is something to tell. */
  readonly everyMs: number
  account(): Counters
  /** `onWritten`: the channel has taken it. */
  send(account: Counters, onWritten: () => void): void
}

export function startReporting({ clock, everyMs, account, send }: ReportingOptions): Timer {
  let lastTold: Counters | null = null
  let lastToldMs = Number.NEGATIVE_INFINITY
  let isUnderWay = false
  const onWritten = () => {
    isUnderWay = false
  }
  const tell = () => {
    if (isUnderWay) return
    const [now, nowMs] = [account(), clock.nowMs()]
    if (nowMs - lastToldMs < HEARTBEAT_MS - HEARTBEAT_SLACK_MS && deepEqual(now, lastTold)) return
    lastTold = now
    lastToldMs = nowMs
    isUnderWay = true
    send(now, onWritten)
  }
  return every(clock, () => everyMs, tell)
}
