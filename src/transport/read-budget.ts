/**
 * What large windows may take of a process's memory, those of all its connections together (see read-window.ts): a
 * connection that once carried much and is idle since keeps its window, and a thousand of them would hold half a
 * gigabyte.
 */

/** 64 of the largest windows. */
const LARGE_BYTES_MAX = 32 * 1_048_576

export class ReadBudget {
  private leftBytes = LARGE_BYTES_MAX

  /** False: no large window for this one now. */
  take(bytes: number): boolean {
    if (bytes > this.leftBytes) return false
    this.leftBytes -= bytes
    return true
  }

  give(bytes: number): void {
    this.leftBytes += bytes
  }
}
