/** The live view: keeps what was last told, and what the user pressed; frames come of both. */
import type { ChalkInstance } from 'chalk'
import type { Clock } from '../base/clock.ts'
import type { StatsReport, View } from '../stats/reports.ts'
import type { EventLine } from './event-line.ts'
import { eventLine, readyLine } from './event-line.ts'
import type { FrameOptions } from './frame.ts'
import { renderFrame, rowFirstMax } from './frame.ts'
import { KEY } from './keys.ts'
import { columnsOf, rowsOf } from './screen.ts'
import { renderSummary } from './summary.ts'
import type { TerminalHost, TerminalInput, TerminalOutput } from './terminal.ts'
import { makeTerminal } from './terminal.ts'

export interface LiveViewOptions {
  readonly stdout: TerminalOutput
  readonly stdin: TerminalInput
  readonly chalk: ChalkInstance
  readonly clock: Pick<Clock, 'nowMs' | 'after'>
  readonly topologyName: string
  /** `q`: stop in order. */
  onQuit(): void
  /** Ctrl-C, which raw mode delivers as a key and not as a signal. */
  onInterrupt(): void
  /** The process unless a test says otherwise. */
  readonly host?: TerminalHost
}

const EVENTS_KEPT_MAX = 200 // more than any screen is high
const PAGE_ROWS = 10

/** Takes the terminal at once; `summary` or `close` gives it back. Nothing else may write to it in between. */
export function makeLiveView(options: LiveViewOptions): View {
  const { stdout, stdin, chalk, clock, topologyName, host = process } = options
  const recentEvents: EventLine[] = []
  let latest: StatsReport | null = null
  let frozen: StatsReport | null = null
  let rowFirst = 0

  const terminal = makeTerminal({ stdout, stdin, clock, host, render, onKey })

  function render(columns: number, rows: number): string[] {
    return renderFrame(frozen ?? latest, frameOptions(columns, rows))
  }

  function frameOptions(columns: number, rows: number): FrameOptions {
    return { columns, rows, chalk, topologyName, recentEvents, isPaused: frozen !== null, rowFirst }
  }

  function onKey(key: string): void {
    if (key === 'q') options.onQuit()
    else if (key === KEY.ctrlC) options.onInterrupt()
    else if (key === 'p') togglePause()
    else if (key === KEY.up || key === 'k') scroll(-1)
    else if (key === KEY.down || key === 'j') scroll(1)
    else if (key === KEY.pageUp) scroll(-PAGE_ROWS)
    else if (key === KEY.pageDown) scroll(PAGE_ROWS)
  }

  function togglePause(): void {
    frozen = frozen === null ? latest : null
    terminal.refresh()
  }

  function scroll(by: number): void {
    const report = frozen ?? latest
    if (report === null) return
    const last = rowFirstMax(report, frameOptions(columnsOf(stdout), rowsOf(stdout)))
    rowFirst = Math.max(0, Math.min(last, rowFirst + by))
    terminal.refresh()
  }

  function note(line: EventLine): void {
    recentEvents.push(line)
    if (recentEvents.length > EVENTS_KEPT_MAX) recentEvents.shift()
    if (frozen === null) terminal.refresh()
  }

  return {
    ready: report => note(readyLine(report)),
    event: event => note(eventLine(event)),
    stats: report => {
      latest = report
      if (report.phase === 'stopping') frozen = null // whoever waits for the end must see it come
      if (frozen === null) terminal.refresh()
    },
    summary: report => {
      terminal.restore()
      const width = columnsOf(stdout)
      stdout.write(`${renderSummary(report, { width, chalk, topologyName }).join('\n')}\n`)
    },
    close: () => terminal.restore(),
  }
}
