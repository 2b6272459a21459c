/**
 * A command on a real terminal device of its own: `script` of util-linux makes it, an emulator in memory shows what
 * arrives there. `stty` resizes it and tells its modes; killing `script` is what closing the window is.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type EmulatedScreen, makeEmulatedScreen } from '../view/emulated.ts'
import { descendantsOf, type Ended, kill, startCommand, stillOurs } from './commands.ts'
import { atFileEnd } from './ends.ts'

/** Why terminals cannot be made here; null where they can. */
export const NO_PTY: string | null = whyNot()

const LIMIT_MS = 20_000
const LOOK_EVERY_MS = 20
const LEFT_EVERY_MS = 200 // a look at the processes holds up the other tests
/** Whatever runs these tests: no colours are asked for or refused, and somebody watches. */
const AS_FOR_A_PERSON = {
  TERM: 'xterm-256color',
  CI: undefined,
  NO_COLOR: undefined,
  FORCE_COLOR: undefined,
  UDSIM_TUI: undefined,
}
/** In the folder of the command. */
const TTY_FILE = 'tty'

export interface PtyOptions {
  readonly cwd: string
  readonly columns?: number
  readonly rows?: number
  readonly env?: Readonly<Record<string, string>>
}

const open: Pty[] = []

atFileEnd(() => {
  // A terminal that was stalled, and a launcher that lost its terminal and does not end by itself, would stay.
  for (const pty of open.splice(0)) pty.close()
})

/** Starts a line of shell on a terminal whose modes are sane. */
export function startInPty(line: string, options: PtyOptions): Pty {
  const pty = new Pty(line, options)
  open.push(pty)
  return pty
}

export class Pty {
  readonly screen: EmulatedScreen
  readonly ended: Promise<Ended>
  private readonly seen = new Set<number>()
  readonly cwd: string
  private readonly script: ReturnType<typeof startCommand>
  private isOver = false
  /** Everything that was written to the terminal. */
  written = ''

  constructor(line: string, { cwd, columns = 100, rows = 30, env }: PtyOptions) {
    this.cwd = cwd
    this.screen = makeEmulatedScreen(columns, rows)
    const setup = `stty sane cols ${columns} rows ${rows}; tty > ${TTY_FILE}`
    const words = ['--quiet', '--return', '--flush', '--command', `${setup}; ${line}`, '/dev/null']
    const surroundings = { ...AS_FOR_A_PERSON, ...env }
    this.script = startCommand(words, { cwd, env: surroundings, program: ['script'], hasInput: true })
    this.script.process.stdout!.on('data', (text: string) => this.hear(text))
    this.script.process.stdin!.on('error', () => {})
    this.ended = this.script.ended.finally(() => {
      this.isOver = true
    })
  }

  private hear(text: string): void {
    this.written += text
    this.screen.write(text)
  }

  type(keys: string): void {
    this.script.process.stdin!.write(keys)
  }

  /** The screen as text, once it matches. */
  async shows(pattern: RegExp): Promise<string> {
    const endMs = performance.now() + LIMIT_MS
    for (;;) {
      const wasOver = this.isOver // asked first: its last words may arrive while the screen is read
      const text = (await this.screen.lines()).join('\n').trimEnd()
      if (pattern.test(text)) return text
      if (wasOver || performance.now() > endMs) throw new Error(`${pattern} never showed on\n${text}`)
      await sleep(LOOK_EVERY_MS)
    }
  }

  resize(columns: number, rows: number): void {
    this.screen.resize(columns, rows)
    spawnSync('stty', ['-F', this.device(), 'cols', String(columns), 'rows', String(rows)])
  }

  /** The terminal's modes as stty names them; those that are off have a dash before them. */
  modes(): string[] {
    return spawnSync('stty', ['-F', this.device(), '-a'], { encoding: 'utf8' }).stdout.split(/[\s;]+/)
  }

  private device(): string {
    return readFileSync(join(this.cwd, TTY_FILE), 'utf8').trim()
  }

  /** Nobody takes what is written to it any more, as behind a connection that hangs. */
  stall(): void {
    kill(this.script.pid, 'SIGSTOP')
  }

  /** The window is closed. */
  hangUp(): void {
    this.processes()
    kill(this.script.pid, 'SIGKILL')
  }

  /** What runs on it: the shell, the launcher, its children. */
  processes(): number[] {
    const found = descendantsOf(this.script.pid)
    for (const pid of found) this.seen.add(pid)
    return found
  }

  /** Resolves when nothing of ours runs any more. */
  async empties(): Promise<void> {
    const endMs = performance.now() + LIMIT_MS
    while (this.left().length > 0) {
      if (performance.now() > endMs) throw new Error(`still running: ${this.left()}`)
      await sleep(LEFT_EVERY_MS)
    }
  }

  /** Nothing of it stays. */
  close(): void {
    const pids = this.left()
    if (!this.isOver) pids.push(this.script.pid)
    for (const pid of pids) kill(pid, 'SIGKILL')
  }

  /** What of ours still runs, of all that was ever seen on it. */
  left(): number[] {
    this.processes()
    return stillOurs([...this.seen])
  }
}

function whyNot(): string | null {
  const { stdout, error } = spawnSync('script', ['--version'], { encoding: 'utf8' })
  if (error) return `no terminal can be made: script: ${error.message}`
  return stdout.includes('util-linux') ? null : 'no terminal can be made: script is not that of util-linux'
}
