/**
 * A command on a real terminal device of its own: `script` of util-linux makes it, an emulator in memory shows what
 * arrives there. `stty` resizes it and tells its modes; killing `script` is what closing the window is.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type EmulatedScreen, makeEmulatedScreen } from '../view/emulated.ts'
import { descendantsOf, type Ended, kill, makeDir, startCommand, stillOurs } from './commands.ts'
import { atFileEnd } from './ends.ts'

const LIMIT_MS = 20_000
const LOOK_EVERY_MS = 20
const LEFT_EVERY_MS = 200 // a look at the processes holds up the other tests
/** As a person has it. `script` runs lines by $SHELL, and some shells read a file first, or say "Stopped" in German. */
const SURROUNDINGS = { TERM: 'xterm-256color', SHELL: '/bin/sh', ENV: undefined, LC_ALL: 'C' }
/** In the folder of the command. */
const TTY_FILE = 'tty'
/** The line of shell and the file for a transcript follow. */
const SCRIPT = ['--quiet', '--return', '--flush', '--command']

/** Why terminals cannot be made here; null where they can. */
export const NO_PTY: string | null = whyNot()

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
    const words = [...SCRIPT, `${setup}; ${line}`, '/dev/null']
    const surroundings = { ...SURROUNDINGS, ...env }
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

/** Made and asked once, as every test does: the tools may be of another kind, and a container may have no devices. */
function whyNot(): string | null {
  const folder = makeDir()
  const line = `tty > ${TTY_FILE}; stty sane; stty -F "$(cat ${TTY_FILE})" -a | grep icanon`
  const options = {
    cwd: folder,
    env: { ...process.env, ...SURROUNDINGS },
    encoding: 'utf8',
    timeout: LIMIT_MS,
  } as const
  const { status, stdout, stderr, error } = spawnSync('script', [...SCRIPT, line, '/dev/null'], options)
  if (status === 0 && stdout.includes('icanon')) return null
  return `no terminal can be made by script and stty: ${(error?.message ?? (stderr || stdout)).trim()}`
}
