import { statSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { makeFifos } from '../../src/lab/fifos.ts'
import { makeDir } from '../support/commands.ts'

describe('makeFifos', () => {
  it('makes two pipes with names, for their owner alone', () => {
    const made = makeFifos(makeDir())

    expect(made.ok).toBe(true)
    for (const path of made.ok ? Object.values(made.fifos) : []) {
      expect(statSync(path).isFIFO()).toBe(true)
      expect(statSync(path).mode & 0o777).toBe(0o600)
    }
  })

  it('says why there are none', () => {
    const dir = makeDir()
    vi.stubEnv('PATH', dir)
    const made = makeFifos(dir)
    vi.unstubAllEnvs()

    expect(made).toEqual({ ok: false, problem: 'mkfifo: ENOENT' })
  })
})
