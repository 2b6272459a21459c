/** Edit after edit under load, by chance: nobody who sends requests notices. */
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { diff } from '../../src/topology/diff.ts'
import { expectAllAnswered } from '../support/claims.ts'
import { sized, tell } from '../support/full-size.ts'
import { NOTHING_LEFT, nineNodes, type Run, startRun } from '../support/processes.ts'
import { makeEdits } from '../support/random-edits.ts'
import { AGAIN, SEED } from '../support/seed.ts'
import { topologyOf } from '../support/topology.ts'
import { ALL_WELL, callWitness, type Witness } from '../support/witness.ts'

const EDITS = sized(5, 50)
/** Of 1000 requests a second, the rest is the built-in clients'. */
const WITNESS_RATE = 200
/** What a process fails that a busy machine lets stand for a second is not what this is about: it may wait. */
const PATIENCE = {
  defaults: { loadBalancer: { attemptTimeout: '4s' }, proxy: { queue: 4_000 }, server: { queue: 4_000 } },
  health: { timeout: '4s' },
}
const FIRST = { ...nineNodes({ rate: 1_000 - WITNESS_RATE }), ...PATIENCE }
/** From the save to the new ways, on an idle machine; a busy one takes what it takes. */
const APPLIED_MS = 1_000

let run: Run
let witness: Witness
beforeAll(async () => {
  run = startRun({ topology: FIRST, args: ['--interval', '100ms'] })
  await run.ready()
  witness = await callWitness(join(run.dir, 'sockets/lb.sock'))
  // Half of them must not be executed twice: no retry hides what an edit would cost.
  witness.start(WITNESS_RATE, nth => nth % 2 === 0)
})

describe(`${EDITS} random edits under 1000 requests per second (${AGAIN})`, () => {
  it('are each applied, and leave the processes of nodes that they do not concern', { timeout: 300_000 }, async () => {
    const next = makeEdits(FIRST, makeRng(`edits/${SEED}`))
    const times: number[] = []
    let before = topologyOf(FIRST)
    for (let done = 0; done < EDITS; done++) {
      const { what, text, topology: after } = next()
      const gone = diff(before, after).flatMap(change => (change.kind === 'removed' ? change.id : []))
      const pids = run.pids()
      const savedMs = performance.now()
      await run.nextEvent('reload', () => run.edit(text))
      times.push(Math.round(performance.now() - savedMs))
      await run.waitFor(() => gone.every(id => run.events('removed', id).length > 0), `${gone} are gone after: ${what}`)
      const stats = await run.freshStats()

      expect(stats.generation, what).toBe(done + 2)
      const kept = before.nodes.map(({ id }) => id).filter(id => !gone.includes(id))
      const moved = kept.filter(id => run.pids()[id] !== pids[id])
      expect(moved, what).toEqual([])
      expect(stats.client.failedBy, what).toEqual({})
      before = after
    }
    const slow = times.filter(ms => ms > APPLIED_MS)
    tell(`${EDITS} edits applied in ${Math.min(...times)} to ${Math.max(...times)} ms, ${slow.length} above 1 s`)
    expect(Math.max(...times)).toBeLessThan(10 * APPLIED_MS)
  })

  it('cost no request', async () => {
    const history = await witness.history()
    witness.leave()
    const children = run.children()
    const { code, stderr, summary } = await run.end()

    expect(history).toEqual({ ...ALL_WELL, sent: history.sent, answered: history.sent })
    expect([code, stderr, summary.laws, summary.restarts, summary.reloads]).toEqual([0, '', 'ok', 0, EDITS])
    expectAllAnswered(summary.client)
    expect(run.leftovers(children)).toEqual(NOTHING_LEFT)
    const retried = summary.nodes.reduce((sum, node) => sum + node.retried, 0)
    tell(`${history.sent + summary.client.sent} requests, ${summary.client.failed} failed, ${retried} retried`)
  })
})
