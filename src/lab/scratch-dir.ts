/** A folder that is this run's alone and gone after it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface ScratchDir {
  readonly path: string
  /** With all that is in it. Idempotent. */
  remove(): void
}

/** Makes the folder, with mode 0700, and enters it: sockets are named relative to it, so that their paths stay short. */
export function enterScratchDir(): ScratchDir {
  const before = process.cwd()
  const path = mkdtempSync(join(tmpdir(), 'udsim-bench-'))
  process.chdir(path)
  return {
    path,
    remove: () => {
      if (process.cwd() === path) process.chdir(before)
      rmSync(path, { recursive: true, force: true })
    },
  }
}
