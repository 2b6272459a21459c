/** A terminal, a keyboard, a process and a clock that exist in memory; the terminal is a real emulator. */
import { EventEmitter } from 'node:events'
import type { IBufferLine } from '@xterm/headless'
import xterm from '@xterm/headless'

export interface EmulatedScreen extends EventEmitter {
  columns: number
  rows: number
  writableNeedDrain: boolean
  writableLength: number
  readonly written: string[]
  write(text: string): boolean
  resize(columns: number, rows: number): void
  /** What the screen shows, once everything written has been taken in. */
  lines(): Promise<string[]>
  isAlternate(): Promise<boolean>
  isCursorHidden(): Promise<boolean>
  /** Autowrap, brackets around what is pasted, and whether a frame is held back until it is whole. */
  modes(): Promise<{ wraps: boolean; brackets: boolean; isHeld: boolean }>
  /** Takes in the text character by character, as from a slow line, and looks at the screen after each. */
  trickle(text: string, look: (lines: string[], isHeld: boolean) => void): Promise<void>
}

export function makeEmulatedScreen(columns: number, rows: number): EmulatedScreen {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true })
  const settled = () => new Promise<void>(resolve => terminal.write('', resolve))
  const written: string[] = []
  // After a narrower size the emulator keeps what stood at the right of it, out of sight.
  const textOf = (line: IBufferLine | undefined) => line?.translateToString(true, 0, terminal.cols).trimEnd() ?? ''
  const linesNow = () => {
    const buffer = terminal.buffer.active
    return Array.from({ length: buffer.length }, (_, i) => textOf(buffer.getLine(i)))
  }
  return Object.assign(new EventEmitter(), {
    columns,
    rows,
    writableNeedDrain: false,
    writableLength: 0,
    written,
    write(text: string) {
      written.push(text)
      terminal.write(text)
      return true
    },
    resize(this: EmulatedScreen, newColumns: number, newRows: number) {
      terminal.resize(newColumns, newRows)
      this.columns = newColumns
      this.rows = newRows
      this.emit('resize')
    },
    async lines() {
      await settled()
      return linesNow()
    },
    async modes() {
      await settled()
      const { wraparoundMode, bracketedPasteMode, synchronizedOutputMode } = terminal.modes
      return { wraps: wraparoundMode, brackets: bracketedPasteMode, isHeld: synchronizedOutputMode }
    },
    async trickle(text: string, look: (lines: string[], isHeld: boolean) => void) {
      for (const char of text) {
        terminal.write(char, () => look(linesNow(), terminal.modes.synchronizedOutputMode))
      }
      await settled()
    },
    async isAlternate() {
      await settled()
      return terminal.buffer.active.type === 'alternate'
    },
    // The emulator keeps the cursor's visibility to itself, so the last word that was written decides.
    async isCursorHidden() {
      const all = written.join('')
      return all.lastIndexOf('\x1b[?25l') > all.lastIndexOf('\x1b[?25h')
    },
  })
}

export interface EmulatedKeyboard extends EventEmitter {
  isRaw: boolean
  readableFlowing: boolean | null
  setRawMode(isRaw: boolean): void
  resume(): void
  pause(): void
  press(keys: string): void
}

export function makeEmulatedKeyboard(): EmulatedKeyboard {
  return Object.assign(new EventEmitter(), {
    isRaw: false,
    readableFlowing: null,
    setRawMode(this: EmulatedKeyboard, isRaw: boolean) {
      this.isRaw = isRaw
    },
    resume(this: EmulatedKeyboard) {
      this.readableFlowing = true
    },
    pause(this: EmulatedKeyboard) {
      this.readableFlowing = false
    },
    press(this: EmulatedKeyboard, keys: string) {
      this.emit('data', Buffer.from(keys))
    },
  })
}

export interface EmulatedHost extends EventEmitter {
  readonly pid: number
  readonly kills: [number, string][]
  kill(pid: number, signal: string): void
}

export function makeEmulatedHost(): EmulatedHost {
  const kills: [number, string][] = []
  const kill = (pid: number, signal: string) => kills.push([pid, signal])
  return Object.assign(new EventEmitter(), { pid: 1_234, kills, kill })
}

/** Time that passes when told to. */
export function makeManualClock() {
  let now = 1_000
  let waiting: { dueMs: number; fire: () => void }[] = []
  const fireDue = () => {
    const due = waiting.filter(({ dueMs }) => dueMs <= now)
    waiting = waiting.filter(({ dueMs }) => dueMs > now)
    for (const { fire } of due) fire()
  }
  return {
    nowMs: () => now,
    after(delayMs: number, fire: () => void) {
      const entry = { dueMs: now + delayMs, fire }
      waiting.push(entry)
      return {
        cancel: () => {
          waiting = waiting.filter(each => each !== entry)
        },
      }
    },
    pass(spanMs: number) {
      now += spanMs
      fireDue()
    },
    waitingCount: () => waiting.length,
  }
}
