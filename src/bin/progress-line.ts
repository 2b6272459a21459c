/** One line that replaces the one before, for eyes alone: in a pipe nothing is written. */
import { clip } from '../view/text-width.ts'

const ERASE_LINE = '\r\x1b[K'
const COLUMNS = 80

export interface ProgressLine {
  show(line: string): void
  /** Leaves no trace of it. */
  clear(): void
}

export function makeProgressLine(stream: NodeJS.WriteStream): ProgressLine {
  if (!stream.isTTY) return { show: () => {}, clear: () => {} }
  return {
    // A line that wraps could not be erased.
    show: line => void stream.write(`${ERASE_LINE}${clip(line, (stream.columns || COLUMNS) - 1)}`),
    clear: () => void stream.write(ERASE_LINE),
  }
}
