/** The live view: keeps what was last told, and what the user made of it; frames come of both. */
import type { ChalkInstance } from 'chalk'
import type { Clock } from '../base/clock.ts'
import { deepEqual } from '../base/equal.ts'
import type { StatsReport, View } from '../stats/reports.ts'
import { keepEvent } from './event-fold.ts'
import type { EventLine } from './event-line.ts'
import { eventLine, readyLine } from './event-line.ts'
import { renderFrame } from './frame.ts'
import type { Key } from './keys.ts'
import { orderRows } from './row-order.ts'
import { columnsOf } from './screen.ts'
import { renderSummary } from './summary.ts'
import { makeTerminal } from './terminal.ts'
import type { TerminalHost, TerminalInput, TerminalOutput } from './terminal-parts.ts'
import { FIRST_VIEW, stepView, withoutModes } from './view-state.ts'

export interface LiveViewOptions {
  readonly stdout: TerminalOutput
  /** See `TerminalOptions`. */
  readonly fd?: number | undefined
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

/** What there is to show: held still while the user pauses. */
interface Scene {
  readonly report: StatsReport | null
  /** Oldest first. */
  readonly events: readonly EventLine[]
}

/** Takes the terminal at once; `summary` or `close` gives it back. Nothing else may write to it in between. */
export function makeLiveView(options: LiveViewOptions): View {
  const { stdout, fd, stdin, chalk, clock, topologyName, host = process } = options
  let newest: Scene = { report: null, events: [] }
  let held: Scene | null = null
  let view = FIRST_VIEW
  let rowFirst = 0

  const terminal = makeTerminal({ stdout, fd, stdin, clock, host, render, onKey })

  function render(columns: number, rows: number): readonly string[] {
    const { report, events: recentEvents } = held ?? newest
    const tableRows = rowsNow()
    const frame = renderFrame(report, { columns, rows, chalk, topologyName, recentEvents, view, tableRows, rowFirst })
    rowFirst = frame.rowFirst
    return frame.lines
  }

  function rowsNow() {
    const { report } = held ?? newest
    return report === null ? [] : orderRows(report, view)
  }

  function onKey(key: Key): void {
    if (key === 'ctrl-c') return options.onInterrupt()
    if (key === 'q' && !view.isTyping) return options.onQuit()
    if (newest.report?.phase === 'stopping') return
    const next = stepView(
      view,
      key,
      rowsNow().map(({ node }) => node.id),
    )
    // Before the first figures there is only help to be had.
    view = newest.report === null ? { ...FIRST_VIEW, isHelpShown: next.isHelpShown } : next
    held = view.isPaused ? (held ?? newest) : null
    terminal.answer()
  }

  /** Draws only where there is something new to see. */
  function showNew(scene: Scene): void {
    newest = scene
    if (held === null) terminal.refresh()
  }

  function note(line: EventLine): void {
    showNew({ ...newest, events: keepEvent(newest.events, line) })
  }

  function showStats(report: StatsReport): void {
    if (report.phase === 'stopping') {
      view = withoutModes(view)
      held = null
    }
    if (newest.report === null || !looksSame(newest.report, report)) showNew({ ...newest, report })
  }

  return {
    ready: report => note(readyLine(report)),
    event: event => note(eventLine(event)),
    stats: showStats,
    summary: report => {
      terminal.restore()
      const width = columnsOf(stdout)
      stdout.write(`${renderSummary(report, { width, chalk, topologyName }).join('\n')}\n`)
    },
    close: () => terminal.restore(),
  }
}

/** Time passes in every report; on the screen it does by the second. */
function looksSame(a: StatsReport, b: StatsReport): boolean {
  const seen = (report: StatsReport) => ({ ...report, timeMs: 0, uptimeMs: Math.floor(report.uptimeMs / 1_000) })
  return deepEqual(seen(a), seen(b))
}
