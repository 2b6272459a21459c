/** Owners are processes of their own, from dist/: only a process can be killed or stopped. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { acquireLock } from '../../src/supervise/lock.ts'
import { stopProcess } from './socket-fixtures.ts'

const LOCK_URL = new URL('../../dist/supervise/lock.js', import.meta.url).href
/** Bids at a word on standard input, so that all bid at once; holds what it wins until it is killed. */
const BIDDER = `
  import { acquireLock } from ${JSON.stringify(LOCK_URL)}
  console.log('ready')
  process.stdin.once('data', async () => {
    const result = await acquireLock(process.argv[1])
    console.log(JSON.stringify({ ok: result.ok, ownerPid: result.ownerPid }))
  })`

interface Bidder {
  pid: number
  child: ChildProcess
  bid(): Promise<{ ok: boolean; ownerPid?: number | null }>
}

let dir = ''
const children: ChildProcess[] = []
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'uds-')))
})
afterEach(async () => {
  await Promise.all(children.splice(0).map(kill))
  rmSync(dir, { recursive: true, force: true })
})

async function startBidder(): Promise<Bidder> {
  const args = ['--input-type=module', '-e', BIDDER, dir]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  children.push(child)
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  await lines.next()
  const bid = async () => {
    child.stdin.write('bid\n')
    return JSON.parse((await lines.next()).value)
  }
  return { pid: child.pid!, child, bid }
}

async function startOwner(): Promise<Bidder> {
  const owner = await startBidder()
  expect(await owner.bid()).toMatchObject({ ok: true })
  return owner
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

describe('acquireLock', { timeout: 30_000 }, () => {
  it('tells a second launcher who has the directory, under any of its names', async () => {
    const owner = await startOwner()
    const link = `${dir}-link`
    symlinkSync(dir, link)
    const results = await Promise.all([acquireLock(dir), acquireLock(`${dir}/`), acquireLock(link)])
    rmSync(link)

    for (const result of results) {
      expect(result).toMatchObject({
        ok: false,
        ownerPid: owner.pid,
        problem: {
          code: 'LOCK_HELD',
          message: `another udsim (pid ${owner.pid}) runs in ${dir}`,
          hint: 'stop it, or set "socketDir" in the topology file',
        },
      })
    }
  })

  it('gives it to exactly one of 20 processes that bid at once', async () => {
    const bidders = await Promise.all(Array.from({ length: 20 }, startBidder))
    const results = await Promise.all(bidders.map(bidder => bidder.bid()))

    const winner = bidders[results.findIndex(({ ok }) => ok)]!
    expect(results.filter(({ ok }) => ok).length).toBe(1)
    expect(new Set(results.map(({ ownerPid }) => ownerPid))).toEqual(new Set([undefined, winner.pid]))
  })

  it('is free at once after kill -9 of its owner, ten times over', async () => {
    for (let round = 0; round < 10; round++) {
      const owner = await startOwner()
      expect(await acquireLock(dir)).toMatchObject({ ok: false, ownerPid: owner.pid })
      await kill(owner.child)
      const next = await acquireLock(dir)

      expect(next.ok).toBe(true)
      if (next.ok) next.release()
    }
  })

  it('stays with a stopped owner, and names it all the same', async () => {
    const owner = await startOwner()
    await stopProcess(owner.pid)
    const startMs = performance.now()

    expect(await acquireLock(dir)).toMatchObject({ ok: false, ownerPid: owner.pid })
    expect(performance.now() - startMs).toBeLessThan(3_000)
  })

  it.runIf(process.platform === 'linux')('is of the directory and of its path, whichever is moved', async () => {
    const first = await acquireLock(dir)
    renameSync(dir, `${dir}-moved`)
    mkdirSync(dir)
    const results = [await acquireLock(dir), await acquireLock(`${dir}-moved`)]
    if (first.ok) first.release()
    const after = [await acquireLock(dir), await acquireLock(`${dir}-moved`)]
    for (const result of after) if (result.ok) result.release()
    rmSync(`${dir}-moved`, { recursive: true })

    expect([first, ...results, ...after].map(({ ok }) => ok)).toEqual([true, false, false, true, true])
  })

  it('goes from hand to hand within one process, and is released once', async () => {
    const first = await acquireLock(dir)
    expect(await acquireLock(dir)).toMatchObject({ ok: false, ownerPid: process.pid })
    if (first.ok) first.release()
    const second = await acquireLock(dir)
    if (first.ok) first.release()

    expect(second.ok).toBe(true)
    expect((await acquireLock(dir)).ok).toBe(false)
    if (second.ok) second.release()
  })

  it('does not keep its process alive', () => {
    const script = `import { acquireLock } from ${JSON.stringify(LOCK_URL)}; console.log((await acquireLock(process.argv[1])).ok)`
    const args = ['--input-type=module', '-e', script, dir]
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 20_000 })

    expect([status, stdout]).toEqual([0, 'true\n'])
  })

  it('says what is wrong with a directory that is not there', async () => {
    expect(await acquireLock(join(dir, 'nowhere'))).toMatchObject({
      ok: false,
      ownerPid: null,
      problem: { code: 'LOCK_FAILED', message: expect.stringContaining('no such file or directory (ENOENT)') },
    })
  })
})
