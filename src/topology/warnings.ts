/**
 * What is allowed and yet hardly meant: a node that gets no traffic, retries of retries, a time-out that can never
 * pass, more load than the servers can serve. None of it stops a start.
 */
import type { Report } from './json-tree.ts'
import type { Sound } from './judged.ts'
import { judgedOf } from './judged.ts'
import { warnOfLoad } from './warn-of-load.ts'
import { warnOfRetries } from './warn-of-retries.ts'
import { warnOfTimeouts } from './warn-of-timeouts.ts'
import { warnOfTraffic } from './warn-of-traffic.ts'
import { warnOfUnused } from './warn-of-unused.ts'

/** One for each subject. */
const WARNINGS = [warnOfTraffic, warnOfRetries, warnOfTimeouts, warnOfUnused, warnOfLoad]

/** Reports everything worth a second look. */
export function warn(sound: Sound, report: Report): void {
  const judged = judgedOf(sound)
  for (const warnOf of WARNINGS) warnOf(judged, report)
}
