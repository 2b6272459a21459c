/**
 * Which socket files may be removed. What is not a socket, ours and dead is never unlinked, whatever its name; the
 * one exception is a socket that a child of ours was known to own.
 */
import { type BigIntStats, lstatSync, unlinkSync } from 'node:fs'
import { connect } from 'node:net'
import { assert } from '../base/assert.ts'
import { codeOf } from '../base/errors.ts'
import { byteLength, SOCKET_PATH_BYTES_MAX } from '../topology/socket-path.ts'
import type { Problem } from '../topology/types.ts'
import { reasonOf, systemProblem } from './system-problem.ts'

/** Device, inode and birth of one file: a new file under the same name differs, even where the inode is used again. */
export type FileIdentity = string

export type Inspection =
  | { readonly kind: 'free' }
  /** A socket, ours, and nobody listens: it may be removed. */
  | { readonly kind: 'stale'; readonly identity: FileIdentity }
  | { readonly kind: 'problem'; readonly problem: Problem }

/** connect() on a Unix socket answers at once on Linux; what takes this long is not dead. */
const PROBE_LIMIT_MS = 1_000
const ANSWER_OF: Record<string, 'dead' | 'gone' | 'live'> = {
  ECONNREFUSED: 'dead',
  ENOENT: 'gone',
  EAGAIN: 'live',
  EPROTOTYPE: 'live',
}

/**
 * What stands at a node's public socket path before its first start. Connecting is the only way to know whether a
 * socket is dead, and says the same (ECONNREFUSED) of a regular file, so lstat comes first. Hold the lock meanwhile.
 */
export async function inspectSocketPath(path: string, nodeId: string): Promise<Inspection> {
  assert(byteLength(path) <= SOCKET_PATH_BYTES_MAX, `the validator lets ${path} pass`)
  const stats = lstatOrNull(path)
  if (stats === null) return { kind: 'free' }
  const verdict = refusalOf(stats) ?? judge(await probe(path))
  if (verdict === 'free') return { kind: 'free' }
  if (verdict === 'stale') return { kind: 'stale', identity: identityOf(stats) }
  const message = `${nodeId}: ${path} ${verdict.what}`
  return {
    kind: 'problem',
    problem: systemProblem(verdict.code, message, `${verdict.cure}, or choose another "socketDir"`),
  }
}

interface Refusal {
  code: string
  what: string
  cure: string
}

function refusalOf(stats: BigIntStats): Refusal | null {
  if (!stats.isSocket()) {
    const what = `is ${kindOf(stats)}, not a socket; it was not touched`
    return { code: 'NOT_A_SOCKET', what, cure: 'move it away' }
  }
  if (isOurs(stats)) return null
  return { code: 'SOCKET_NOT_OURS', what: `belongs to another user (uid ${stats.uid})`, cure: 'have it removed' }
}

function judge(answer: ProbeAnswer): Refusal | 'free' | 'stale' {
  if (answer === 'dead') return 'stale'
  if (answer === 'gone') return 'free'
  if (answer === 'live') return { code: 'SOCKET_IN_USE', what: 'is in use by another process', cure: 'stop it' }
  return { code: 'SOCKET_UNCLEAR', what: `may be in use: ${answer.unclear}`, cure: 'remove it by hand if it is not' }
}

type ProbeAnswer = 'live' | 'dead' | 'gone' | { unclear: string }

/**
 * Whether somebody listens. EAGAIN: so many wait that the backlog is full; EPROTOTYPE: somebody listens for datagrams.
 * A stopped or hung owner accepts, since the kernel does it. (macOS is said to refuse when the backlog is full, which
 * no caller can tell from dead; not tested. The lock keeps a second launcher away on either system.)
 */
function probe(path: string): Promise<ProbeAnswer> {
  return new Promise(settle => {
    const socket = connect({ path })
    const finish = (answer: ProbeAnswer) => {
      settle(answer)
      socket.destroy()
    }
    // In order and reading on: a program that greets whoever connects must not be hit by a reset.
    const leaveInOrder = () => {
      settle('live')
      socket.setTimeout(PROBE_LIMIT_MS, () => socket.destroy())
      socket.resume().end()
      socket.unref()
    }
    socket.setTimeout(PROBE_LIMIT_MS, () => finish('live'))
    socket.once('connect', leaveInOrder)
    socket.on('error', error => finish(ANSWER_OF[codeOf(error)] ?? { unclear: reasonOf(error) }))
  })
}

/** Which socket of ours stands at the path now; null where none does. Ask after READY, hand it to `removeSocket`. */
export function identifySocket(path: string): FileIdentity | null {
  const stats = lstatOrNull(path)
  return stats?.isSocket() && isOurs(stats) ? identityOf(stats) : null
}

/**
 * Unlinks the socket only while it still is the one that was inspected or identified; true when it did. The name may
 * meanwhile be another process's live socket. Between look and unlink nobody else can act: the directory is 0700
 * and locked.
 */
export function removeSocket(path: string, identity: FileIdentity): boolean {
  if (identifySocket(path) !== identity) return false
  try {
    unlinkSync(path)
    return true
  } catch {
    return false // gone already, or the directory was taken from us: either way there is nothing we may do
  }
}

function lstatOrNull(path: string): BigIntStats | null {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false }) ?? null
}

function isOurs(stats: BigIntStats): boolean {
  return stats.uid === BigInt(process.getuid!())
}

function identityOf(stats: BigIntStats): FileIdentity {
  return `${stats.dev}:${stats.ino}:${stats.birthtimeNs}`
}

function kindOf(stats: BigIntStats): string {
  if (stats.isFile()) return 'a file'
  if (stats.isDirectory()) return 'a directory'
  if (stats.isSymbolicLink()) return 'a symbolic link'
  return stats.isFIFO() ? 'a FIFO' : 'a device'
}
