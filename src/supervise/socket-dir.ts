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
} from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { byteLength, SOCKET_PATH_BYTES_MAX } from '../topology/socket-path.ts'
import type { NonEmpty, Problem } from '../topology/types.ts'
import { type Inspection, inspectSocketPath, removeSocket } from './socket-file.ts'
import { reasonOf, systemProblem } from './system-problem.ts'

/** `notice`: what was changed and should be said once; null where nothing was. */
export type DirResult =
  | { readonly ok: true; readonly notice: string | null }
  | { readonly ok: false; readonly problems: NonEmpty<Problem> }

const OTHERS_BITS = 0o077n
const STICKY_BIT = 0o1000n
/** Nodes whose launcher was killed notice within milliseconds, and need a moment more to be gone. */
const ORPHANS_LIMIT_MS = 1_000
const ORPHANS_RETRY_MS = 20
/** Names under which children bind before they rename: see `topology/socket-path.ts`. */
const TEMPORARY_NAME = /^\.[0-9a-z]+\.tmp$/

/**
 * Makes the directory ready: there, a real directory, ours, closed to everybody else. Its parent must exist.
 * Problems name the path and what the system said.
 */
export function prepareSocketDir(dir: string): DirResult {
  const path = resolve(dir) // without a trailing slash, which would make lstat follow a symlink
  try {
    const created = lstatSync(path, { throwIfNoEntry: false }) === undefined
    // Never its parents: a path mistyped would leave folders all over. Nor mkdir's `recursive`, which never returns
    // where a file system says ENOENT to every mkdir, as /proc does.
    if (created) mkdirSync(path, { mode: 0o700 })
    const problem = refusalOf(path, lstatSync(path, { bigint: true }))
    if (problem) return { ok: false, problems: [problem] }
    const notice = closeToOthers(path)
    accessSync(path, constants.W_OK | constants.X_OK)
    return { ok: true, notice: created ? null : notice }
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

function closeToOthers(path: string): string | null {
  const { mode } = lstatSync(path, { bigint: true })
  if ((mode & OTHERS_BITS) === 0n) return null
  chmodSync(path, 0o700)
  return `${path} had mode ${(mode & 0o777n).toString(8).padStart(4, '0')}; it is 0700 now, since its mode decides who may connect`
}

/**
 * Clears the way for nodes about to start: removes their stale sockets and what children left that died between bind
 * and rename. Problems are those of the nodes' own paths; with any of them nothing should start. Waits up to a second
 * in all for live ones, which may be orphans on their way out.
 */
export async function sweep(
  dir: string,
  nodes: readonly { readonly id: string; readonly socket: string }[],
): Promise<{ removed: string[]; problems: Problem[] }> {
  const removed: string[] = []
  const problems: Problem[] = []
  const leftovers = leftoversIn(dir).map(socket => ({ id: null, socket }))
  const endMs = performance.now() + ORPHANS_LIMIT_MS
  for (const { id, socket } of [...nodes, ...leftovers]) {
    const found = await inspectUntil(id === null ? 0 : endMs, socket, id ?? 'leftover')
    if (found.kind === 'stale' && removeSocket(socket, found.identity)) removed.push(socket)
    if (found.kind === 'problem' && id !== null) problems.push(found.problem)
  }
  return { removed, problems }
}

/** An orphan takes its socket with it. What was seen live is connected to once, and never removed, whatever follows. */
async function inspectUntil(endMs: number, socket: string, id: string): Promise<Inspection> {
  const found = await inspectSocketPath(socket, id)
  if (found.kind !== 'problem' || found.problem.code !== 'SOCKET_IN_USE') return found
  while (performance.now() < endMs) {
    await setTimeout(ORPHANS_RETRY_MS)
    if (!existsSync(socket)) return { kind: 'free' }
  }
  return found
}

function leftoversIn(dir: string): string[] {
  // Somebody may have removed the directory, and with it all that could be left over.
  if (!existsSync(dir)) return []
  const names = readdirSync(dir).filter(name => TEMPORARY_NAME.test(name))
  // A longer name is none of ours, and cannot be connected to.
  return names.map(name => join(dir, name)).filter(path => byteLength(path) <= SOCKET_PATH_BYTES_MAX)
}
