import { existsSync, realpathSync, statSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { enterScratchDir } from '../../src/lab/scratch-dir.ts'

describe('enterScratchDir', () => {
  it('makes a folder that is closed to others, goes there, and leaves no trace of it', () => {
    const before = process.cwd()
    const dir = enterScratchDir()
    writeFileSync('left-behind', '')

    expect(process.cwd()).toBe(realpathSync(dir.path))
    expect(statSync(dir.path).mode & 0o777).toBe(0o700)

    dir.remove()
    dir.remove()

    expect(process.cwd()).toBe(before)
    expect(existsSync(dir.path)).toBe(false)
  })
})
