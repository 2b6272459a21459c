import { describe, expect, it } from 'vitest'
import { Ground } from '../../src/lab/ground.ts'
import { asMeasured, standardTopology } from '../../src/lab/paths.ts'

/** What it does with processes, test/system/bench.test.ts tests. */
describe('Ground', () => {
  it('gives each box chance of its own, so that no two rounds are of the same arrivals', () => {
    const nowhere = { childEntry: '/nowhere', echoEntry: '/nowhere', cwd: '/', onLost: () => {} }
    const ground = new Ground(asMeasured(standardTopology().topology), nowhere)
    const draw = () => ground.worldForBox().rng.fork('arrivals').float()

    expect(new Set([draw(), draw(), draw()]).size).toBe(3)
  })
})
