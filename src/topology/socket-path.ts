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
  const needs = ids.map(id => ({ id, bytes: bytesNeeded(socketDir, id) }))
  const tooLong = needs.filter(({ bytes }) => bytes > SOCKET_PATH_BYTES_MAX)
  if (tooLong.length === 0) return null
  const { id, bytes } = tooLong.reduce((longest, other) => (other.bytes > longest.bytes ? other : longest))
  const others = tooLong.length === 1 ? '' : ` (and ${tooLong.length - 1} more node${tooLong.length === 2 ? '' : 's'})`
  const message = `${id}${others}: the socket path ${quote(socketPathOf(socketDir, id))} is ${sizeOf(socketDir, id, bytes)}`
  return problemAt(place, 'SOCKET_PATH_TOO_LONG', message, hintFor(socketDir, bytes))
}

/** A node needs its own path, and the temporary one, which is longer where the id is short. */
function bytesNeeded(socketDir: string, id: NodeId): number {
  return Math.max(byteLength(socketPathOf(socketDir, id)), byteLength(temporarySocketPathOf(socketDir, id, 1)))
}

/** People know of the node's own path alone: of the other, only what room it takes is told. */
function sizeOf(socketDir: string, id: NodeId, bytes: number): string {
  const own = byteLength(socketPathOf(socketDir, id))
  const more = bytes - own
  const forStart = more === 0 ? '' : ` and takes ${more} more while the node starts`
  return `${own} bytes${forStart}, the limit is ${SOCKET_PATH_BYTES_MAX}`
}

function hintFor(socketDir: string, bytes: number): string {
  const now = byteLength(socketDir)
  return `shorten socketDir, now ${now} bytes, to at most ${now - (bytes - SOCKET_PATH_BYTES_MAX)}`
}
