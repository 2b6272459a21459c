/**
 * Two launchers never share a directory: whoever holds its lock may remove stale sockets in it and bind new ones.
 * Both kinds of lock end with their process however it ends, so nothing stale can be left to judge.
 */
import { createHash } from 'node:crypto'
import { closeSync, constants, ftruncateSync, openSync, readFileSync, realpathSync, statSync, writeSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { codeOf } from '../base/errors.ts'
import type { Problem } from '../topology/types.ts'
import { ownerOfName } from './name-owner.ts'
import { reasonOf, systemProblem } from './system-problem.ts'

/** `release` is idempotent. `ownerPid` is null where it cannot be known or the lock failed for another reason. */
export type LockResult =
  | { readonly ok: true; release(): void }
  | { readonly ok: false; readonly problem: Problem; readonly ownerPid: number | null }

const ANSWER_LIMIT_MS = 1_000
/** The owner may end between our bind and our question: then the name is free, and we bid again. */
const BIDS_MAX = 20
/**
 * The whole of sun_path. Node.js 20 fills a shorter abstract name up with NULs, 24 does not: the same short name would
 * be two names, and launchers on two versions would both win.
 */
const ABSTRACT_NAME_BYTES = 108

/**
 * Takes the directory's lock, or tells who has it, within about a second. The directory must exist. The lock itself
 * never keeps the process alive.
 */
export async function acquireLock(dir: string): Promise<LockResult> {
  try {
    const path = realpathSync(dir)
    return process.platform === 'linux' ? await acquireByNames(path) : acquireByFile(path)
  } catch (thrown) {
    const hint = 'make the directory readable and writable for you, or set "socketDir" in the topology file'
    const message = `cannot lock ${dir}: ${reasonOf(thrown)}`
    return { ok: false, problem: systemProblem('LOCK_FAILED', message, hint), ownerPid: null }
  }
}

function heldBy(ownerPid: number | null, dir: string): LockResult {
  const owner = ownerPid === null ? 'of another user, or in another container' : `pid ${ownerPid}`
  const hint = 'stop it, or set "socketDir" in the topology file'
  return { ok: false, problem: systemProblem('LOCK_HELD', `another udsim (${owner}) runs in ${dir}`, hint), ownerPid }
}

/**
 * Linux: sockets in the abstract namespace, which the kernel frees with their process. Any user may bind such a name,
 * so a squatter can keep us out but never let two of us in; containers with a network of their own do not see each
 * other's names, and meet at the live socket instead (`socket-file.ts`).
 * Two names: of the directory itself, which bind mounts show at several paths; and of its path, where another
 * directory may take the place of one whose launcher still runs.
 */
async function acquireByNames(dir: string): Promise<LockResult> {
  const { dev, ino } = statSync(dir, { bigint: true })
  const releases: (() => void)[] = []
  const release = () => {
    for (const each of releases.splice(0)) each()
  }
  for (const key of [`${dev}:${ino}`, dir]) {
    const result = await acquireByName(key, dir)
    if (result.ok) releases.push(result.release)
    else {
      release()
      return result
    }
  }
  return { ok: true, release }
}

async function acquireByName(key: string, dir: string): Promise<LockResult> {
  const digest = createHash('sha256').update(key).digest('hex').slice(0, 32)
  const name = `udsim-${process.getuid!()}-${digest}`.padEnd(ABSTRACT_NAME_BYTES - 1, '-')
  for (let bid = 0; bid < BIDS_MAX; bid++) {
    const release = await bindName(`\0${name}`)
    if (release) return { ok: true, release }
    const answer = await askOwner(`\0${name}`)
    if (answer.pid !== null) return heldBy(answer.pid, dir)
    const owner = answer.silent ? ownerOfName(name) : null
    if (owner) return heldBy(owner.pid, dir)
  }
  return heldBy(null, dir)
}

/** Null where the name is taken. The winner answers every connection with its pid. */
function bindName(path: string): Promise<(() => void) | null> {
  const server = createServer(socket => {
    socket.unref().on('error', () => {}) // the asker may be gone before it heard the answer
    socket.end(`${process.pid}\n`)
  })
  return new Promise((settle, fail) => {
    server.once('error', error => (codeOf(error) === 'EADDRINUSE' ? settle(null) : fail(error)))
    server.listen({ path }, () => {
      server.removeAllListeners('error').on('error', () => {}) // bound is locked, whatever accept meets later
      settle(() => server.close())
    })
    server.unref()
  })
}

/** `silent`: it took the connection, or was too busy to, and named no pid; a stopped owner does so. */
function askOwner(path: string): Promise<{ pid: number | null; silent: boolean }> {
  return new Promise(settle => {
    let text = ''
    const socket = connect({ path })
    const finish = (silent: boolean) => {
      clearTimeout(limit)
      socket.destroy()
      const pid = /^([1-9]\d{0,9})\n/.exec(text)?.[1]
      settle(pid === undefined ? { pid: null, silent } : { pid: Number(pid), silent: false })
    }
    const limit = setTimeout(() => finish(true), ANSWER_LIMIT_MS)
    socket.on('data', chunk => {
      text += chunk.toString('latin1')
      if (text.includes('\n') || text.length > 16) finish(true)
    })
    socket.on('error', error => finish(codeOf(error) === 'EAGAIN'))
    socket.on('close', () => finish(true))
  })
}

/** Darwin's open() can take a flock in the same call; Node.js has no name for the flag. */
const O_EXLOCK = 0x20

/**
 * macOS has no abstract sockets: a file, locked with its opening, freed with its process. The file stays, since
 * removing it would let two launchers lock two files of one name. Not tested: no such machine was at hand.
 */
function acquireByFile(dir: string): LockResult {
  const path = join(dir, '.lock')
  const { O_RDWR, O_CREAT, O_NONBLOCK, O_NOFOLLOW } = constants
  try {
    const fd = openSync(path, O_RDWR | O_CREAT | O_NONBLOCK | O_NOFOLLOW | O_EXLOCK, 0o600)
    ftruncateSync(fd)
    writeSync(fd, `${process.pid}\n`)
    return { ok: true, release: onceOnly(() => closeSync(fd)) }
  } catch (thrown) {
    if (codeOf(thrown) !== 'EAGAIN' && codeOf(thrown) !== 'EWOULDBLOCK') throw thrown
    const pid = Number.parseInt(readFileSync(path, 'latin1'), 10)
    return heldBy(Number.isInteger(pid) ? pid : null, dir)
  }
}

function onceOnly(act: () => void): () => void {
  let done = false
  return () => {
    if (!done) act()
    done = true
  }
}
