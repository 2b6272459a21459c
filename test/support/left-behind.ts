/**
 * What a run could leave behind. Its processes are found by the folder that is theirs alone, and by descent, never by
 * their names: others may run the same programs. Linux only.
 */
import { readdirSync } from 'node:fs'
import { expect } from 'vitest'
import { acquireLock } from '../../src/supervise/lock.ts'
import { until } from '../supervise/socket-fixtures.ts'
import { folderOf, processTable } from './process-table.ts'

/** What is gone is gone within milliseconds; the rest is for a loaded machine. */
const LIMIT_MS = 10_000

/** Every process that has this folder as its working directory. A zombie has none. */
export function processesIn(dir: string): number[] {
  return processTable()
    .map(({ pid }) => pid)
    .filter(pid => folderOf(pid) === dir)
}

/** The process and all that descend from it. */
export function familyOf(pid: number): number[] {
  const rows = processTable()
  const family = [pid]
  for (const member of family) family.push(...rows.filter(row => row.parent === member).map(row => row.pid))
  return family
}

/** Those of the family that are there yet, dead or alive, what runs in the folder, and every file but the first. */
export function leftBehind(dir: string, family: readonly number[]) {
  const rows = processTable().filter(({ pid }) => family.includes(pid))
  const dead = rows.filter(({ state }) => state === 'Z')
  return {
    processes: [...rows.filter(row => !dead.includes(row)).map(({ pid }) => pid), ...processesIn(dir)],
    // Orphans are for the first process to bury, which in a container may be one that never does.
    zombies: dead.filter(({ parent }) => parent !== 1).map(({ pid }) => pid),
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
