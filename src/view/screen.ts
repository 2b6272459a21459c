/** Puts frames on a terminal that is ours: not more often than they can be read, and only what changed. */
import type { Clock, Timer } from '../base/clock.ts'
import { diffFrame } from './frame-diff.ts'
import type { TerminalOutput } from './terminal.ts'

export interface ScreenOptions {
  readonly stdout: TerminalOutput
  readonly clock: Pick<Clock, 'nowMs' | 'after'>
  /** Asked for a frame only when it will be written. */
  render(columns: number, rows: number): readonly string[]
}

export interface Screen {
  /** There is something new: a frame follows, soon. */
  refresh(): void
  /** What the terminal shows is unknown: a whole frame follows, soon. */
  repaint(): void
  /** No frame until the next call. */
  pause(): void
}

/** Synchronized update: terminals that know it show the frame whole, others ignore it. */
const FRAME_BEGIN = '\x1b[?2026h'
const FRAME_END = '\x1b[?2026l'

const FRAME_INTERVAL_MS = 250 // four a second: figures that change faster cannot be read

/** One `write` per frame, none for a frame that is the same as the last. */
export function makeScreen({ stdout, clock, render }: ScreenOptions): Screen {
  let shown: readonly string[] | null = null
  let paintedMs = Number.NEGATIVE_INFINITY
  let timer: Timer | null = null

  function refresh(): void {
    if (timer !== null) return
    const waitMs = paintedMs + FRAME_INTERVAL_MS - clock.nowMs()
    if (waitMs <= 0) paint()
    else timer = clock.after(waitMs, onDue)
  }

  function onDue(): void {
    timer = null
    paint()
  }

  function paint(): void {
    paintedMs = clock.nowMs()
    // A terminal that cannot keep up gets the newest frame later, not every frame late.
    if (stdout.writableNeedDrain) refresh()
    else show(render(columnsOf(stdout), rowsOf(stdout)))
  }

  function show(frame: readonly string[]): void {
    const patch = diffFrame(shown, frame)
    if (patch !== '') stdout.write(FRAME_BEGIN + patch + FRAME_END)
    shown = frame
  }

  function repaint(): void {
    shown = null
    refresh()
  }

  function pause(): void {
    timer?.cancel()
    timer = null
  }

  return { refresh, repaint, pause }
}

/** A terminal may answer 0 while it is being made; 80x24 then, as everything assumes. */
export function columnsOf({ columns }: Pick<TerminalOutput, 'columns'>): number {
  return columns || 80
}

export function rowsOf({ rows }: Pick<TerminalOutput, 'rows'>): number {
  return rows || 24
}
