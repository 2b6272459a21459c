/** A child's own log: what it says at its level or above goes to standard output, line by line, in pino's shape. */
import type { LinkEvent } from '../link/link.ts'
import { isAtLeast, LOG_LEVELS, type LogFields, type LogLevel, type LogSource, makeLogLine } from '../stats/log-line.ts'
import type { UpstreamEvent } from '../stats/reports.ts'
import { LINE_BYTES_MAX } from './lines.ts'
import { makeLogLimit } from './log-limit.ts'
import { type LogWords, wordsOfLink, wordsOfUpstream } from './log-words.ts'
import { LogWriter, type LogWriterOptions, makeStdoutPut } from './log-writer.ts'

const STRANGER_LINES_PER_SECOND = 5

/** Says a sentence, and the same for machines. */
export type Log = (level: LogLevel, msg: string, fields?: LogFields) => void

export interface OwnLog {
  readonly log: Log
  onUpstreamEvent(event: UpstreamEvent): void
  onLink(event: LinkEvent): void
  /** All is written now, as far as it is read: the process ends. */
  end(): void
}

/** `info` where the environment names no level. */
export function logLevelOf(name: string | undefined): LogLevel {
  return name !== undefined && Object.hasOwn(LOG_LEVELS, name) ? (name as LogLevel) : 'info'
}

export function openOwnLog(source: LogSource, least: LogLevel, put: LogWriterOptions['put'] = makeStdoutPut()): OwnLog {
  // The launcher would cut a longer line, and then it were none.
  const textOf = (level: LogLevel, msg: string, fields: LogFields) =>
    makeLogLine(source, Date.now(), level, msg, fields, LINE_BYTES_MAX).text
  const gapLine = (dropped: number) => textOf('warn', `${dropped} lines dropped: nobody read them`, { dropped })
  const writer = new LogWriter({ put, gapLine })
  const log: Log = (level, msg, fields = {}) => {
    if (isAtLeast(level, least)) writer.write(textOf(level, msg, fields))
  }
  const say = ({ level, msg, fields }: LogWords) => log(level, msg, fields)
  const mayTellStranger = makeLogLimit(STRANGER_LINES_PER_SECOND, count =>
    log('warn', `${count} more connections broken off within a second`, { count }),
  )
  return {
    log,
    onUpstreamEvent: event => say(wordsOfUpstream(event)),
    onLink: event => {
      const words = wordsOfLink(event)
      if (words.level !== 'warn' || mayTellStranger()) say(words)
    },
    end: () => writer.end(),
  }
}
