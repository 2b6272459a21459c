/**
 * The command as a user runs it: a process from dist/ in a folder of its own. What a test file started is gone when
 * the file ends: killed by pid, and only what it started itself.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { atFileEnd } from './ends.ts'
import { processTable, rowOf } from './process-table.ts'

export const PROJECT: string = fileURLToPath(new URL('../..', import.meta.url))
export const COMMAND: string = join(PROJECT, 'dist/bin/udsim.js')
const CHILD_ENTRY: string = join(PROJECT, 'dist/bin/child.js')

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Command {
  readonly pid: number
  readonly process: ChildProcess
  /** When it is over and all that it wrote has been read. */
  readonly ended: Promise<Ended>
}

export interface CommandOptions {
  readonly cwd: string
  /** Laid over ours; what is undefined there is not set at all. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** Instead of node and the compiled command. */
  readonly program?: readonly string[]
  /** In a process group of its own, as a shell starts what a terminal's Ctrl-C then reaches whole. */
  readonly ownGroup?: boolean
  /** Where standard output goes instead of here. */
  readonly stdout?: NodeJS.WritableStream
  /** Whether something will be written to its standard input. */
  readonly hasInput?: boolean
}

const commands: Command[] = []
const dirs: string[] = []
/** Children of launchers, by the pids that were seen while their launcher lived. */
const seenChildren = new Set<number>()

atFileEnd(async () => {
  const live = commands.filter(({ process: { exitCode, signalCode } }) => exitCode === null && signalCode === null)
  for (const { pid } of live) childrenOf(pid)
  for (const command of live) command.process.kill('SIGKILL')
  // A stopped one would not notice that its launcher is gone. Numbers are used again: a stranger is left alone.
  for (const pid of stillChildren([...seenChildren])) kill(pid, 'SIGKILL')
  await Promise.all(commands.splice(0).map(command => command.ended))
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true })
  seenChildren.clear()
})

/** A folder of its own with a short path, since sockets in it have a limit. */
export function makeDir(files: Readonly<Record<string, string>> = {}): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'uds-')))
  dirs.push(dir)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), text)
  }
  return dir
}

/** Starts `udsim` with these words. */
export function startCommand(words: readonly string[], options: CommandOptions): Command {
  const [program, ...first] = options.program ?? [process.execPath, COMMAND]
  const child = spawn(program!, [...first, ...words], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    detached: options.ownGroup ?? false,
    stdio: [options.hasInput ? 'pipe' : 'ignore', (options.stdout as never) ?? 'pipe', 'pipe'],
  })
  const texts = [child.stdout, child.stderr].map(collect)
  const ended = new Promise<Ended>((settle, fail) => {
    child.once('error', fail)
    child.once('close', (code, signal) => settle({ code, signal, stdout: texts[0]!(), stderr: texts[1]!() }))
  })
  const command: Command = { pid: child.pid!, process: child, ended }
  commands.push(command)
  return command
}

/** Runs it to its end. */
export function runCommand(words: readonly string[], options: CommandOptions): Promise<Ended> {
  return startCommand(words, options).ended
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  const chunks: string[] = []
  stream?.setEncoding('utf8').on('data', chunk => chunks.push(String(chunk)))
  return () => chunks.join('')
}

/** The pids of a process's live children. */
export function childrenOf(pid: number): number[] {
  const children = live()
    .filter(row => row.parent === pid)
    .map(row => row.pid)
  for (const child of children) seenChildren.add(child)
  return children
}

/** The pids of all that runs below a process. */
export function descendantsOf(pid: number): number[] {
  const rows = live()
  const found = [pid]
  for (const parent of found) found.push(...rows.filter(row => row.parent === parent).map(row => row.pid))
  return found.slice(1)
}

/** Which of these, once children of a launcher, still run. */
export function stillChildren(pids: readonly number[]): number[] {
  return liveOf(pids, words => words.includes(CHILD_ENTRY))
}

/** Which of these run something of ours, launcher or child: numbers are used again, strangers are left alone. */
export function stillOurs(pids: readonly number[]): number[] {
  return liveOf(pids, words => words.startsWith(process.execPath) && words.includes(join(PROJECT, 'dist/')))
}

const live = () => processTable().filter(({ state }) => state !== 'Z')

function liveOf(pids: readonly number[], isMeant: (words: string) => boolean): number[] {
  const rows = pids.flatMap(pid => rowOf(pid) ?? [])
  return rows.filter(({ state, words }) => state !== 'Z' && isMeant(words)).map(({ pid }) => pid)
}

/** False where there is no such process any more. */
export function kill(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}

/** The names of what lies in a run's socket directory; none without one. */
export function socketsIn(dir: string): string[] {
  const path = join(dir, 'sockets')
  return existsSync(path) ? readdirSync(path).sort() : []
}
