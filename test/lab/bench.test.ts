import { readdirSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Bench, type BenchPlan } from '../../src/lab/bench.ts'
import { standardTopology } from '../../src/lab/paths.ts'
import { makeDir } from '../support/commands.ts'
import { boxOf, scenario } from './boxes.ts'

/** Of processes that cannot be started: what is told of real ones, test/system/bench.test.ts tests. */
const PLAN: BenchPlan = {
  ...standardTopology(),
  warmUps: [],
  boxes: [boxOf(scenario({}))],
  rounds: 1,
  limitMs: null,
  endsOnFailure: true,
  args: [],
  childEntry: '/nowhere/child.js',
  echoEntry: '/nowhere/echo-child.js',
  tell: () => {},
}

let tmp: string
beforeEach(() => {
  tmp = makeDir()
  vi.stubEnv('TMPDIR', tmp) // somebody else's bench may run beside this
})
afterEach(() => void vi.unstubAllEnvs())

describe('Bench', () => {
  it('fails with a line that names who did not start, and leaves nothing', async () => {
    await expect(new Bench(PLAN).run()).rejects.toThrow(/^(unix echo ended|server-\d did not become ready): /)
    expect(readdirSync(tmp)).toEqual([])
  })

  it.each(['abort', 'interrupt'] as const)(
    'ends at once on %s, with that reason, before anything was measured',
    async end => {
      const bench = new Bench(PLAN)
      const run = bench.run()
      bench[end]('ended by SIGINT')
      bench.abort('and then something else')

      await expect(run).rejects.toThrow('ended by SIGINT')
      expect(readdirSync(tmp)).toEqual([])
    },
  )

  it('takes its folder away for whoever cannot wait', async () => {
    const bench = new Bench(PLAN)
    const run = bench.run()
    bench.interrupt('ended by SIGINT')
    bench.abandon()

    expect(readdirSync(tmp)).toEqual([])
    await expect(run).rejects.toThrow('ended by SIGINT')
  })
})
