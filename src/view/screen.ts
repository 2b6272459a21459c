/** Puts frames on a terminal that is ours: not more often than they can be read, and only what changed. */
import type { Clock, Timer } from '../base/clock.ts'
import { diffFrame } from './frame-diff.ts'
import type { TerminalOutput } from './terminal-parts.ts'

export interface ScreenOptions {
  readonly stdout: TerminalOutput
  readonly clock: Pick<Clock, 'nowMs' | 'after'>
  /** Asked for a frame only when it will be written. */
  render(columns: number, rows: number): readonly string[]
}

export interface Screen {
  /** There are new figures: a frame follows, soon. */
  refresh(): void
  /** The user has pressed a key and waits: a frame follows, at once as far as eyes can tell. */
  answer(): void
  /** What the terminal shows is unknown: a whole frame follows at once. */
  repaint(): void
  /** No frame until the next call. */
  pause(): void
}

/** Synchronized update: terminals that know it show the frame whole, others ignore it. */
const FRAME_BEGIN = '\x1b[?2026h'
export const FRAME_END = '\x1b[?2026l'

const FRAME_INTERVAL_MS = 250 // four a second: figures that change faster cannot be read
const ANSWER_INTERVAL_MS = 50 // a key that is held down repeats about 30 times a second

/** One `write` per frame, none for a frame that is the same as the last. */
export function makeScreen({ stdout, clock, render }: ScreenOptions): Screen {
  let shown: readonly string[] | null = null
  let paintedMs = Number.NEGATIVE_INFINITY
  let timer: Timer | null = null
  let dueMs = Number.POSITIVE_INFINITY

  /** The next frame, so long after the last one; one that is due earlier serves as well. */
  function paintAfter(intervalMs: number): void {
    const wishedMs = paintedMs + intervalMs
    if (wishedMs >= dueMs) return
    pause()
    const waitMs = wishedMs - clock.nowMs()
    if (waitMs <= 0) return paint()
    dueMs = wishedMs
    timer = clock.after(waitMs, onDue)
  }

  function onDue(): void {
    pause()
    paint()
  }

  function paint(): void {
    paintedMs = clock.nowMs()
    // A terminal that cannot keep up gets the newest frame later, not every frame late.
    if (stdout.writableNeedDrain) paintAfter(FRAME_INTERVAL_MS)
    else show(columnsOf(stdout), rowsOf(stdout))
  }

  function show(columns: number, rows: number): void {
    const frame = render(columns, rows)
    const patch = diffFrame(shown, frame, columns)
    if (patch !== '') stdout.write(FRAME_BEGIN + patch + FRAME_END)
    shown = frame
  }

  function repaint(): void {
    shown = null
    paintAfter(ANSWER_INTERVAL_MS)
  }

  function pause(): void {
    timer?.cancel()
    timer = null
    dueMs = Number.POSITIVE_INFINITY
  }

  return {
    refresh: () => paintAfter(FRAME_INTERVAL_MS),
    answer: () => paintAfter(ANSWER_INTERVAL_MS),
    repaint,
    pause,
  }
}

/** A terminal may answer 0 while it is being made; 80x24 then, as everything assumes. */
export function columnsOf({ columns }: Pick<TerminalOutput, 'columns'>): number {
  return columns || 80
}

export function rowsOf({ rows }: Pick<TerminalOutput, 'rows'>): number {
  return rows || 24
}
