/**
 * What a run could leave behind. Its processes are found by the folder that is theirs alone, and by descent, never by
 * their names: others may run the same programs. Linux only.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, readlinkSync } from 'node:fs'
import { expect } from 'vitest'
import { acquireLock } from '../../src/supervise/lock.ts'
import { until } from '../supervise/socket-fixtures.ts'

/** What is gone is gone within milliseconds; the rest is for a loaded machine. */
const LIMIT_MS = 10_000

interface Row {
  readonly pid: number
  readonly parent: number
  readonly isZombie: boolean
}

/** Every process that has this folder as its working directory. A zombie has none. */
export function processesIn(dir: string): number[] {
  return readdirSync('/proc')
    .filter(entry => /^\d+$/.test(entry) && folderOf(entry) === dir)
    .map(Number)
}

function folderOf(pid: string): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return null // gone meanwhile
  }
}

/** The process and all that descend from it. */
export function familyOf(pid: number): number[] {
  const rows = table()
  const family = [pid]
  for (const member of family) family.push(...rows.filter(row => row.parent === member).map(row => row.pid))
  return family
}

function table(): Row[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,state='], { encoding: 'utf8' })
  return stdout
    .trim()
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .map(([pid, parent, state]) => ({ pid: Number(pid), parent: Number(parent), isZombie: state!.startsWith('Z') }))
}

/** Those of the family that are there yet, dead or alive, what runs in the folder, and every file but the first. */
export function leftBehind(dir: string, family: readonly number[]) {
  const rows = table().filter(({ pid }) => family.includes(pid))
  return {
    processes: [...rows.filter(row => !row.isZombie).map(row => row.pid), ...processesIn(dir)],
    zombies: rows.filter(row => row.isZombie).map(row => row.pid),
    files: readdirSync(dir, { recursive: true }).sort(),
  }
}

/** Nothing but the topology file and the empty directory of the sockets, which is free to be locked. */
export async function expectNothingLeft(dir: string, family: readonly number[]): Promise<void> {
  const nothing = { processes: [], zombies: [], files: ['sockets', 'topology.json'] }
  const isDone = () => JSON.stringify(leftBehind(dir, family)) === JSON.stringify(nothing)
  await until(isDone, 'nothing is left', LIMIT_MS).catch(() => {}) // what is, the next line shows
  expect(leftBehind(dir, family)).toEqual(nothing)
  const lock = await acquireLock(`${dir}/sockets`)
  expect(lock.ok).toBe(true)
  if (lock.ok) lock.release()
}
