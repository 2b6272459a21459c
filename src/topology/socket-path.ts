/**
 * Where nodes listen. The limit is macOS's: 104 bytes with the closing NUL. Linux has 108, and Node.js 20 cuts what
 * is longer without a word, so that two nodes could share a socket (nodejs/node #6659, #48316).
 */
import { hash32 } from '../base/rng.ts'
import type { Place } from './json-tree.ts'
import { problemAt } from './json-tree.ts'
import type { NodeId, Problem } from './types.ts'
import { quote } from './visible.ts'

export const SOCKET_PATH_BYTES_MAX = 103

const HASH_DIGITS = 7 // 2^32 - 1 in base 36

/** The path that a node's clients connect to, relative to the topology file's folder unless socketDir is absolute. */
export function socketPathOf(socketDir: string, id: NodeId): string {
  return join(socketDir, `${id}.sock`)
}

/**
 * The path under which one life of a node binds first, to be renamed over the public one once it listens. All are
 * equally long, whatever the id and the generation, so that the length can be checked before anything starts.
 */
export function temporarySocketPathOf(socketDir: string, id: NodeId, generation: number): string {
  const name = hash32(`${id}/${generation}`).toString(36).padStart(HASH_DIGITS, '0')
  return join(socketDir, `.${name}.tmp`)
}

function join(socketDir: string, name: string): string {
  return socketDir.endsWith('/') ? `${socketDir}${name}` : `${socketDir}/${name}`
}

/** Bytes of a text in UTF-8. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length
}

/**
 * What is wrong with the socket paths of these nodes: at most one problem, for the longest path, since all have one
 * cause and one cure. `place` is that of socketDir.
 */
export function checkSocketPaths(socketDir: string, ids: readonly NodeId[], place: Place): Problem | null {
  const paths = ids.map(id => ({ id, path: longestPathOf(socketDir, id) }))
  const tooLong = paths.filter(({ path }) => byteLength(path) > SOCKET_PATH_BYTES_MAX)
  if (tooLong.length === 0) return null
  const { id, path } = tooLong.reduce((longest, other) => (other.path.length > longest.path.length ? other : longest))
  const bytes = byteLength(path)
  const others = tooLong.length > 1 ? ` (and ${tooLong.length - 1} more nodes)` : ''
  const message = `${id}${others}: the socket path ${quote(path)} is ${bytes} bytes, the limit is ${SOCKET_PATH_BYTES_MAX}`
  return problemAt(place, 'SOCKET_PATH_TOO_LONG', message, hintFor(socketDir, bytes))
}

/** The id's own path, or the temporary one where that is longer: a node needs both. */
function longestPathOf(socketDir: string, id: NodeId): string {
  const path = socketPathOf(socketDir, id)
  const temporary = temporarySocketPathOf(socketDir, id, 1)
  return temporary.length > path.length ? temporary : path
}

function hintFor(socketDir: string, bytes: number): string {
  const now = byteLength(socketDir)
  return `shorten socketDir, now ${now} bytes, to at most ${now - (bytes - SOCKET_PATH_BYTES_MAX)}`
}
