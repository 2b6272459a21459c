/** The last words of a process: written before it ends, or not at all. */
import { writeSync } from 'node:fs'
import { codeOf } from '../base/errors.ts'

/** For a reader that is busy. One that is stopped must not keep a process that has to end. */
const WAIT_MS = 10
const WAITS_MAX = 20

/** Synchronous: what an asynchronous stream still holds is lost at exit. Waits a while where the pipe is full. */
export function writeLast(text: string, fd = 2): void {
  let rest: Uint8Array = Buffer.from(text)
  for (let waits = 0; rest.length > 0 && waits < WAITS_MAX; ) {
    try {
      rest = rest.subarray(writeSync(fd, rest))
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN') return // nobody reads it any more
      waits++
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS)
    }
  }
}
