/**
 * One listener at a path of the file system, and the rules of its socket file. It binds under a temporary name and
 * renames that over the public one, so that the path is never absent while a new process replaces an old one, and so
 * that nothing is unlinked to make room. It takes its file away with it, and nobody else's.
 */
import { lstatSync, mkdirSync, renameSync, type Stats, unlinkSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { codeOf, messageOf } from '../base/errors.ts'
import { temporarySocketPathOf } from '../topology/socket-path.ts'
import type { Listener } from './transport.ts'

/** Node.js's default; the kernel caps it at net.core.somaxconn. A full backlog answers EAGAIN at once. */
const BACKLOG = 511
/** A removed file says nothing to its listener (inotify watches are few, and need the folder): it has to look. */
const LOOK_EVERY_MS = 1_000

export interface UdsListenerOptions {
  readonly address: string
  onSocket(socket: net.Socket): void
  /** Once: null when the address can be dialled, else why not. */
  ready(problem: string | null): void
  /** Given, the listener looks after its file: removed by somebody, it is bound anew, and this is told. */
  readonly say?: ((text: string) => void) | undefined
}

export class UdsListener implements Listener {
  private readonly options: UdsListenerOptions
  private readonly temporary: string
  /** At the public name. */
  private server: net.Server | null = null
  /** At the temporary name, for a moment. */
  private newcomer: net.Server | null = null
  private own: FileIdentity | null = null
  private looking: NodeJS.Timeout | null = null
  private hasFailed = false

  constructor(options: UdsListenerOptions) {
    this.options = options
    this.temporary = temporarySocketPathOf(path.dirname(options.address), process.pid)
    this.bind(problem => {
      if (problem === null && options.say) this.looking = setInterval(() => this.look(), LOOK_EVERY_MS).unref()
      options.ready(problem)
    })
  }

  close(): void {
    if (this.looking) clearInterval(this.looking)
    if (this.own) unlinkIfSame(this.options.address, this.own)
    this.own = null
    if (this.newcomer?.listening) this.newcomer.close()
    if (this.server?.listening) closeAside(this.server, this.temporary)
  }

  /** Takes the place of the server before, if there was one. `done` is called once. */
  private bind(done: (problem: string | null) => void): void {
    const { address, onSocket } = this.options
    const server = net.createServer(onSocket)
    let isAnswered = false
    const answer = (problem: string | null) => {
      if (isAnswered) return
      isAnswered = true
      done(problem)
    }
    this.newcomer = server
    server.on('error', error => answer(messageOf(error)))
    // Private from the first moment, whatever the umask of a process that also writes other files.
    const before = process.umask(0o177)
    server.listen({ path: this.temporary, backlog: BACKLOG }, () => {
      const problem = publish(this.temporary, address)
      if (problem === null) this.takeOver(server)
      else server.close()
      answer(problem)
    })
    process.umask(before) // the name was bound within the call
  }

  private takeOver(server: net.Server): void {
    this.own = identityOf(lstatSync(this.options.address))
    if (this.server) closeAside(this.server, this.temporary)
    this.server = server
    this.newcomer = null
  }

  /** Only an absent file is replaced: whatever else stands there is a newer process's, or none of ours. */
  private look(): void {
    const { address, say } = this.options
    if (!isAbsent(address)) return
    restoreFolder(path.dirname(address))
    this.bind(problem => {
      if (problem === null) say!(`${address} had been removed, and is bound anew`)
      else if (!this.hasFailed) say!(`${address} was removed, and cannot be bound anew: ${problem}`)
      this.hasFailed = problem !== null
    })
  }
}

/**
 * Takes the public name over from nobody, or from a socket of an earlier life, which has the same owner and mode.
 * Anything else there is somebody's: untouched.
 */
function publish(temporary: string, address: string): string | null {
  try {
    const there = lstatOrNull(address)
    if (there && !there.isSocket()) return `${address} exists and is not a socket`
    const mine = lstatSync(temporary)
    if (there && (there.mode !== mine.mode || there.uid !== mine.uid)) return `${address} is another program's socket`
    renameSync(temporary, address)
    return null
  } catch (error) {
    return messageOf(error)
  }
}

/** libuv unlinks the name that was bound, whatever stands there by now: what does so steps aside meanwhile. */
function closeAside(server: net.Server, temporary: string): void {
  const aside = `${temporary}~`
  try {
    if (lstatOrNull(temporary) === null || lstatOrNull(aside) !== null) return void server.close()
    renameSync(temporary, aside)
    server.close()
    renameSync(aside, temporary)
  } catch {
    if (server.listening) server.close() // the folder is gone, or was taken from us
  }
}

interface FileIdentity {
  readonly dev: number
  readonly ino: number
}

/** While its socket lives the number is not used again. */
function identityOf({ dev, ino }: Stats): FileIdentity {
  return { dev, ino }
}

function lstatOrNull(file: string): Stats | null {
  return lstatSync(file, { throwIfNoEntry: false }) ?? null
}

function isAbsent(file: string): boolean {
  try {
    return lstatOrNull(file) === null
  } catch (error) {
    return codeOf(error) === 'ENOENT'
  }
}

/** The folder may be gone with the file. Private from the first moment: a child's umask would leave it unusable. */
function restoreFolder(folder: string): void {
  const before = process.umask(0o077)
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch {
    // It is there, as nearly always, or binding says what is wrong.
  } finally {
    process.umask(before)
  }
}

function unlinkIfSame(file: string, own: FileIdentity): void {
  try {
    const there = lstatOrNull(file)
    if (there && there.ino === own.ino && there.dev === own.dev) unlinkSync(file)
  } catch {
    // Gone in between, or its folder is: nothing of ours is left there either way.
  }
}
