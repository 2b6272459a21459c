/**
 * Appends lines to a file while the launcher does its work: nothing waits for the disk, what waits for it is bounded,
 * and what cannot be written is counted as lost, told of in the file when there is room again, and said once.
 */
import { messageOf } from '../base/errors.ts'
import type { AppendedFile } from './appended-file.ts'

/** What may wait for the disk, or for room on it. */
const WAITING_BYTES_MAX = 4 * 1_048_576
/** Written at once: a reader of a pipe may take less. */
const BATCH_BYTES_MAX = 262_144
/** After a failure. Also how often the file is looked for at its path. */
const RETRY_MS = 1_000
/** A pipe that is full has room again soon. */
const BUSY_RETRY_MS = 20

export interface LogFileOptions {
  readonly file: Pick<AppendedFile, 'path' | 'append' | 'lookAgain' | 'close'>
  /** The line that stands where so many are missing. */
  gapLine(count: number): string
  /** What has become of the file, in a sentence: once for each trouble, not for each line. */
  onTrouble(message: string): void
}

export class LogFile {
  /** Lines that are in no file. */
  lost = 0
  /** Of these, the ones that no line in the file tells of yet. */
  private untold = 0
  /** Whole lines, but for the first, of which a part may be written. */
  private waiting: Buffer[] = []
  private waitingBytes = 0
  private lookedAtMs = performance.now()
  private writtenSinceLook = 0
  private isInTrouble = false
  private isClosing = false
  /** Nobody waits for the disk any more: what it still takes is counted as lost. */
  private isOver = false
  private wake: () => void = () => {}
  /** Until nothing waits any more. */
  private work: Promise<void> | null = null
  private readonly options: LogFileOptions

  constructor(options: LogFileOptions) {
    this.options = options
  }

  /** The line, without its end, is written with what else comes in this turn of the event loop. */
  write(line: string): void {
    const bytes = Buffer.from(`${line}\n`)
    if (this.isClosing || this.waitingBytes + bytes.length > WAITING_BYTES_MAX) return this.lose(1)
    this.hold(bytes)
    this.work ??= this.writeAll()
  }

  /** Resolves when all that waits is in the file, or counted as lost since that fails or takes longer than the limit. */
  async close(limitMs: number): Promise<void> {
    this.isClosing = true
    this.wake()
    const limit = new Promise<void>(resolve => setTimeout(resolve, limitMs).unref())
    await Promise.race([this.work, limit])
    this.isOver = true
    this.lose(this.waiting.length)
    this.waiting = []
    await Promise.race([this.options.file.close().catch(() => {}), limit])
  }

  private hold(bytes: Buffer): void {
    this.waiting.push(bytes)
    this.waitingBytes += bytes.length
  }

  private lose(lines: number): void {
    this.lost += lines
    this.untold += lines
  }

  private async writeAll(): Promise<void> {
    await null
    while (!this.isOver && (this.waiting.length > 0 || this.untold > 0)) {
      const waitMs = await this.writeSome()
      // Whoever waits for the end waits for no second try.
      if (waitMs > 0 && this.isClosing) break
      if (waitMs > 0) await this.pause(waitMs)
    }
    this.work = null
  }

  /** How long to wait before the next try. */
  private async writeSome(): Promise<number> {
    try {
      await this.lookAgain()
      this.closeGap()
      const bytes = this.batch()
      const written = await this.options.file.append(bytes)
      if (this.isOver) return 0
      this.forget(written)
      this.isInTrouble = false
      return written < bytes.length ? BUSY_RETRY_MS : 0
    } catch (error) {
      if (this.isOver) return 0
      this.report(
        `${this.options.file.path} cannot be written: ${messageOf(error)}. 4 MiB of the log wait for it, the rest is lost.`,
      )
      return RETRY_MS
    }
  }

  private async lookAgain(): Promise<void> {
    if (performance.now() - this.lookedAtMs < RETRY_MS) return
    const found = await this.options.file.lookAgain()
    this.lookedAtMs = performance.now()
    if (found === 'removed') this.lose(this.writtenSinceLook)
    this.writtenSinceLook = 0
    if (found !== 'there') this.report(`${this.options.file.path} was ${found}: the log goes on in a new file there.`)
  }

  private closeGap(): void {
    if (this.untold === 0 || this.waitingBytes > WAITING_BYTES_MAX / 2) return
    this.hold(Buffer.from(`${this.options.gapLine(this.untold)}\n`))
    this.untold = 0
  }

  /** The oldest line, and as many more as fit. */
  private batch(): Buffer {
    let [count, bytes] = [0, 0]
    do bytes += this.waiting[count++]!.length
    while (count < this.waiting.length && bytes + this.waiting[count]!.length <= BATCH_BYTES_MAX)
    return Buffer.concat(this.waiting.slice(0, count))
  }

  private forget(written: number): void {
    let rest = written
    while (rest > 0 && rest >= this.waiting[0]!.length) {
      rest -= this.waiting.shift()!.length
      this.writtenSinceLook++
    }
    if (rest > 0) this.waiting[0] = this.waiting[0]!.subarray(rest)
    this.waitingBytes -= written
  }

  private report(message: string): void {
    if (!this.isInTrouble) this.options.onTrouble(message)
    this.isInTrouble = true
  }

  private pause(forMs: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, forMs).unref()
      this.wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
