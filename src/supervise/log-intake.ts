/** From what a child prints to lines of its log: its own lines as they are, everything else wrapped in one. */
import { isAtLeast, type LogLine, type LogSource, makeLogLine, parseLogLine, wrapLine } from '../stats/log-line.ts'
import type { LogStore } from './log-store.ts'

export type Output = 'stdout' | 'stderr'

export interface LogIntakeOptions {
  readonly logs: LogStore
  /** Whose output it is; asked for each line that does not say so itself. */
  source(): LogSource
  /** To be shown among the events: what it printed outside of its log, and warnings of the log and above. */
  onNotable(line: LogLine, isOwn: boolean): void
  onOutputEnd(): void
}

export interface LogIntake {
  onLine(printed: string, output: Output): void
  /** Lines that came faster than they may. */
  onDropped(count: number): void
  /** It will print no more; a grandchild may hold its outputs open for long after its end. */
  onOutputEnd(): void
}

export function makeLogIntake({ logs, source, onNotable, onOutputEnd }: LogIntakeOptions): LogIntake {
  const take = (line: LogLine, isOwn: boolean) => {
    logs.add(line.node, line)
    // What is an event already would be shown twice.
    if (!isOwn || (isAtLeast(line.level, 'warn') && line.event === null)) onNotable(line, isOwn)
  }
  return {
    onLine: (printed, output) => {
      const from = source()
      const own = parseLogLine(printed, from.node)
      take(own ?? wrapLine(from, Date.now(), output === 'stderr' ? 'error' : 'info', printed), own !== null)
    },
    onDropped: count => {
      const msg = `${count} lines dropped: more than 1 MB a second`
      take(makeLogLine(source(), Date.now(), 'warn', msg, { dropped: count }), true)
    },
    onOutputEnd,
  }
}
