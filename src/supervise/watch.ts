/**
 * Notices that a file has new content, however an editor saves it: in place, by rename, by truncating and writing
 * slowly, by swapping a symlink. Tells what the file holds once it has settled; what it means is the caller's.
 */
import { createHash } from 'node:crypto'
import { closeSync, constants, type FSWatcher, fstatSync, openSync, readFileSync, statSync, watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import { codeOf } from '../base/errors.ts'
import type { Problem } from '../topology/types.ts'
import { reasonOf, sentenceOf, systemProblem } from './system-problem.ts'

export type FileContent =
  | { readonly ok: true; readonly text: string; readonly hash: string }
  | { readonly ok: false; readonly problem: Problem }

export interface WatchOptions {
  /** The hash of what the caller has read already; without it, what the file holds now is told first. */
  readonly knownHash?: string
  /** Also after trouble, where the file is back as it was. */
  onChange(text: string, hash: string): void
  /** The file is gone, or cannot be read: said once, until it can be or something else is wrong with it. */
  onTrouble(message: string): void
}

export interface FileWatch {
  /** What was told last came to nothing, which was not the text's fault: saved again, it is told again. */
  retry(): void
  close(): void
}

export const FILE_BYTES_MAX = 1_048_576
const DEBOUNCE_MS = 100
/** Half of the reads during an in-place save see an empty file: bad content is told only after so many more pauses. */
const PAUSES_MAX = 3
/** For what no event is sent: a symlink's target, network and overlay file systems, a directory made anew. */
const POLL_MS = 500

/** Watches until closed. None of its timers keeps the process alive. */
export function watchFile(path: string, options: WatchOptions): FileWatch {
  let toldHash: string | null = options.knownHash ?? null
  let toldTrouble: string | null = null
  /** Of the file when it was told; null: only another content is news. */
  let undonePrint: string | null = null
  let toldPrint = ''
  let pauses = 0
  let timer: NodeJS.Timeout | null = null

  const pause = () => {
    if (timer) clearTimeout(timer)
    timer = setTimeout(look, DEBOUNCE_MS).unref()
  }
  const poke = () => {
    pauses = 0
    pause()
  }
  const look = () => {
    const content = readTextFile(path)
    if (!isSettled(content, toldHash) && pauses++ < PAUSES_MAX) pause()
    else if (content.ok) tell(content.text, content.hash)
    else tellTrouble(sentenceOf(content.problem))
  }
  const tell = (text: string, hash: string) => {
    const print = fingerprintOf(path)
    const isUndone = undonePrint !== null && undonePrint !== print
    const isKnown = hash === toldHash && toldTrouble === null && !isUndone
    toldTrouble = null
    if (isKnown) return
    undonePrint = null
    toldPrint = print
    toldHash = hash
    options.onChange(text, hash)
  }
  const tellTrouble = (message: string) => {
    if (message === toldTrouble) return
    toldTrouble = message
    options.onTrouble(message)
  }

  const stopWatching = watchDirectory(path, poke)
  const stopPolling = pollStat(path, poke)
  poke() // it may have been saved between the caller's reading and our watching
  return {
    retry() {
      undonePrint = toldPrint
      poke() // it may have been saved again meanwhile
    },
    close() {
      if (timer) clearTimeout(timer)
      stopWatching()
      stopPolling()
    },
  }
}

/** Content that parses, or that was told before, needs no second look; the rest may be half of a save. */
function isSettled(content: FileContent, toldHash: string | null): boolean {
  if (!content.ok) return false
  if (content.hash === toldHash) return true
  try {
    JSON.parse(content.text)
    return true
  } catch {
    return false
  }
}

/** A watch on the file itself goes deaf at the first save by rename, so the directory is watched. */
function watchDirectory(path: string, poke: () => void): () => void {
  const name = basename(path)
  let watcher: FSWatcher | null = null
  try {
    watcher = watch(dirname(path), { persistent: false }, (_event, changed) => {
      if (changed === null || changed === name) poke()
    })
    watcher.on('error', () => watcher?.close())
  } catch {
    // No watches left (ENOSPC, EMFILE) or no such directory: the poll alone must do.
  }
  return () => watcher?.close()
}

function pollStat(path: string, poke: () => void): () => void {
  let last = fingerprintOf(path)
  const timer = setInterval(() => {
    const now = fingerprintOf(path)
    if (now !== last) poke()
    last = now
  }, POLL_MS).unref()
  return () => clearInterval(timer)
}

function fingerprintOf(path: string): string {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true })
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ')
  } catch (thrown) {
    return codeOf(thrown)
  }
}

/**
 * The file's text without a byte order mark. Never blocks, whatever the path leads to: a FIFO is opened without
 * waiting for a writer, and only a regular file of up to 1 MiB is read.
 */
export function readTextFile(path: string): FileContent {
  let fd: number | null = null
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const stats = fstatSync(fd)
    if (!stats.isFile())
      return refuse('FILE_NOT_REGULAR', `${path} is not a regular file`, 'put a file of JSON text there')
    if (stats.size > FILE_BYTES_MAX) return tooLarge(path, stats.size)
    const bytes = readFileSync(fd)
    return bytes.length > FILE_BYTES_MAX ? tooLarge(path, bytes.length) : decode(path, bytes)
  } catch (thrown) {
    const hint = codeOf(thrown) === 'ENOENT' ? 'create it' : 'make it readable'
    return refuse('FILE_UNREADABLE', `cannot read ${path}: ${reasonOf(thrown)}`, hint)
  } finally {
    if (fd !== null) closeSync(fd)
  }
}

function decode(path: string, bytes: Buffer): FileContent {
  const again = Buffer.from(bytes.toString('utf8'))
  const bad = bytes.equals(again) ? -1 : bytes.findIndex((byte, index) => byte !== again[index])
  if (bad !== -1) return refuse('FILE_NOT_UTF8', `${path} is not UTF-8 text at byte ${bad}`, 'save it as UTF-8')
  const hash = createHash('sha256').update(bytes).digest('hex')
  return { ok: true, text: bytes.toString('utf8').replace(/^\uFEFF/, ''), hash }
}

function tooLarge(path: string, bytes: number): FileContent {
  const size = `${Math.ceil((10 * bytes) / FILE_BYTES_MAX) / 10} MiB`
  return refuse('FILE_TOO_LARGE', `${path} is ${size}, the limit is 1 MiB`, 'use "replicas" for nodes that are alike')
}

function refuse(code: string, message: string, hint: string): FileContent {
  return { ok: false, problem: systemProblem(code, message, hint) }
}
