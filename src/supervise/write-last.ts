/** The last words of a process: written before it ends, or not at all. */
import { writeSync } from 'node:fs'
import { codeOf } from '../base/errors.ts'

/** For a reader that is busy. One that is stopped must not keep a process that has to end. */
const WAIT_MS = 10
const WAITS_MAX = 20

/** Tries until it is done, or no reader has made room for too long. */
export function insist(isDone: () => boolean): void {
  for (let waits = 0; !isDone() && waits < WAITS_MAX; waits++) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS)
  }
}

/** Synchronous: what an asynchronous stream still holds is lost at exit. Waits a while where the pipe is full. */
export function writeLast(text: string, fd = 2): void {
  let rest: Uint8Array = Buffer.from(text)
  insist(() => {
    try {
      while (rest.length > 0) rest = rest.subarray(writeSync(fd, rest))
      return true
    } catch (error) {
      return codeOf(error) !== 'EAGAIN' // nobody reads it any more
    }
  })
}
