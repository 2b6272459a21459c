/** The live view: keeps what was last told, and what the user made of it; frames come of both. */
import type { ChalkInstance } from 'chalk'
import type { Clock, Timer } from '../base/clock.ts'
import { deepEqual } from '../base/equal.ts'
import type { Command, Reply } from '../control/command.ts'
import type { LogLine } from '../stats/log-line.ts'
import type { NodeStats, StatsReport, View } from '../stats/reports.ts'
import type { NodeId } from '../topology/types.ts'
import { keepEvent } from './event-fold.ts'
import type { EventLine } from './event-line.ts'
import { eventLine, readyLine, refusedLine } from './event-line.ts'
import { renderFrame } from './frame.ts'
import type { Selected } from './key-wish.ts'
import { wishOf } from './key-wish.ts'
import type { Key } from './keys.ts'
import { makeOrders, type Notice } from './orders.ts'
import { orderRows } from './row-order.ts'
import { columnsOf } from './screen.ts'
import { renderSummary } from './summary.ts'
import { makeTerminal } from './terminal.ts'
import type { TerminalHost, TerminalInput, TerminalOutput } from './terminal-parts.ts'
import type { TreeRow } from './tree.ts'
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
  /** Does what a key asks for; `done` is called once, when that is over. */
  act(command: Command, done: (reply: Reply) => void): void
  /** The lines of its log that are kept, oldest first; each the same object every time. */
  logsOf(id: NodeId): readonly LogLine[]
  /** The process unless a test says otherwise. */
  readonly host?: TerminalHost
}

/** What there is to show: held still while the user pauses. */
interface Scene {
  readonly report: StatsReport | null
  /** Oldest first. */
  readonly events: readonly EventLine[]
}

const NOTICE_MS = 4_000 // a line is read in two
const BAD_NOTICE_MS = 10_000 // and this one twice

/** Takes the terminal at once; `summary` or `close` gives it back. Nothing else may write to it in between. */
export function makeLiveView(options: LiveViewOptions): View {
  const { stdout, fd, stdin, chalk, clock, topologyName, host = process } = options
  let newest: Scene = { report: null, events: [] }
  let held: Scene | null = null
  let view = FIRST_VIEW
  let rowFirst = 0
  let logRows = 0
  let notice: Notice | null = null
  let noticeTimer: Timer | null = null

  const terminal = makeTerminal({ stdout, fd, stdin, clock, host, render, onKey })
  const orders = makeOrders({ act: options.act, tell: showNotice, onRefused: noteRefused })

  function render(columns: number, rows: number): readonly string[] {
    const { report, events: recentEvents } = held ?? newest
    const tableRows = rowsNow()
    const shown = { topologyName, recentEvents, view, tableRows, selected: selectedNow(tableRows), notice }
    const logLines = logLinesNow()
    // A log is always of now: to scroll back is its way of standing still.
    const frame = renderFrame(view.log ? newest.report : report, { columns, rows, chalk, ...shown, rowFirst, logLines })
    rowFirst = frame.rowFirst
    logRows = frame.logRows
    return frame.lines
  }

  function rowsNow(): readonly TreeRow[] {
    const { report } = held ?? newest
    return report === null ? [] : orderRows(report, view)
  }

  function logLinesNow(): readonly LogLine[] {
    return view.log ? options.logsOf(view.log.id) : []
  }

  /** As it is now, whatever stands still on the screen; null where its row is not among those shown. */
  function selectedNode(rows: readonly TreeRow[]): NodeStats | null {
    const { selectedId } = view
    if (selectedId === null || !rows.some(({ node }) => node.id === selectedId)) return null
    return newest.report?.nodes.find(({ id }) => id === selectedId) ?? null
  }

  function selectedNow(rows: readonly TreeRow[]): Selected | null {
    const node = selectedNode(rows)
    return node && { id: node.id, admin: node.admin, isStopped: node.hung || orders.isStopped(node) }
  }

  function onKey(key: Key): void {
    if (key === 'ctrl-c') return options.onInterrupt()
    if (key === 'q' && !view.isTyping && (view.log === null || view.helpPage !== null)) return options.onQuit()
    if (newest.report?.phase === 'stopping') return
    dropNotice()
    const rows = rowsNow()
    const ids = rows.map(({ node }) => node.id)
    const next = stepView(view, key, ids, { lines: logLinesNow(), rows: logRows })
    if (next === view && newest.report !== null) ask(key, newest.report, rows)
    // Before the first figures there is only help to be had.
    view = newest.report === null ? { ...FIRST_VIEW, helpPage: next.helpPage } : next
    held = view.isPaused ? (held ?? newest) : null
    terminal.answer()
  }

  /** What is no key of the view may be one of the run. */
  function ask(key: Key, { client }: StatsReport, rows: readonly TreeRow[]): void {
    if (view.isTyping || view.log !== null) return
    const wish = wishOf(key, { selected: selectedNow(rows), rate: orders.rateAfter(client.targetRate) })
    if (wish === null) return
    if ('notice' in wish) showNotice({ text: wish.notice, style: 'warn' })
    else orders.give(wish.command, selectedNode(rows))
  }

  function showNotice(told: Notice): void {
    dropNotice()
    notice = told
    noticeTimer = clock.after(told.style === 'bad' ? BAD_NOTICE_MS : NOTICE_MS, () => {
      dropNotice()
      terminal.answer()
    })
    terminal.answer()
  }

  function dropNotice(): void {
    noticeTimer?.cancel()
    notice = null
  }

  function noteRefused(command: Command, message: string): void {
    const timeMs = newest.report?.timeMs ?? 0
    note(refusedLine(timeMs, 'node' in command ? command.node : null, message))
  }

  function giveBack(): void {
    dropNotice()
    terminal.restore()
  }

  /** Draws only where there is something new to see. */
  function showNew(scene: Scene): void {
    newest = scene
    if (held === null || view.log !== null) terminal.refresh()
  }

  function note(line: EventLine): void {
    showNew({ ...newest, events: keepEvent(newest.events, line) })
  }

  function showStats(report: StatsReport): void {
    if (report.phase === 'stopping') {
      view = withoutModes(view)
      held = null
    }
    orders.onFigures()
    if (newest.report === null || !looksSame(newest.report, report)) showNew({ ...newest, report })
  }

  return {
    ready: report => note(readyLine(report)),
    event: event => note(eventLine(event)),
    stats: showStats,
    summary: report => {
      giveBack()
      const width = columnsOf(stdout)
      stdout.write(`${renderSummary(report, { width, chalk, topologyName }).join('\n')}\n`)
    },
    close: giveBack,
  }
}

/** Time passes in every report; on the screen it does by the second. */
function looksSame(a: StatsReport, b: StatsReport): boolean {
  const seen = (report: StatsReport) => ({ ...report, timeMs: 0, uptimeMs: Math.floor(report.uptimeMs / 1_000) })
  return deepEqual(seen(a), seen(b))
}
