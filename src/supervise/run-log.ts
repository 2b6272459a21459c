/** The log of a whole run, in a file: every line of every node, and among them what the launcher has to tell. */
import { isAtLeast, type LogFields, type LogLevel, makeLogLine } from '../stats/log-line.ts'
import type { EventName, RunEvent, UpstreamEvent, View } from '../stats/reports.ts'
import { openAppendedFile } from './appended-file.ts'
import { LogFile } from './log-file.ts'
import type { LogStore } from './log-store.ts'

export interface RunLogOptions {
  /** Absolute; null: no file. */
  readonly path: string | null
  /** The topology file, which is not to be written to. */
  readonly topologyPath: string
  /** What is said at all. */
  readonly least: LogLevel
}

export type RunLogResult = { readonly ok: true; readonly log: RunLog } | { readonly ok: false; readonly reason: string }

const LEVEL_OF: Partial<Record<EventName, LogLevel>> = {
  exit: 'error',
  'crash-loop': 'error',
  'law-violation': 'error',
  hung: 'warn',
  warning: 'warn',
  'reload-rejected': 'warn',
}

/** What nodes say in their own logs. */
const TOLD_BY_NODES: ReadonlySet<string> = new Set<UpstreamEvent['event']>([
  'ejected',
  'half-open',
  'restored',
  'panic',
  'panic-over',
  'backup',
  'backup-over',
  'admin',
])

export async function openRunLog({ path, topologyPath, least }: RunLogOptions): Promise<RunLogResult> {
  if (path === null) return { ok: true, log: new RunLog(least) }
  const opened = await openAppendedFile(path, topologyPath)
  if (!opened.ok) return opened
  const log = new RunLog(least)
  log.writeTo(opened.file)
  return { ok: true, log }
}

export class RunLog {
  /** What nodes are to say at all, and the launcher. */
  readonly least: LogLevel
  /** To be told what has become of the file. */
  onTrouble: (message: string) => void = () => {}
  private file: LogFile | null = null

  constructor(least: LogLevel) {
    this.least = least
  }

  writeTo(file: ConstructorParameters<typeof LogFile>[0]['file']): void {
    this.file = new LogFile({
      file,
      gapLine: count => textOf('warn', Date.now(), `${count} lines lost`, { dropped: count }),
      onTrouble: message => this.onTrouble(message),
    })
  }

  /** Every line of the nodes is written as it comes. */
  follow(logs: LogStore): void {
    const { file } = this
    if (file) logs.follow(null, line => file.write(line.text))
  }

  /** What the launcher tells the view is written here, too. */
  besides(view: View): View {
    if (!this.file) return view
    return {
      stats: report => view.stats(report),
      close: () => view.close(),
      event: event => {
        this.event(event)
        view.event(event)
      },
      ready: report => {
        const { timeMs, launcherPid, nodes, tookMs } = report
        const pids = Object.fromEntries(nodes.map(({ id, pid }) => [id, pid]))
        this.say('info', timeMs, `ready: ${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}`, {
          launcherPid,
          tookMs: Math.round(tookMs),
          pids,
        })
        view.ready(report)
      },
      summary: report => {
        const { timeMs, reason, uptimeMs, violations, restarts, client } = report
        const { sent, answered, failed } = client
        const counts = { reason, uptimeMs, sent, answered, failed, restarts, violations }
        this.say('info', timeMs, `ended after ${(uptimeMs / 1_000).toFixed(1)}s: ${reason}`, counts)
        view.summary(report)
      },
    }
  }

  /** What ends the launcher itself. */
  fatal(error: Error): void {
    const err = { type: error.name, message: error.message, stack: error.stack }
    this.say('fatal', Date.now(), String(error), { err })
  }

  /** Resolves with how many lines are in no file, when the others are. */
  async close(limitMs: number): Promise<number> {
    await this.file?.close(limitMs)
    return this.file?.lost ?? 0
  }

  private event({ timeMs, event, node, detail, fields = {} }: RunEvent): void {
    // A line of a node's log that views are shown as an event is in the file already.
    if (TOLD_BY_NODES.has(event) || (event === 'log' && node !== null)) return
    const about = node === null ? {} : { about: node }
    const msg = `${event}${node === null ? '' : ` ${node}`}: ${detail}`
    this.say(LEVEL_OF[event] ?? 'info', timeMs, msg, { ...fields, event, ...about })
  }

  private say(level: LogLevel, timeMs: number, msg: string, fields: LogFields): void {
    if (isAtLeast(level, this.least)) this.file?.write(textOf(level, timeMs, msg, fields))
  }
}

function textOf(level: LogLevel, timeMs: number, msg: string, fields: LogFields): string {
  return makeLogLine({ node: 'launcher', role: 'launcher', pid: process.pid }, timeMs, level, msg, fields).text
}
