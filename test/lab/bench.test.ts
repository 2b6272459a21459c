import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { Bench } from '../../src/lab/bench.ts'

const NOWHERE = { childEntry: '/nowhere/child.js', echoEntry: '/nowhere/raw-echo-child.js' }
const leftovers = () => readdirSync(tmpdir()).filter(name => name.startsWith('udsim-bench-'))

describe('Bench', () => {
  it('fails with a line that names who did not start, and leaves nothing', async () => {
    const before = leftovers()
    const run = new Bench({ rounds: 1, ...NOWHERE, tell: () => {} }).run()

    await expect(run).rejects.toThrow(/^(raw echo ended|server-\d did not become ready): /)
    expect(leftovers()).toEqual(before)
  })

  it('ends at once when told to, with that reason', async () => {
    const before = leftovers()
    const bench = new Bench({ rounds: 1, ...NOWHERE, tell: () => {} })
    const run = bench.run()
    bench.abort('ended by SIGINT')

    await expect(run).rejects.toThrow('ended by SIGINT')
    expect(leftovers()).toEqual(before)
  })
})
