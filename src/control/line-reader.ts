/** Bytes to lines within a limit. A line is handed on as its bytes: whether they are text is another's to judge. */
import { assert } from '../base/assert.ts'

const NEWLINE = 0x0a

export class LineReader {
  private readonly bytesMax: number
  private parts: Uint8Array[] = []
  private heldBytes = 0
  private isTooLong = false

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax
  }

  /** A line has begun and is not over. */
  get isWithin(): boolean {
    return this.heldBytes > 0
  }

  /** Calls `onLine` for each line that ends in the chunk. False: a line is too long; then push no more. */
  push(chunk: Uint8Array, onLine: (line: Uint8Array) => void): boolean {
    assert(!this.isTooLong, 'a reader of lines is done after one that is too long')
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      if (!this.take(chunk.subarray(start, end))) return false
      const line = this.join()
      start = end + 1
      onLine(line)
    }
    return this.take(chunk.subarray(start))
  }

  private take(part: Uint8Array): boolean {
    this.heldBytes += part.length
    this.isTooLong = this.heldBytes > this.bytesMax
    if (part.length > 0 && !this.isTooLong) this.parts.push(part)
    return !this.isTooLong
  }

  private join(): Uint8Array {
    const line = new Uint8Array(this.heldBytes)
    let at = 0
    for (const part of this.parts) {
      line.set(part, at)
      at += part.length
    }
    this.parts = []
    this.heldBytes = 0
    return line
  }
}
