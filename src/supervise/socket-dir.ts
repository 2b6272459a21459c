/**
 * The directory of the sockets: there, ours, closed to others, and cleared of what a crash left. Its mode is the
 * identity on the wire: who may enter it may speak to the nodes.
 */
import {
  accessSync,
  type BigIntStats,
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  statSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { codeOf } from '../base/errors.ts'
import { byteLength, isSocketName, SOCKET_PATH_BYTES_MAX } from '../topology/socket-path.ts'
import type { NonEmpty, Problem } from '../topology/types.ts'
import { type Inspection, inspectSocketPath, removeSocket } from './socket-file.ts'
import { reasonOf, systemProblem } from './system-problem.ts'

/** `notices`: what was changed, or is unsafe, and should be said once. */
export type DirResult =
  | { readonly ok: true; readonly notices: readonly string[] }
  | { readonly ok: false; readonly problems: NonEmpty<Problem> }

const OTHERS_BITS = 0o077n
const WORLD_WRITE_BIT = 0o002n
const STICKY_BIT = 0o1000n
/** Nodes whose launcher was killed notice within milliseconds, and need a moment more to be gone. */
const ORPHANS_LIMIT_MS = 1_000
const ORPHANS_RETRY_MS = 20
/** What children bind with, under the umask that they set first of all: a stranger's is seldom like this. */
const SOCKET_MODE = 0o600

/**
 * Makes the directory ready: there, a real directory, ours, closed to everybody else. Its parent must exist.
 * Problems name the path and what the system said.
 */
export function prepareSocketDir(dir: string): DirResult {
  const path = resolve(dir) // without a trailing slash, which would make lstat follow a symlink
  try {
    // Never its parents: a path mistyped would leave folders all over. Nor mkdir's `recursive`, which never returns
    // where a file system says ENOENT to every mkdir, as /proc does.
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) makeOwn(path)
    const problem = refusalOf(path, lstatSync(path, { bigint: true }))
    if (problem) return { ok: false, problems: [problem] }
    const notices = [...closeToOthers(path), ...warnOfParent(dirname(path))]
    accessSync(path, constants.W_OK | constants.X_OK)
    return { ok: true, notices }
  } catch (thrown) {
    const hint =
      'make sure that its parent exists and is writable, or set "socketDir" in the topology file to a directory of yours'
    const message = `${path} cannot hold the sockets: ${reasonOf(thrown)}`
    return { ok: false, problems: [systemProblem('SOCKET_DIR_UNUSABLE', message, hint)] }
  }
}

function refusalOf(path: string, stats: BigIntStats): Problem | null {
  const hint = 'set "socketDir" in the topology file to a directory of its own'
  const refuse = (code: string, what: string) =>
    systemProblem(code, `${path} ${what}, so it cannot hold the sockets`, hint)
  if (stats.isSymbolicLink()) return refuse('SOCKET_DIR_SYMLINK', 'is a symbolic link')
  if (!stats.isDirectory()) return refuse('SOCKET_DIR_NOT_A_DIRECTORY', 'is not a directory')
  if (stats.uid !== BigInt(process.getuid!()))
    return refuse('SOCKET_DIR_NOT_OURS', `belongs to another user (uid ${stats.uid})`)
  if ((stats.mode & OTHERS_BITS) === 0n) return null
  // Root owns /tmp and /run: closing what others use as well would break the machine.
  const shared = (stats.mode & STICKY_BIT) !== 0n || holdsFolders(path)
  return shared ? refuse('SOCKET_DIR_SHARED', 'is open to other users and used for other things') : null
}

function holdsFolders(path: string): boolean {
  return readdirSync(path, { withFileTypes: true }).some(entry => entry.isDirectory() && !entry.name.endsWith('.sock'))
}

/** Of 20 launchers that start at once one makes it, and all go on to the lock. */
function makeOwn(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (thrown) {
    if (codeOf(thrown) !== 'EEXIST') throw thrown
  }
}

function closeToOthers(path: string): string[] {
  const { mode } = lstatSync(path, { bigint: true })
  if ((mode & OTHERS_BITS) === 0n) return []
  chmodSync(path, 0o700)
  if (isFresh(path)) return []
  return [
    `${path} had mode ${(mode & 0o777n).toString(8).padStart(4, '0')}; it is 0700 now, since its mode decides who may connect`,
  ]
}

/** As git makes it, which keeps no modes: nobody has used it yet. */
function isFresh(path: string): boolean {
  return readdirSync(path).join() === '.gitkeep'
}

/**
 * Whoever may write to the parent may put a directory of his own in the place of ours. Said and not refused: containers
 * mount such folders. A group is often the user's own, and is trusted.
 */
function warnOfParent(parent: string): string[] {
  const { mode } = statSync(parent, { bigint: true }) // of what a symlink leads to: its own says nothing
  if ((mode & WORLD_WRITE_BIT) === 0n || (mode & STICKY_BIT) !== 0n) return []
  return [`every user may write to ${parent}, and so replace the socket directory in it: chmod o-w ${parent}`]
}

/**
 * Clears the way for nodes about to start: removes their stale sockets. With any problem nothing should start. Waits
 * up to a second in all for live ones, which may be orphans on their way out.
 */
export async function sweep(
  nodes: readonly { readonly id: string; readonly socket: string }[],
): Promise<{ removed: string[]; problems: Problem[] }> {
  const removed: string[] = []
  const problems: Problem[] = []
  const endMs = performance.now() + ORPHANS_LIMIT_MS
  for (const { id, socket } of nodes) {
    const found = await inspectUntil(endMs, socket, id)
    if (found.kind === 'stale' && removeSocket(socket, found.identity)) removed.push(socket)
    if (found.kind === 'problem') problems.push(found.problem)
  }
  return { removed, problems }
}

/**
 * Removes what a crash left of nodes that the file no longer has, and between bind and rename. Only while no node of
 * ours is starting: one that has bound and does not listen yet looks dead.
 */
export async function sweepLeftovers(dir: string): Promise<string[]> {
  const removed: string[] = []
  for (const socket of leftoversIn(dir)) {
    const found = await inspectSocketPath(socket, 'leftover')
    if (found.kind === 'stale' && removeSocket(socket, found.identity)) removed.push(socket)
  }
  return removed
}

/**
 * An orphan takes its socket with it, or is killed and leaves it. Connected to twice at most: it may be a stranger,
 * to whom every connection is an event.
 */
async function inspectUntil(endMs: number, socket: string, id: string): Promise<Inspection> {
  const found = await inspectSocketPath(socket, id)
  if (found.kind !== 'problem' || found.problem.code !== 'SOCKET_IN_USE') return found
  while (performance.now() < endMs) {
    await setTimeout(ORPHANS_RETRY_MS)
    if (!existsSync(socket)) return { kind: 'free' }
  }
  return inspectSocketPath(socket, id)
}

/** Sockets with the names and the mode of a node's, whichever topology it was of. A longer path is none of ours. */
function leftoversIn(dir: string): string[] {
  // Somebody may have removed the directory, and with it all that could be left over.
  if (!existsSync(dir)) return []
  return readdirSync(dir)
    .filter(isSocketName)
    .map(name => join(dir, name))
    .filter(path => byteLength(path) <= SOCKET_PATH_BYTES_MAX)
    .filter(path => {
      const stats = lstatSync(path, { throwIfNoEntry: false })
      return stats?.isSocket() && (stats.mode & 0o777) === SOCKET_MODE
    })
}
