/**
 * Where nodes listen. The limit is macOS's: 104 bytes with the closing NUL. Linux has 108, and Node.js 20 cuts what
 * is longer without a word, so that two nodes could share a socket (nodejs/node #6659, #48316).
 */
import type { Place } from './json-tree.ts'
import { problemAt } from './json-tree.ts'
import type { NodeId, Problem } from './types.ts'
import { quote } from './visible.ts'

export const SOCKET_PATH_BYTES_MAX = 103

/** What the run itself listens at, for commands: no node may be called that. */
export const CONTROL_ID = 'control'

/** The path that a node's clients connect to, relative to the topology file's folder unless socketDir is absolute. */
export function socketPathOf(socketDir: string, id: NodeId): string {
  return join(socketDir, `${id}.sock`)
}

const PID_DIGITS = 5 // 2^22, the most that Linux gives out, in base 36
const OWN_NAME = /^([a-z][a-z0-9-]{0,31}\.sock|\.[0-9a-z]{5})$/

/**
 * The path under which a process binds first, to be renamed over the public one once it listens. No two live
 * processes share it, and it is no longer than the shortest public one, `a.sock`, so that whatever is fit to be
 * connected to is fit to be bound.
 */
export function temporarySocketPathOf(socketDir: string, pid: number): string {
  return join(socketDir, `.${pid.toString(36).padStart(PID_DIGITS, '0')}`)
}

/** Whether a node of some topology could have had a socket of this name, public or temporary. */
export function isSocketName(name: string): boolean {
  return OWN_NAME.test(name)
}

function join(socketDir: string, name: string): string {
  return socketDir.endsWith('/') ? `${socketDir}${name}` : `${socketDir}/${name}`
}

/** Bytes of a text in UTF-8. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length
}

/**
 * What is wrong with the socket paths of these nodes and of the run: at most one problem, for the longest path, since
 * all have one cause and one cure. `place` is that of socketDir.
 */
export function checkSocketPaths(socketDir: string, ids: readonly NodeId[], place: Place): Problem | null {
  const paths = [...ids, CONTROL_ID].map(id => {
    const path = socketPathOf(socketDir, id)
    return { id, path, bytes: byteLength(path) }
  })
  const tooLong = paths.filter(({ bytes }) => bytes > SOCKET_PATH_BYTES_MAX)
  if (tooLong.length === 0) return null
  const { id, path, bytes } = tooLong.reduce((longest, other) => (other.bytes > longest.bytes ? other : longest))
  const others = tooLong.length === 1 ? '' : ` (and ${tooLong.length - 1} more)`
  const message = `${id}${others}: the socket path ${quote(path)} is ${bytes} bytes, the limit is ${SOCKET_PATH_BYTES_MAX}`
  return problemAt(place, 'SOCKET_PATH_TOO_LONG', message, hintFor(socketDir, bytes))
}

function hintFor(socketDir: string, bytes: number): string {
  const now = byteLength(socketDir)
  return `shorten socketDir, now ${now} bytes, to at most ${now - (bytes - SOCKET_PATH_BYTES_MAX)}`
}
