/**
 * Owns the terminal: alternate screen, cursor, raw keys, signals that concern them, and giving all of it back.
 * Frames are `screen.ts`; nothing else of the program writes to the terminal in between.
 */
import { writeSync } from 'node:fs'
import type { Clock, Timer } from '../base/clock.ts'
import { codeOf } from '../base/errors.ts'
import type { Key } from './keys.ts'
import { BRACKETS_OFF, BRACKETS_ON, flushKeys, NO_INPUT, stepKeys } from './keys.ts'
import { FRAME_END, makeScreen } from './screen.ts'
import type { TerminalHost, TerminalInput, TerminalOutput } from './terminal-parts.ts'

export interface TerminalOptions {
  readonly stdout: TerminalOutput
  /** Where to write while the process dies; without it, `stdout.write` has to do. */
  readonly fd?: number | undefined
  readonly stdin: TerminalInput
  readonly clock: Pick<Clock, 'nowMs' | 'after'>
  readonly host: TerminalHost
  /** The frame for a terminal of this size. */
  render(columns: number, rows: number): readonly string[]
  /** Every key but Ctrl-Z and Ctrl-L, which are handled here; Ctrl-C among them. */
  onKey(key: Key): void
}

export interface Terminal {
  /** There are new figures: a frame follows, soon. */
  refresh(): void
  /** A key was pressed: a frame follows at once. */
  answer(): void
  /** Everything as it was found. Idempotent and synchronous. */
  restore(): void
}

/** Alternate screen, cursor hidden, autowrap off: a line too long is cut by the terminal, never wrapped. */
const ENTER = `\x1b[?1049h\x1b[?25l\x1b[?7l${BRACKETS_ON}`
/**
 * A frame may have been cut off in its middle, so it is ended first; colours go with the screen. The cursor is not part
 * of the screen on VTE and tmux, so both are put back.
 */
const LEAVE = `${FRAME_END}${BRACKETS_OFF}\x1b[?7h\x1b[?25h\x1b[?1049l`

const ESCAPE_SILENCE_MS = 50 // after ESC alone: a sequence follows it within a few milliseconds, also over a network
const PASTE_SILENCE_MS = 1_000 // the end of a paste was lost: better a stray key than a keyboard that is dead
const RESUME_DELAY_MS = 100 // a stop signal may take effect a little after `kill` has returned

/** Takes the terminal over at once and draws a first frame. */
export function makeTerminal({ stdout, fd, stdin, clock, host, render, onKey }: TerminalOptions): Terminal {
  const screen = makeScreen({ stdout, clock, render })
  const found = { isRaw: stdin.isRaw === true, isFlowing: stdin.readableFlowing === true }
  let state: 'ours' | 'lent' | 'closed' = 'lent'
  let input = NO_INPUT
  let flushTimer: Timer | null = null

  function enter(): void {
    if (state !== 'lent') return
    state = 'ours'
    stdin.on('data', onData)
    stdin.resume()
    takeOver()
  }

  function takeOver(): void {
    attempt(() => stdin.setRawMode?.(true))
    stdout.write(ENTER)
    screen.repaint()
  }

  function leave(): void {
    if (state !== 'ours') return
    state = 'lent'
    screen.pause()
    giveBack()
    stdin.off('data', onData)
    flushTimer?.cancel()
    input = NO_INPUT
    attempt(() => stdin.setRawMode?.(found.isRaw))
    if (!found.isFlowing) stdin.pause()
  }

  /** Synchronous, since the process may be dying; and once more behind what still waits to be written. */
  function giveBack(): void {
    const isBehind = fd === undefined || stdout.writableLength > 0
    if (fd !== undefined) writeNow(fd, LEAVE)
    if (isBehind) stdout.write(LEAVE)
  }

  function onData(chunk: Uint8Array | string): void {
    flushTimer?.cancel()
    const step = stepKeys(input, Buffer.from(chunk).toString('latin1'))
    input = step.rest
    if (input.held !== '' || input.isPasting) flushTimer = clock.after(flushDelayMs(), onSilence)
    step.keys.forEach(press)
  }

  function flushDelayMs(): number {
    return input.isPasting ? PASTE_SILENCE_MS : ESCAPE_SILENCE_MS
  }

  function onSilence(): void {
    const step = flushKeys(input)
    input = step.rest
    step.keys.forEach(press)
  }

  function press(key: Key): void {
    if (state !== 'ours') return
    if (key === 'ctrl-z') suspend()
    else if (key === 'ctrl-l') screen.repaint()
    else onKey(key)
  }

  /**
   * To the whole group, as the terminal itself does in cooked mode: npm stops with us, or the shell would not get
   * its prompt back. Where no shell controls jobs the signal has no effect, and the delay brings us back.
   */
  function suspend(): void {
    leave()
    host.kill(0, 'SIGTSTP')
    clock.after(RESUME_DELAY_MS, enter)
  }

  /** Also after a stop from outside, without warning: whoever had the terminal meanwhile may have changed its modes. */
  function onContinue(): void {
    if (state === 'ours') takeOver()
    else enter()
    // News of a new size went to whoever was in the foreground; the platform asks for it again only on this signal.
    host.kill(host.pid, 'SIGWINCH')
  }

  function onResize(): void {
    if (state === 'ours') screen.repaint()
  }

  function restore(): void {
    if (state === 'closed') return
    leave()
    state = 'closed'
    stdout.off('resize', onResize)
    for (const [event, listener] of hooks) host.off(event, listener)
  }

  // The monitor runs before the stack is printed, which belongs on the normal screen, and leaves the error unhandled.
  const hooks: readonly [string, () => void][] = [
    ['exit', restore],
    ['uncaughtExceptionMonitor', restore],
    ['SIGCONT', onContinue],
  ]
  for (const [event, listener] of hooks) host.on(event, listener)
  stdout.on('resize', onResize)
  // A terminal that is gone fails to read (EIO); the hang-up signal that comes with it ends the run.
  stdin.on('error', () => {})
  enter()
  return {
    refresh: () => {
      if (state === 'ours') screen.refresh()
    },
    answer: () => {
      if (state === 'ours') screen.answer()
    },
    restore,
  }
}

const WRITE_ATTEMPTS_MAX = 1_000 // EAGAIN from a terminal that is not read; give up rather than hang

function writeNow(fd: number, text: string): void {
  for (let i = 0; i < WRITE_ATTEMPTS_MAX; i++) {
    if (attempt(() => writeSync(fd, text)) !== 'EAGAIN') return
  }
}

/** A terminal that is gone (EIO, EPIPE) cannot be restored, and that is no reason to fail while ending. */
function attempt(act: () => void): string {
  try {
    act()
    return ''
  } catch (thrown) {
    return codeOf(thrown)
  }
}
