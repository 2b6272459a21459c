/**
 * Edit after edit under 1000 requests per second, in virtual time: none of them costs a request, though none may be
 * executed twice and so no retry hides what an edit would cost. Real processes do it in system/survives-random-edits.
 */
import { describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { makeOpenLoop } from '../../src/load/open-loop.ts'
import { Cluster } from '../support/cluster.ts'
import { IS_FULL, sized } from '../support/full-size.ts'
import { nineNodes } from '../support/processes.ts'
import { makeEdits } from '../support/random-edits.ts'
import { AGAIN, SEED } from '../support/seed.ts'
import { topologyOf } from '../support/topology.ts'

const SEEDS = Array.from({ length: sized(1, 40) }, (_, i) => `${SEED}/${i}`)
const EDITS = sized(15, 50)

describe(`${EDITS} random edits in virtual time (${AGAIN})`, { timeout: IS_FULL ? 600_000 : 60_000 }, () => {
  it.each(SEEDS)('cost no request and no retry: %s', seed => {
    const first = nineNodes({ rate: 1_000, idempotent: false })
    const cluster = new Cluster(topologyOf(first), { seed })
    const { clock, client, topology } = cluster
    const next = makeEdits(first, makeRng(seed))
    const load = makeOpenLoop(topology.load, clock, cluster.rng.fork('load'), (plannedMs, nowMs) => {
      client.send(plannedMs, nowMs)
    })
    for (let done = 0; done < EDITS; done++) {
      clock.advance(60)
      const { what, topology: edited } = next()
      cluster.edit(edited)
      clock.advance(60)

      expect([client.counters().failedBy, cluster.counters('lb').retried], what).toEqual([{}, 0])
    }
    load.stop()
    clock.advance(6_000)

    expect(client.counters().answered).toBe(client.counters().sent)
  })
})
