import { readdirSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Bench } from '../../src/lab/bench.ts'
import { makeDir } from '../support/commands.ts'

const NOWHERE = { childEntry: '/nowhere/child.js', echoEntry: '/nowhere/raw-echo-child.js' }

let tmp: string
beforeEach(() => {
  tmp = makeDir()
  vi.stubEnv('TMPDIR', tmp) // somebody else's bench may run beside this
})
afterEach(() => void vi.unstubAllEnvs())

describe('Bench', () => {
  it('fails with a line that names who did not start, and leaves nothing', async () => {
    const run = new Bench({ rounds: 1, ...NOWHERE, tell: () => {} }).run()

    await expect(run).rejects.toThrow(/^(raw echo ended|server-\d did not become ready): /)
    expect(readdirSync(tmp)).toEqual([])
  })

  it('ends at once when told to, with that reason', async () => {
    const bench = new Bench({ rounds: 1, ...NOWHERE, tell: () => {} })
    const run = bench.run()
    bench.abort('ended by SIGINT')

    await expect(run).rejects.toThrow('ended by SIGINT')
    expect(readdirSync(tmp)).toEqual([])
  })
})
