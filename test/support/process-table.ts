/** What runs on this machine: from /proc where there is one, since small containers have no `ps` or another one. */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

export interface ProcessRow {
  readonly pid: number
  readonly parent: number
  /** `T`: stopped. `Z`: dead, and its parent has not asked how it ended. */
  readonly state: string
  /** As it was started, in one line; nothing of a zombie. */
  readonly words: string
}

const IS_LINUX = process.platform === 'linux'

export function processTable(): ProcessRow[] {
  return IS_LINUX ? pidsOfProc().flatMap(pid => rowOf(pid) ?? []) : rowsOfPs(['-A'])
}

/** Null where there is no such process. */
export function rowOf(pid: number): ProcessRow | null {
  if (!IS_LINUX) return rowsOfPs(['-p', String(pid)])[0] ?? null
  const [stat, words] = [textOf(`/proc/${pid}/stat`), textOf(`/proc/${pid}/cmdline`)]
  if (stat === null || words === null) return null
  // Behind the name, which may hold anything.
  const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { pid, parent: Number(parent), state: state!, words: words.replaceAll('\0', ' ').trim() }
}

/** Its working directory; null where it is gone, a zombie, or somebody else's. */
export function folderOf(pid: number): string | null {
  try {
    if (IS_LINUX) return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return null
  }
  return /\nn(.*)/.exec(outputOf('lsof', ['-a', '-p', String(pid), '-d', 'cwd', '-Fn']))?.[1] ?? null
}

/** Resident memory in MB, asked of the system: a process that is stopped tells nothing. */
export function memoryMbOf(pid: number): number {
  const kilobytes = IS_LINUX
    ? /^VmRSS:\s+(\d+)/m.exec(textOf(`/proc/${pid}/status`) ?? '')?.[1]
    : outputOf('ps', ['-o', 'rss=', '-p', String(pid)])
  return Number(kilobytes) / 1_000
}

/** The processor time that it has used so far, all its threads together, user and system. */
export function cpuMsOf(pid: number): number {
  if (!IS_LINUX) return secondsOf(outputOf('ps', ['-o', 'time=', '-p', String(pid)])) * 1_000
  const nanoseconds = readdirSync(`/proc/${pid}/task`).map(task =>
    Number(textOf(`/proc/${pid}/task/${task}/schedstat`)?.split(' ')[0] ?? 0),
  )
  return nanoseconds.reduce((sum, each) => sum + each, 0) / 1e6
}

/** Of `1:02.34`. */
const secondsOf = (text: string) => text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)

function pidsOfProc(): number[] {
  return readdirSync('/proc')
    .filter(entry => /^\d+$/.test(entry))
    .map(Number)
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null // gone meanwhile
  }
}

function rowsOfPs(which: readonly string[]): ProcessRow[] {
  const lines = outputOf('ps', [...which, '-ww', '-o', 'pid=,ppid=,state=,args=']).split('\n')
  return lines.flatMap(line => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S)\S*\s+(.*)$/.exec(line)
    return match ? { pid: Number(match[1]), parent: Number(match[2]), state: match[3]!, words: match[4]! } : []
  })
}

function outputOf(program: string, words: readonly string[]): string {
  return spawnSync(program, words, { encoding: 'utf8' }).stdout
}
