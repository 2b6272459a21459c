/**
 * A file at a path, open for appending whole lines. Other processes may append to it, too; somebody may move or remove
 * it, and then a new one is begun at the path.
 */
import { constants, type Stats } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { codeOf, messageOf } from '../base/errors.ts'

/** Without O_NONBLOCK a pipe that nobody reads would hold the launcher. */
const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK
const NEWLINE = 0x0a

const REASON_OF: Readonly<Record<string, string>> = {
  EACCES: 'there is no permission to write there; name another file',
  EISDIR: 'it is a directory; name a file in it',
  ENOENT: 'its folder does not exist; make it, or name another file',
  ENOTDIR: 'a part of its path is no folder; name another file',
  ENXIO: 'it is a socket, or a pipe that nobody reads; name a file',
  EROFS: 'the file system can only be read; name another file',
}

export type AppendedFileResult =
  | { readonly ok: true; readonly file: AppendedFile }
  | { readonly ok: false; readonly reason: string }

/** `taken`: another file, which must not be written to. */
export async function openAppendedFile(path: string, taken: string): Promise<AppendedFileResult> {
  try {
    const other = await stat(taken).catch(() => null)
    const there = await stat(path).catch(() => null)
    if (other && there && isSame(other, there))
      return { ok: false, reason: 'it is the topology file; name another file' }
    const handle = await open(path, APPEND)
    const now = await handle.stat()
    // Whoever wrote last may have been killed in the middle of a line.
    if (now.isFile() && now.size > 0 && (await lastByteOf(path, now.size)) !== NEWLINE) await handle.write('\n')
    return { ok: true, file: new AppendedFile(path, handle, now) }
  } catch (error) {
    return { ok: false, reason: REASON_OF[codeOf(error)] ?? messageOf(error) }
  }
}

export class AppendedFile {
  readonly path: string
  private handle: FileHandle
  private identity: Stats

  constructor(path: string, handle: FileHandle, identity: Stats) {
    this.path = path
    this.handle = handle
    this.identity = identity
  }

  /**
   * Resolves with how many of the bytes are in the file: whole lines, but for a pipe that is full, which takes the rest
   * later. Rejects where none of them are.
   */
  async append(lines: Buffer): Promise<number> {
    let written = 0
    try {
      while (written < lines.length) written += (await this.handle.write(lines, written)).bytesWritten
    } catch (error) {
      if (codeOf(error) === 'EAGAIN') return written
      written = await this.cutToLine(lines.subarray(0, written))
      if (written === 0) throw error
    }
    return written
  }

  /** A disk that became full left half a line. What is in the file then. */
  private async cutToLine(written: Buffer): Promise<number> {
    const whole = written.lastIndexOf(NEWLINE) + 1
    if (whole === written.length) return whole
    const { size } = await this.handle.stat()
    await this.handle.truncate(size - (written.length - whole))
    return whole
  }

  /** Whether the file was moved away from its path, or removed; then a new one is open there. Rejects if none can be. */
  async lookAgain(): Promise<'there' | 'moved' | 'removed'> {
    const there = await stat(this.path).catch(() => null)
    if (there && isSame(there, this.identity)) return 'there'
    const handle = await open(this.path, APPEND)
    this.identity = await handle.stat()
    const old = this.handle
    this.handle = handle
    const { nlink } = await old.stat()
    await old.close()
    return nlink === 0 ? 'removed' : 'moved'
  }

  async close(): Promise<void> {
    await this.handle.close()
  }
}

function isSame(a: Stats, b: Stats): boolean {
  return a.ino === b.ino && a.dev === b.dev
}

/** As if all were well where it may be written and not read. */
async function lastByteOf(path: string, size: number): Promise<number> {
  const handle = await open(path, 'r').catch(() => null)
  if (!handle) return NEWLINE
  try {
    return (await handle.read(Buffer.alloc(1), 0, 1, size - 1)).buffer[0] ?? NEWLINE
  } finally {
    await handle.close()
  }
}
